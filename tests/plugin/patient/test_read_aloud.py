"""Lessons and films read aloud with a browser's own voice, of which there is a stand-in here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.axe import faults
from tests.plugin.patient.test_session_in_browser import PHONE, VOICES

pytestmark = pytest.mark.browser

LESSON = "/programme/education/what_is_it"
SPEAKS_UNTIL_TOLD = """() => {
  speechSynthesis.speak = one => {
    said.push([one.lang, one.text]);
    window.finish = () => one.dispatchEvent(new Event("end"));
  };
  speechSynthesis.cancel = () => window.finish?.();
}"""
SPEAKS_AT_ONCE = """() => {
  speechSynthesis.speak = one => {
    said.push([one.lang, one.text]);
    one.dispatchEvent(new Event("end"));
  };
}"""
CUES = "[...document.querySelector('video').textTracks[0].cues].map(cue => cue.text)"
MARKED = "[...(CSS.highlights.get('read-aloud') ?? [])].map(String).join()"


@pytest.fixture
def phone(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    yield context
    context.close()


def opened(phone: BrowserContext, address: str, voice: str = "en-US") -> Page:
    phone.add_init_script(f"({VOICES})(['de-DE', '{voice}'])")
    page = phone.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page


def said(page: Page) -> list[str]:
    return [text for _lang, text in page.evaluate("said")]


def until_said(page: Page, count: int) -> list[str]:
    for _ in range(100):
        if len(said(page)) >= count:
            break
        page.wait_for_timeout(50)
    return said(page)


def test_a_lesson_is_read_sentence_by_sentence_and_the_one_that_is_read_is_marked(phone, address):
    page = opened(phone, f"{address}{LESSON}")
    page.evaluate(SPEAKS_UNTIL_TOLD)
    page.get_by_role("button", name="Read aloud").click()
    body = " ".join(page.locator(".reading").inner_text().split())
    for count in (1, 2, 3):
        sentences = until_said(page, count)
        assert len(sentences) == count
        assert " ".join(page.evaluate(MARKED).split()) == sentences[-1]
        page.evaluate("finish()")
    assert body.startswith(sentences[0])
    assert body.index(sentences[0]) < body.index(sentences[1]) < body.index(sentences[2])
    assert all(sentence[-1] in ".:?!" or len(sentence) < 60 for sentence in sentences)


def test_it_stops_at_once_and_goes_on_where_it_was(phone, address):
    page = opened(phone, f"{address}{LESSON}")
    page.evaluate(SPEAKS_UNTIL_TOLD)
    page.get_by_role("button", name="Read aloud").click()
    page.evaluate("finish()")
    second = until_said(page, 2)[1]
    page.get_by_role("button", name="Stop reading").click()
    page.wait_for_timeout(200)
    assert page.evaluate(MARKED) == ""
    assert len(said(page)) == 2
    page.get_by_role("button", name="Read aloud").click()
    assert until_said(page, 3)[2] == second


@pytest.mark.parametrize("path", [LESSON, "/exercises/e5_walk", "/brochure"])
def test_to_the_end_everything_that_can_be_seen_is_read_and_it_begins_anew(phone, address, path):
    page = opened(phone, f"{address}{path}")
    page.evaluate(SPEAKS_AT_ONCE)
    page.get_by_role("button", name="Read aloud").click()
    page.get_by_role("button", name="Read aloud").wait_for()
    shown = page.locator("[data-read-aloud]").evaluate_all(
        "parts => parts.map(part => part.innerText).join(' ')"
    )
    heard = " ".join(said(page))
    missing = [word for word in shown.split() if any(map(str.isalpha, word)) and word not in heard]
    assert len(said(page)) > 5
    assert missing == []
    assert page.evaluate(MARKED) == ""


class TestInSpanish:
    """The same page of a patient who reads Spanish."""

    @pytest.fixture
    def patient(self, make_patient):
        return make_patient(locale="es_MX")

    def test_a_voice_of_the_country_reads_it(self, phone, address):
        page = opened(phone, f"{address}{LESSON}", "es-MX")
        page.get_by_role("button", name="Leer en voz alta").click()
        until_said(page, 1)
        assert page.evaluate("said")[0][0] == "es-MX"


def test_without_a_voice_for_the_language_there_is_no_switch(phone, address):
    page = opened(phone, f"{address}{LESSON}", "fr-FR")
    assert page.locator("[data-reader]").is_hidden()
    assert page.locator("[data-film-voice]").is_hidden()


def test_the_captions_of_a_film_are_said_as_they_come_and_it_waits_for_the_voice(phone, address):
    page = opened(phone, f"{address}{LESSON}")
    page.evaluate(SPEAKS_UNTIL_TOLD)
    page.locator("[data-film-voice]").check()
    page.locator("video[data-film]").evaluate("film => { film.playbackRate = 8; film.play(); }")
    first = until_said(page, 1)[0]
    cues = page.evaluate(CUES)
    assert first == cues[0]
    for _ in range(100):
        if page.locator("video").evaluate("film => film.paused"):
            break
        page.wait_for_timeout(50)
    assert said(page) == [first]
    page.evaluate("finish()")
    assert until_said(page, 2)[1] == cues[1]


def test_the_switches_pass_axe(phone, address):
    page = opened(phone, f"{address}{LESSON}")
    assert page.locator("[data-reader]").is_visible()
    assert faults(page) == []

"""A patient's whole day with the keyboard alone: no mouse, no touch."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from modules.records.models import Assessment, DiaryEntry, LessonDone
from tests.browser.conftest import PHONE
from tests.browser.person import SPANISH, Visitor
from tests.browser.two_sites import ROSA, TwoSites

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const label = e.labels && e.labels[0] ? e.labels[0].innerText : "";
  const box = e.getBoundingClientRect();
  return {tag: e.tagName, type: e.type || "", name: e.name || "", value: e.value || "",
          href: e.getAttribute("href") || "", text: (e.innerText || label).trim(),
          seen: box.width > 0 && box.height > 0, line: e.hasAttribute("data-vas-line")};
}"""
MOST_KEYS = 150


class Keyboard:
    """Somebody who has keys and nothing else."""

    def __init__(self, sites: TwoSites, browser: Browser, person: str) -> None:
        context = browser.new_context(viewport=PHONE)
        self.visitor = Visitor.arrive(sites, context, person)
        self.page, self.context = self.visitor.page, context

    def press(self, *keys: str) -> None:
        """Press these keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, **wanted: str) -> dict[str, object]:
        """Press Tab until what has the focus is what is wanted: attribute to pattern."""
        for _ in range(MOST_KEYS):
            here = self.visitor.frame.evaluate(FOCUSED)
            if here and all(re.search(p, str(here[key])) for key, p in wanted.items()):
                assert here["seen"], f"has the focus and cannot be seen: {here}"
                return here
            self.press("Tab")
        raise AssertionError(f"no key leads to {wanted} on {self.visitor.path}")

    def enter(self, leads_to: str, **wanted: str) -> None:
        """Go to a link or button and press Enter."""
        self.to(**wanted)
        with self.visitor.leads_to(leads_to):
            self.press("Enter")


@pytest.fixture
def keyboard(own_sites: TwoSites, chromium: Browser) -> Iterator[Keyboard]:
    one = Keyboard(own_sites, chromium, ROSA)
    one.sites = own_sites
    yield one
    one.context.close()


def rows(sites: TwoSites, table: type) -> list:
    with sites.tool.database.reading() as session:
        return list(session.query(table).filter_by(participant_id=sites.participant(ROSA)).all())


def test_the_whole_day_of_a_patient(keyboard):
    keyboard.page.locator("#contentframe").focus()
    before = {table: len(rows(keyboard.sites, table)) for table in (LessonDone, DiaryEntry)}

    _answer_the_pain_scale(keyboard)
    _read_and_tick_a_lesson(keyboard)
    _write_the_diary(keyboard)
    _look_at_the_progress(keyboard)
    _change_the_language_and_back(keyboard)

    after = {table: len(rows(keyboard.sites, table)) for table in (LessonDone, DiaryEntry)}
    assert after == {table: count + 1 for table, count in before.items()}
    answered = [one for one in rows(keyboard.sites, Assessment) if one.instrument == "vas_pain"]
    assert [next(iter(one.answers.values())) for one in answered if one.visit == "week_2"] == [53]


def _answer_the_pain_scale(keyboard: Keyboard) -> None:
    keyboard.enter("/questions/week_2/vas_pain", href="/questions/week_2/vas_pain")
    keyboard.to(line="True")
    keyboard.press("ArrowRight", "ArrowRight", "ArrowRight")
    keyboard.to(tag="BUTTON", type="submit", text=SPANISH.gettext("Send"))
    with keyboard.visitor.frame.expect_navigation(url=lambda url: "/vas_pain" not in url):
        keyboard.press("Enter")


def _read_and_tick_a_lesson(keyboard: Keyboard) -> None:
    keyboard.visitor.go("/today")
    keyboard.enter("/programme", href="/programme$")
    keyboard.enter("/programme/ergonomics", href="/programme/ergonomics$")
    keyboard.enter("/programme/ergonomics/[a-z_]+", href="/programme/ergonomics/[a-z_]+$")
    lesson = keyboard.visitor.path
    keyboard.to(tag="BUTTON", type="submit", text=SPANISH.gettext("Done, go on"))
    with keyboard.visitor.frame.expect_navigation(url=lambda url: not url.endswith(lesson)):
        keyboard.press("Enter")


def _write_the_diary(keyboard: Keyboard) -> None:
    keyboard.enter("/diary", href="/diary$")
    keyboard.to(type="radio", name="did")
    keyboard.press("Space", "ArrowRight")
    keyboard.to(type="checkbox", name="exercises")
    keyboard.press("Space")
    keyboard.to(name="minutes")
    keyboard.page.keyboard.type("15")
    keyboard.to(type="radio", name="effort")
    keyboard.press("Space", "ArrowRight")
    keyboard.to(line="True")
    keyboard.press("ArrowLeft")
    keyboard.press("Tab")
    keyboard.to(line="True")
    keyboard.press("ArrowLeft", "ArrowLeft")
    keyboard.to(type="radio", name="news")
    keyboard.press("Space")
    keyboard.to(tag="BUTTON", type="submit", text=SPANISH.gettext("Save"))
    with keyboard.visitor.frame.expect_navigation(url=lambda url: "/diary" not in url):
        keyboard.press("Enter")


def _look_at_the_progress(keyboard: Keyboard) -> None:
    keyboard.enter("/progress", href="/progress$")
    keyboard.to(tag="SUMMARY")
    keyboard.press("Enter")
    assert keyboard.visitor.frame.locator("details[open] table, details[open] dl").count() >= 1


def _change_the_language_and_back(keyboard: Keyboard) -> None:
    page = keyboard.visitor.path
    for language, other in (("en", "English"), ("es", "Español")):
        keyboard.visitor.go(page)
        keyboard.to(tag="BUTTON", text=other)
        with keyboard.visitor.leads_to(page):
            keyboard.press("Enter")
        assert keyboard.visitor.frame.locator("html").get_attribute("lang").startswith(language)


def test_the_first_key_offers_to_skip_to_the_content(keyboard):
    keyboard.visitor.go("/programme")
    keyboard.visitor.frame.locator("body").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    first = keyboard.to(tag="A")

    assert first["href"] == "#main"
    keyboard.press("Enter")
    keyboard.press("Tab")
    inside = keyboard.visitor.frame.evaluate("document.activeElement.closest('main') !== null")
    assert inside

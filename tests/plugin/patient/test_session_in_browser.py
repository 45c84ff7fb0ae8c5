"""Today's session in a browser with a virtual clock: played to the dose, kept, written once."""

import json
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from modules.course.steps import StepKind, of_exercise
from modules.records.care_models import PrescriptionChange
from modules.records.models import DiaryEntry
from tests.browser.axe import faults

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
HOLDS, SIDES, WALK = "c3_bridge", "c6_bird_dog", "e5_walk"
TODAYS = (HOLDS, SIDES, WALK)
VOICES = """(languages) => {
  const said = [];
  class Utterance extends EventTarget {
    constructor(text) { super(); this.text = text; }
  }
  const synthesis = new EventTarget();
  Object.assign(synthesis, {
    getVoices: () => languages.map(lang => ({lang, name: lang})),
    speak: one => {
      said.push([one.lang, one.text]);
      setTimeout(() => one.dispatchEvent(new Event("end")), 100);
    },
    cancel: () => {},
  });
  Object.defineProperty(window, "speechSynthesis", {value: synthesis});
  window.SpeechSynthesisUtterance = Utterance;
  window.said = said;
}"""


@pytest.fixture
def patient(make_patient, locale, unpaused):
    """A participant in week 5 whose list has a held, a two-sided and a timed exercise."""
    one = make_patient(day=34, locale=locale)
    others = [e for e in one.tool.curriculum.exercises if e not in (*TODAYS, *unpaused)]
    with one.tool.database.writing() as session:
        session.add(
            PrescriptionChange(
                participant_id=one.participant_id,
                directions={},
                doses={},
                added=list(TODAYS),
                paused=others,
                reason="start",
                written_by=uuid.uuid4(),
                written_at=one.moment[0],
            )
        )
    return one


@pytest.fixture
def locale() -> str:
    return "en"


@pytest.fixture
def unpaused() -> tuple[str, ...]:
    """What may be done beside that; everything else is paused."""
    return ()


@pytest.fixture
def phone(browser, patient) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    context.clock.install(time=patient.tool.now())
    yield context
    context.close()


@pytest.fixture
def entries(patient) -> Callable[[], list[DiaryEntry]]:
    def read() -> list[DiaryEntry]:
        with patient.tool.database.reading() as session:
            return list(session.scalars(select(DiaryEntry)))

    return read


def begin(phone: BrowserContext, address: str) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/exercises/session")
    start(page)
    return page


def start(page: Page, shows: str = "stage") -> None:
    page.locator("[data-begin]").click()
    page.locator(f"[data-{shows}]").wait_for()


def shows(page: Page, name: str) -> str:
    return page.locator(f"[data-{name}]").first.inner_text()


def play(page: Page, seconds: float) -> None:
    page.clock.run_for(int(seconds * 1000))


def to_the_end(page: Page, patient, exercise: str) -> None:
    """Play an exercise from its first step to its last."""
    steps = of_exercise(patient.tool.curriculum.exercise(exercise))
    play(page, sum(step.seconds for step in steps) + 1)


def order(page: Page) -> list[str]:
    return json.loads(page.locator("[data-played]").inner_text())["order"]


def go_to(page: Page, exercise: str) -> None:
    for _exercise in range(order(page).index(exercise)):
        page.locator("[data-skip]").click()


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('columna-session'))")


def finish(page: Page) -> None:
    page.locator("#pain_before_mm").fill("30")
    page.locator("#pain_after_mm").fill("40")
    page.get_by_text("No, nothing new").click()
    page.get_by_role("button", name="Save").click()


def test_a_whole_session_is_one_entry_with_the_right_amounts(phone, address, patient, entries):
    """Pain rises once, the network is lost and comes back, the page is reloaded in the middle."""
    page = begin(phone, address)
    first, second, third = order(page)
    to_the_end(page, patient, first)
    assert shows(page, "where").startswith("Exercise 2 of 3")
    play(page, 20)
    place = shows(page, "round")
    page.reload()
    assert "You were at exercise 2 of 3" in shows(page, "kept-place")
    start(page)
    assert shows(page, "round") == place
    page.locator("[data-hurts]").click()
    assert "Stop if" in page.locator("[data-pain]").inner_text()
    assert page.locator("[data-stage]").is_hidden()
    page.locator("[data-to-next]").click()
    assert shows(page, "where").startswith("Exercise 3 of 3")
    phone.set_offline(True)
    to_the_end(page, patient, third)
    page.locator("[data-end]").wait_for()
    finish(page)
    page.locator(".kept", has_text="Saved on this device, not sent yet").wait_for()
    assert entries() == []
    phone.set_offline(False)
    play(page, 61)
    page.locator(".kept", has_text="has been sent").wait_for()

    (entry,) = entries()
    assert set(entry.exercises) == {first, third} | ({second} if second in entry.amounts else set())
    assert {key: each["said"] for key, each in entry.amounts.items() if key != second} == {
        first: {},
        third: {},
    }
    assert patient.tool.curriculum.exercise(second).name.en in entry.note
    assert entry.pain_after_mm == 40
    assert kept(page) == []


def test_every_repetition_is_counted_for_as_long_as_prescribed(phone, address, patient):
    page = begin(phone, address)
    go_to(page, SIDES)
    seen: dict[tuple[str, str], int] = {}
    steps = of_exercise(patient.tool.curriculum.exercise(SIDES))
    for step in steps:
        play(page, 0.6)
        kind = page.locator("[data-now]").get_attribute("data-now")
        assert kind == step.kind
        side = {"right": "Right side", "left": "Left side"}.get(step.side or "", "")
        assert shows(page, "side") == side
        if step.kind is StepKind.MOVE:
            where = (shows(page, "side"), shows(page, "round"))
            seen[where] = seen.get(where, 0) + 1
        play(page, step.seconds - 0.6)
    dose = patient.tool.curriculum.exercise(SIDES).dose
    assert seen == {
        (side, f"Set {number} of {dose.sets} · Repetition {rep} of {dose.reps}"): 1
        for number in range(1, dose.sets + 1)
        for rep in range(1, dose.reps + 1)
        for side in ("Right side", "Left side")
    }


def test_time_stands_still_while_it_is_paused(phone, address):
    page = begin(phone, address)
    play(page, 5)
    page.locator("[data-pause]").click()
    count = shows(page, "count")
    play(page, 120)
    assert shows(page, "count") == count
    assert shows(page, "kind") == "Paused"
    page.get_by_role("button", name="Go on").click()
    play(page, 6)
    assert int(shows(page, "count")) < int(count)


@pytest.mark.parametrize("unpaused", [("c2_hollowing_quadruped",)])
def test_after_more_pain_the_easier_form_comes_and_is_written(phone, address, patient, entries):
    page = begin(phone, address)
    go_to(page, SIDES)
    page.locator("[data-hurts]").click()
    page.locator("[data-to-easier]").click()
    easier = patient.tool.curriculum.exercise("c2_hollowing_quadruped")
    assert shows(page, "title") == easier.name.en
    to_the_end(page, patient, easier.id)
    if page.locator("[data-leave]").is_visible():
        page.locator("[data-leave]").click()
    page.locator("[data-end]").wait_for()
    finish(page)
    page.wait_for_url("**/today")
    (entry,) = entries()
    assert entry.exercises == [easier.id]
    assert entry.amounts[easier.id]["said"] == {}


def test_after_more_pain_nothing_goes_on_until_it_is_said_what(phone, address):
    """Neither a reload nor the way back from the diary leads on with what hurt."""
    page = begin(phone, address)
    play(page, 20)
    page.locator("[data-hurts]").click()
    page.reload()
    start(page, "pain")
    page.locator("[data-to-end]").click()
    page.locator("[data-return]").click()
    assert page.locator("[data-pain]").is_visible()
    page.locator("[data-to-next]").click()
    page.locator("[data-pause]").click()
    page.reload()
    start(page)
    assert shows(page, "where").startswith("Exercise 2 of 3")


def test_more_pain_in_the_last_exercise_offers_no_next_one(phone, address):
    page = begin(phone, address)
    go_to(page, order(page)[-1])
    page.locator("[data-hurts]").click()
    assert page.locator("[data-to-next]").is_hidden()
    assert page.locator("[data-pain] .btn-primary:visible").count() == 1


def test_what_is_no_longer_on_the_list_is_left_out_and_the_place_stays(phone, address):
    page = begin(phone, address)
    go_to(page, order(page)[1])
    play(page, 20)
    here, place = shows(page, "title"), shows(page, "round")
    page.locator("[data-pause]").click()
    page.evaluate(
        """() => { for (const key of Object.keys(localStorage).filter(k => k.includes("session"))) {
          const kept = JSON.parse(localStorage[key]);
          kept.order.unshift("gone"); kept.at += 1;
          localStorage[key] = JSON.stringify(kept); } }"""
    )
    page.reload()
    start(page)
    assert (shows(page, "title"), shows(page, "round")) == (here, place)


def test_what_was_left_early_is_written_as_far_as_it_went(phone, address, patient, entries):
    page = begin(phone, address)
    go_to(page, WALK)
    play(page, 15 + 4 * 60 + 30)
    page.locator("[data-leave]").click()
    assert "1 of 3 exercises in 5 min" in shows(page, "done")
    finish(page)
    page.wait_for_url("**/today")
    (entry,) = entries()
    assert (entry.amounts[WALK]["said"], entry.minutes) == ({"minutes": 4}, 5)


def test_back_and_skip_lead_through_the_list(phone, address):
    page = begin(phone, address)
    page.locator("[data-skip]").click()
    assert shows(page, "where").startswith("Exercise 2")
    play(page, 16)
    page.locator("[data-back]").click()
    assert (shows(page, "where")[:10], shows(page, "kind")) == ("Exercise 2", "Get ready")
    page.locator("[data-back]").click()
    assert shows(page, "where").startswith("Exercise 1")


def test_the_diary_page_takes_over_what_a_session_left(phone, address, patient):
    page = begin(phone, address)
    first = order(page)[0]
    to_the_end(page, patient, first)
    page.goto(f"{address}/diary")
    assert page.locator("#did-part").is_checked()
    ticked = page.locator("input[name=exercises]:checked")
    assert [each.input_value() for each in ticked.all()] == [first]
    assert int(page.locator("#minutes").input_value()) >= 1


def test_nothing_of_another_person_stays_on_the_device(phone, address):
    page = phone.new_page()
    page.goto(f"{address}/today")
    page.evaluate("localStorage.setItem('columna-session:' + '0'.repeat(32), '{}')")
    page.reload()
    page.wait_for_function("Object.keys(localStorage).length === 0")


def test_a_session_of_another_day_is_not_gone_on_with(phone, address, patient):
    page = begin(phone, address)
    play(page, 20)
    page.locator("[data-pause]").click()
    patient.later(days=1)
    page.reload()
    assert page.locator("[data-kept-place]").is_hidden()
    assert kept(page) == []


def test_a_screen_reader_is_told_of_steps_and_never_of_seconds(phone, address):
    page = begin(phone, address)
    go_to(page, SIDES)
    page.evaluate(
        """() => { window.told = []; new MutationObserver(() => window.told.push(
        document.querySelector("[data-said]").textContent))
        .observe(document.querySelector("[data-said]"), {childList: true}); }"""
    )
    play(page, 120)
    told = page.evaluate("window.told")
    assert 3 <= len(told) <= 14
    assert not any(words.isdigit() for words in told)


def test_axe_finds_nothing_in_any_part_of_a_session(browser, phone, address):
    found = []
    for scheme, width in (("light", 360), ("dark", 360), ("light", 320), ("light", 1280)):
        page = begin(phone, address)
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 740})
        for press in (None, "pause", "hurts", "to-end"):
            if press:
                page.locator(f"[data-{press}]").click()
            found += [(press, scheme, width, fault) for fault in faults(page)]
        page.evaluate("localStorage.clear()")
        page.close()
    assert found == []


def test_a_session_is_played_by_keyboard_alone(phone, address):
    page = phone.new_page()
    page.goto(f"{address}/exercises/session")
    press(page, "data-begin")
    page.locator("[data-stage]").wait_for()
    press(page, "data-pause")
    assert shows(page, "kind") == "Paused"
    press(page, "data-pause")
    press(page, "data-hurts")
    press(page, "data-to-end")
    page.locator("[data-end]").wait_for()
    press(page, "data-change")
    assert page.locator("#did-nothing").is_visible()


TELLS = """() => {
  window.told = [];
  const watcher = new MutationObserver(changes => {
    for (const {target} of changes) {
      const part = target.closest ? target : target.parentElement;
      const region = part.closest("[role=status], [role=alert], [aria-live]");
      if (region && region.getAttribute("aria-live") !== "off") told.push(region.innerText);
    }
  });
  watcher.observe(document.body, {childList: true, characterData: true, subtree: true});
}"""


def test_a_screen_reader_is_told_that_something_else_begins_and_no_count(phone, address, patient):
    page = begin(phone, address)
    go_to(page, HOLDS)
    page.evaluate(TELLS)
    dose = patient.tool.curriculum.exercise(HOLDS).dose
    counted = set()
    for _second in range(60):
        play(page, 1)
        counted.add(shows(page, "count"))
    told = [each for each in page.evaluate("told") if each]
    assert len(counted) > dose.hold_s  # the figure went on counting
    assert 2 <= len(told) <= 8
    assert not [each for each in told if each.isdigit()]


def test_the_accessibility_tree_names_what_is_on_the_stage(phone, address, patient):
    page = begin(phone, address)
    name = patient.tool.curriculum.exercise(order(page)[0]).name.get("en")
    tree = page.locator("main").aria_snapshot()
    for line in (
        f'- heading "{name}" [level=1]',
        '- region "Exercise"',
        "- timer:",
        '- button "Pause"',
        '- button "Back"',
        '- button "Skip"',
        '- button "It hurts more"',
        '- button "Finish here"',
    ):
        assert line in tree, tree


def press(page: Page, mark: str) -> None:
    for _key in range(60):
        if page.evaluate("mark => document.activeElement.hasAttribute(mark)", mark):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {mark}")


def test_without_script_the_page_is_a_list_with_links(browser, address):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/exercises/session")
    assert page.locator("[data-start] li a[href*='/exercises/']").count() == 3
    assert page.locator("[data-begin]").is_hidden()
    page.get_by_role("link", name="All", exact=True).click()
    assert page.locator("#did-all").is_checked()
    context.close()


class TestVoice:
    WORDS = {
        "es_MX": (
            "Lado derecho",
            "Cambia de lado. Lado izquierdo",
            "Serie 1 de 2. ",
            "Mantén 5 segundos",
            "Regresa despacio",
            "Descansa {} segundos",
        ),
        "en": (
            "Right side",
            "Change side. Left side",
            "Set 1 of 2. ",
            "Hold for 5 seconds",
            "Go back slowly",
            "Rest for {} seconds",
        ),
    }

    @pytest.mark.parametrize(("locale", "voice"), [("es_MX", "es-MX"), ("en", "en-US")])
    def test_says_name_cue_count_side_and_rest_in_the_language(
        self, phone, address, patient, voice, locale
    ):
        phone.add_init_script(f"({VOICES})(['de-DE', '{voice}'])")
        page = begin(phone, address)
        go_to(page, SIDES)
        page.locator("[data-voice] input").check()
        exercise = patient.tool.curriculum.exercise(SIDES)
        dose = exercise.dose
        play(page, 15 + 2 * dose.reps * (dose.hold_s + 4) + 6 + 3)
        side, change, first, hold, back, rest = self.WORDS[locale]
        name, cue = exercise.name.get(locale), exercise.cue.get(locale).rstrip(".")
        one_side = [
            said
            for rep in range(1, dose.reps + 1)
            for said in (f"{first if rep == 1 else ''}{rep}", hold, back)
        ]
        sentences = [
            f"{name}. {cue}. {side}",
            *one_side,
            change,
            *one_side,
            rest.format(dose.rest_s),
        ]
        assert page.evaluate("window.said") == [[voice, each] for each in sentences]

    def test_is_off_until_it_is_chosen_and_remembered_then(self, phone, address):
        phone.add_init_script(f"({VOICES})(['en-GB'])")
        page = begin(phone, address)
        play(page, 20)
        assert page.evaluate("window.said") == []
        page.locator("[data-voice] input").check()
        page.reload()
        start(page)
        assert page.locator("[data-voice] input").is_checked()

    def test_has_no_switch_without_a_voice_for_the_language(self, phone, address):
        phone.add_init_script(f"({VOICES})(['de-DE'])")
        page = begin(phone, address)
        assert page.locator("[data-voice]").is_hidden()
        play(page, 20)
        assert shows(page, "kind") != "Get ready"

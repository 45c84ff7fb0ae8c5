"""Six weeks of a participant, day by day, on a telephone's screen with a simulated clock.

COLUMNA_PICTURES=folder keeps a picture of every page. The long profile launches from the LMS on
every day, in both languages, and adds a participant who never finishes a module.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from modules.records.models import Study
from tests.browser import six_weeks
from tests.browser import six_weeks_clinic as clinic
from tests.browser.conftest import PHONE
from tests.browser.six_weeks import Walker, long_date
from tests.browser.six_weeks_clinic import Taking, day_of
from tests.browser.two_sites import ANA, EVA, LUIS, TwoSites
from tests.conftest import LONG
from tests.factories import CONTROL, TREATED, TRIAL

LAST, AFTER = 42, (43, 50)
OPENS = {"education": 1, "ergonomics": 8, "directional": 15, "core": 22, "relaxation": 36}
LATEST = {"education": 1, "ergonomics": 15, "directional": 22, "core": 29, "relaxation": 36}
"""For whoever never finishes a module."""
ASKED = {12: ["odi", "vas_pain"], 26: ["odi", "vas_pain"], 39: ["odi", "vas_pain", "satisfaction"]}
MISSED, FILLED_LATER = (17, 18, 24), (25,)
OF_THE_PROGRAMME = (
    "/programme",
    "/programme/education",
    "/exercises/e5_walk",
    "/diary",
    "/progress",
    "/live/",
    "/paper/diary.pdf",
)
LANGUAGES = ("es", "en") if LONG else ("es",)


@pytest.fixture
def walk(own_sites: TwoSites, chromium: Browser) -> Iterator[Callable[..., Walker]]:
    """Return a maker of walkers on one pair of sites; what axe has seen is shared."""
    contexts, known = [], {}

    def begin(who: Taking, name: str, language: str) -> Walker:
        contexts.append(
            chromium.new_context(viewport=PHONE, reduced_motion="reduce", has_touch=True)
        )
        contexts[-1].route(f"{clinic.MEETING}**", lambda route: route.fulfill(body="meeting"))
        return six_weeks.walker(own_sites, contexts[-1], who, f"{name}-{language}", language, known)

    yield begin
    for context in contexts:
        context.close()


def pain(number: int) -> int:
    """Return the pain of a day, mm: it eases, with better and worse days."""
    return 58 - number // 2 + (number * 7) % 9


def is_launch(number: int) -> bool:
    """Whether the day begins in the LMS: once a week, in the long profile always."""
    return LONG or number % 7 == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_the_arm_with_the_programme(own_sites: TwoSites, walk, language):
    who = clinic.take_part(own_sites, ANA, TRIAL, TREATED, "ANA-2WX")
    clinic.plan_sessions(own_sites)
    ana = walk(who, "programme", language)
    answered, exercises = {}, {}
    for number in (*range(1, LAST + 1), *AFTER):
        words = ana.day(number, launch=is_launch(number))
        if number <= LAST:
            assert f"{(number - 1) // 7 + 1} {'de' if language == 'es' else 'of'} 6" in words
        if found := ana.answer_what_waits(45):
            answered[number] = found
        the_team(ana, number)
        ana.read_a_lesson()
        if number % 7 == 3:
            exercises[number] = ana.do_the_exercises()
        the_diary(ana, number)
        look_around(ana, number)

    assert not ana.wrong, "\n".join(ana.wrong)
    assert answered == ASKED
    written = [n for n in range(1, LAST + 1) if n not in MISSED or n + 1 in FILLED_LATER]
    assert clinic.entries(own_sites, who) == [day_of(number) for number in written]
    assert all(count >= 2 for count in exercises.values())


def the_team(ana: Walker, number: int) -> None:
    """What the team does on its days, and how the participant finds it."""
    if number == 16:
        clinic.choose_a_direction(ana.sites, ana.who, "extension")
    if number in (6, 27):
        clinic.reply(ana.sites, ana.who, "👍 12 × 2")
        ana.open("/today")
        assert ana.follow_to("main a[href$='/messages']")
        ana.send("I have read it")
        ana.open("/today")
    if number == 8:
        ana.open("/live/")
        with ana.page.context.expect_page() as meeting:
            ana.frame.locator("form[data-live] button").first.click()
        meeting.value.close()
        ana.open("/today")
        assert clinic.sessions_entered(ana.sites, ana.who) == 1


def the_diary(ana: Walker, number: int) -> None:
    """Write the day's entry; some days are missed, some bring a safety text."""
    if number in MISSED or number > LAST:
        return
    if number in FILLED_LATER:
        ana.write_the_diary(pain(number - 1), day=day_of(number - 1))
    words = ana.write_the_diary(
        pain(number), note="Me caí" if number == 10 else "", leg=number == 20
    )
    wants_care = number in (10, 20)
    assert ana.path.startswith("/diary/saved/") is wants_care, words
    if wants_care:
        assert clinic.close_alerts(ana.sites, ana.who) == [{10: "T7", 20: "T2"}[number]]
    if number == 30:
        a_warning_sign(ana)


def a_warning_sign(ana: Walker) -> None:
    """Tick a sign, find the exercises paused, and open again once the team has seen to it."""
    ana.open("/warning")
    ana.fill(signs="R4")
    ana.send("Tell my team")
    assert ana.path == "/warning/told"
    for path in ("/today", "/diary", "/programme/core"):
        ana.open(path)
    ana.refused("/exercises/s1_cat_camel")
    assert clinic.close_alerts(ana.sites, ana.who) == ["R4"]
    ana.open("/exercises/s1_cat_camel")


def look_around(ana: Walker, number: int) -> None:
    """Look at what has opened, at what is shut and says when, and at everything else."""
    for key, opens in OPENS.items():
        if opens == number + 1:
            assert long_date(day_of(opens), ana.language) in ana.refused(f"/programme/{key}")
        if opens == number:
            ana.open(f"/programme/{key}")
            ana.open(f"/programme/{key}/quiz")
            for first in ana.frame.locator("fieldset").all():
                first.locator("input").first.check()
            ana.send("See the answers")
    if number not in (1, 15, 29, *AFTER):
        return
    programme = ana.open("/programme")
    shut = [key for key, opens in OPENS.items() if opens > number]
    assert all(long_date(day_of(OPENS[key]), ana.language) in programme for key in shut)
    for path in ("/progress", "/questions", "/messages", "/warning", "/brochure", "/live/"):
        ana.open(path)
    if number in AFTER:
        for key in OPENS:
            ana.open(f"/programme/{key}")
        ana.open("/diary")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_the_arm_without(own_sites: TwoSites, walk, language):
    who = clinic.take_part(own_sites, LUIS, TRIAL, CONTROL, "LUS-3WX")
    clinic.plan_sessions(own_sites)
    luis = walk(who, "control", language)
    answered = {}
    for number in (*range(1, LAST + 1), *AFTER):
        luis.day(number, launch=is_launch(number))
        if found := luis.answer_what_waits(45):
            answered[number] = found
        everywhere = list(luis.state["links"])
        if number in (1, 22, 43) or LONG:
            for path in ("/questions", "/messages", "/warning", "/brochure"):
                luis.open(path)
                everywhere += luis.state["links"]
            for path in OF_THE_PROGRAMME:
                luis.refused(path)
        parts = {link.partition("/t/")[2].partition("/")[2].split("/")[0] for link in everywhere}
        assert not parts & {"programme", "diary", "live", "exercises", "progress", "paper"}, number

    assert not luis.wrong, "\n".join(luis.wrong)
    assert answered == ASKED


@pytest.mark.long
def test_a_clinic_that_treats_in_english(own_sites: TwoSites, walk):
    """The care protocol: everybody has the programme, pain lets a module wait."""
    with own_sites.tool.database.writing() as session:
        session.query(Study).one().protocol_key = "care"
    who = clinic.take_part(own_sites, EVA, "care", None, "EVA-4WX")
    eva = walk(who, "care", "en")
    days = range(1, LAST + 9) if LONG else (1, 12, 13, 14, 15, 22, 39, 50)
    for number in days:
        eva.day(number, launch=is_launch(number))
        eva.answer_what_waits(40)
        eva.read_a_lesson()
        if number == 12:
            clinic.finish(own_sites, who, "ergonomics", "directional")
        if number <= LAST:
            eva.write_the_diary(82 if 12 <= number <= 17 else 45)
        clinic.close_alerts(own_sites, who)
        programme = eva.open("/programme")
        assert ("more pain these days" in programme) is (15 <= number <= 21)
        if number in (15, 22, 50):
            eva.open("/progress")

    assert not eva.wrong, "\n".join(eva.wrong)


@pytest.mark.long
def test_somebody_who_never_finishes_a_module_is_not_shut_out(own_sites: TwoSites, walk):
    who = clinic.take_part(own_sites, ANA, TRIAL, TREATED, "ANA-2WX")
    ana = walk(who, "slow", "es")
    opened: dict[str, int] = {}
    for number in range(1, LAST + 1):
        ana.day(number)
        for key in set(OPENS) - set(opened):
            ana.allowed = frozenset({403})
            if ana.go(f"/programme/{key}") == 200:
                opened[key] = number
            ana.look()
        ana.allowed = frozenset()

    assert not ana.wrong, "\n".join(ana.wrong)
    assert opened == LATEST

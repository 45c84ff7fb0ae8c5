"""Every page in both languages, on a telephone and a desk: axe finds nothing, all of it fits."""

import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from lti.models import LtiUser
from modules.course import prescription
from modules.records.alert_models import Alert
from modules.records.live_session_models import LiveSession, LiveSessionGroup
from modules.records.models import Participant
from modules.safety.triggers import Trigger
from modules.services import alerts, care, live_sessions
from plugin.app import create_app
from plugin.models import RoleAssignment
from tests import addresses, factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import Visitor
from tests.browser.two_sites import (
    ASSESSOR,
    CUSTODIAN,
    ENROLLER,
    EVA,
    JUAN,
    ROSA,
    STAFF,
    TwoSites,
    running,
)
from tests.conftest import LONG
from tests.factories import CONTROL, NOON, TODAY, TRIAL

LANGUAGES = ("es", "en")
WAITING = "W4T-6QK"
SHOWS = {
    "patient": 19,
    "control": 5,
    "staff": 6,
    "team": 22,
    "enroller": 8,
    "assessor": 3,
    "custodian": 2,
    "visitor": 1,
}
"""So many of their addresses show a page, at least."""
NARROW, ENLARGED = {"width": 320, "height": 740}, {"width": 640, "height": 450}
PLAIN, DARK, FORCED = {}, {"color_scheme": "dark"}, {"forced_colors": "active"}
ALL_LOOKS = (
    (PHONE, PLAIN),
    (DESKTOP, PLAIN),
    (NARROW, PLAIN),
    (ENLARGED, PLAIN),
    (PHONE, DARK),
    (PHONE, FORCED),
)
LOOKS = {
    "es": ALL_LOOKS if LONG else ((PHONE, PLAIN),),
    "en": ALL_LOOKS if LONG else ((DESKTOP, PLAIN),),
}
"""The long profile looks at every page in both languages, on a telephone and a desk, 320 px wide,
at 200 % on a desk, dark, and in the colours that a person forces."""
WHO = {
    "patient": (ROSA, ("patient",)),
    "control": (JUAN, ("patient",)),
    "staff": (STAFF, ("staff", "visits")),
    "team": (STAFF, ("staff", "care", "sessions", "library", "transcription")),
    "enroller": (ENROLLER, ("staff", "enrolment")),
    "assessor": (ASSESSOR, ("assessor",)),
    "custodian": (CUSTODIAN, ("office",)),
    "visitor": (EVA, ("start",)),
}
KIND = """path => fetch(path, {method: "HEAD"}).then(
  answer => (answer.headers.get("content-type") || "")
    + (answer.headers.get("content-disposition") || ""))"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    """Both sites, and a team that has something to do: an alert, a reply, sessions, a change."""
    with running(tmp_path_factory.mktemp("accessible")) as started:
        _let_the_team_work(started, started.participant(ROSA))
        yield started


def _let_the_team_work(sites: TwoSites, rosa: uuid.UUID) -> None:
    curriculum = sites.tool.curriculum
    with sites.tool.database.writing() as session:
        by = session.scalars(select(LtiUser.id).where(LtiUser.subject == STAFF)).one()
        study_id = session.scalars(select(RoleAssignment.study_id)).first()
        alerts.raise_all(
            session,
            rosa,
            [Trigger.LEG_PAIN, Trigger.OUT_OF_TOUCH],
            uuid.uuid4(),
            NOON - timedelta(days=2),
        )
        sent = care.Reply("steady", "Gracias por escribir.", None, uuid.uuid4())
        care.reply(session, rosa, sent, curriculum, by, NOON)
        # Somebody on the way in with every step done, and somebody whom nobody looks after.
        waiting = factories.participant(session, study_id, WAITING)
        protocol = sites.tool.protocols[TRIAL]
        factories.consent(session, waiting.id)
        factories.screening(session, waiting.id, protocol)
        factories.baseline(session, waiting.id, protocol, TODAY)
        alone = factories.participant(session, study_id, "N5B-8HT", TODAY)
        factories.allocation(session, alone.id, CONTROL)
        paused = curriculum.module("education").exercises[0]
        care.prescribe(
            session,
            rosa,
            lambda held: prescription.with_state(held, paused, "paused"),
            "pain",
            curriculum,
            by,
            NOON,
        )
        plan = live_sessions.GroupForm(
            name="Grupo de la tarde",
            begins_on=TODAY - timedelta(days=6),
            starts=time(18, 0),
            time_zone="America/Mexico_City",
            minutes=45,
            weeks=3,
            link="https://meet.example.org/columna",
            everyone=False,
        )
        group_id = live_sessions.plan(session, study_id, plan, by, NOON)
        live_sessions.invite(session, group_id, {rosa}, by, NOON)


@cache
def pages_of(sites_id: int, who: str) -> tuple[str, ...]:
    """Return every address that a person's blueprints have for opening."""
    sites = SITES[sites_id]
    person, blueprints = WHO[who]
    app = create_app(tool=sites.tool)
    known = [name for name in blueprints if name in app.blueprints]
    lesson = sites.tool.curriculum.module("education").lessons[0].key
    values = {
        "module_key": "education",
        "lesson_key": lesson,
        "exercise_id": sites.tool.curriculum.module("education").exercises[0],
        "day": date.isoformat(TODAY),
        "participant_id": _whose_pages(sites, who),
        "visit": "week_2",
        "visit_key": "week_2",
        "folder": "exercises",
        "key": sites.tool.curriculum.module("education").exercises[0],
        "instrument": "vas_pain",
        "instrument_key": "vas_pain",
    }
    with sites.tool.database.reading() as session:
        values["alert_id"] = session.scalars(select(Alert.id).order_by(Alert.trigger)).first()
        values["group_id"] = session.scalars(select(LiveSessionGroup.id)).first()
        past = select(LiveSession.id).order_by(LiveSession.starts_at)
        values["session_id"] = session.scalars(past).first()
    found = addresses.of_launches(app, *known, **values)
    paths = dict.fromkeys(one.path for one in found if one.method == "GET")
    return tuple(paths)


def _whose_pages(sites: TwoSites, who: str) -> object:
    """Return the participant whose pages somebody of the team opens."""
    if who != "enroller":
        return sites.participant(ROSA if who == "team" else JUAN)
    with sites.tool.database.reading() as session:
        return session.scalars(select(Participant.id).where(Participant.code == WAITING)).one()


def is_a_page(visitor: Visitor, path: str) -> bool:
    """Whether an address shows a page, not a file to keep."""
    kind = visitor.frame.evaluate(KIND, f"{visitor.base}{path}")
    return kind.startswith("text/html") and "attachment" not in kind


SITES: dict[int, TwoSites] = {}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def enter(sites: TwoSites, chromium: Browser, language: str) -> Iterator[object]:
    """Return a way in for anybody, in one language."""
    SITES[id(sites)] = sites
    contexts = []

    def come_in(who: str) -> tuple[Visitor, tuple[str, ...]]:
        contexts.append(chromium.new_context(viewport=PHONE, reduced_motion="reduce"))
        visitor = Visitor.arrive(sites, contexts[-1], WHO[who][0], lang=language)
        return visitor, pages_of(id(sites), who)

    yield come_in
    for context in contexts:
        context.close()


def look_at(visitor: Visitor, path: str) -> list[str]:
    """Return what is wrong with a page, in the looks of its language."""
    faults = []
    for size, colours in LOOKS[visitor.frame.locator("html").get_attribute("lang")[:2]]:
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **colours})
        found = visitor.faults()
        faults += [f"{path} at {size['width']} {[*colours.values()]}: {fault}" for fault in found]
    if visitor.frame.locator("h1").count() != 1:
        faults.append(f"{path}: not one heading")
    if not visitor.frame.title():
        faults.append(f"{path}: no title")
    return faults


@pytest.mark.parametrize("who", WHO)
def test_every_page(enter, language, who):
    visitor, paths = enter(who)
    faults, shown = [], 0
    for path in [path for path in paths if is_a_page(visitor, path)]:
        status = visitor.go(path)
        assert status < 500, path
        shown += status == 200
        faults += look_at(visitor, path)
        if not visitor.frame.locator("html").get_attribute("lang").startswith(language):
            faults.append(f"{path}: not in {language}")

    assert faults + visitor.complaints == []
    assert shown >= SHOWS[who]


def test_a_form_that_says_what_is_wrong(enter):
    """The faults of forms, which no address shows: a summary with links to the fields."""
    enroller, _paths = enter("enroller")
    person = _whose_pages(enroller.sites, "enroller")
    faults = []
    for form in ("consent", "contact"):
        enroller.go(f"/staff/participants/{person}/{form}")
        with enroller.frame.expect_navigation():
            enroller.submit()
        faults += look_at(enroller, form)
    patient, _paths = enter("patient")
    patient.go("/diary")
    patient.fill(did="part", minutes="many")
    with patient.frame.expect_navigation():
        patient.submit()
    faults += look_at(patient, "diary")
    summary = patient.frame.locator("[role=alert], .error-summary").first

    assert faults == []
    assert summary.is_visible()


def test_pages_without_a_launch(sites, chromium, language):
    context = chromium.new_context(viewport=PHONE, locale=language)
    page = context.new_page()
    faults = []
    for path in ("/t/nobody/today", "/nothing-here", "/lti/launch", "/lti/login", "/open"):
        page.goto(f"{sites.tool_url}{path}")
        found = type("Alone", (Visitor,), {"frame": property(lambda self: page.main_frame)})
        alone = found(page, sites)
        faults += [f"{path}: {fault}" for fault in alone.faults()]
    context.close()

    assert faults == []


def test_the_page_of_a_browser_without_cookies(sites, with_preferences, language):
    refused = {"cookies": {f"{sites.tool_url},{sites.lms_url}": {"setting": 2}}}
    context = with_preferences({"content_settings": {"exceptions": refused}}, locale=language)
    page = context.new_page()
    page.goto(sites.activity(JUAN, lang=language))
    page.frame_locator("#contentframe").get_by_role("button").wait_for()
    frame = next(frame for frame in page.frames if "localhost" in frame.url)
    alone = type("Alone", (Visitor,), {"frame": property(lambda self: frame)})(
        page=page, sites=sites
    )

    assert look_at(alone, "new window") == []

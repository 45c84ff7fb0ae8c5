"""What happens around somebody's six weeks: they begin, the team plans, answers and decides."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.launch import sessions as launches
from lti.models import LtiContext, Membership, Platform
from modules.course import prescription
from modules.course.prescription import Prescription
from modules.records.alert_models import AlertState
from modules.records.live_session_models import LiveSessionAttendance
from modules.records.models import DiaryEntry
from modules.services import alerts, care, live_sessions
from modules.services import course as course_service
from tests import factories
from tests.browser.two_sites import LEARNER, PEOPLE, TwoSites
from tests.factories import PROPOSED, TODAY

ZONE = ZoneInfo("America/Mexico_City")
TEAM = uuid.UUID(int=1)
MEETING = "https://meet.example.org/espalda"


def day_of(number: int) -> date:
    """Return the local date of a study day; day 1 is the first day of the tests' clock."""
    return TODAY + timedelta(days=number - 1)


def moment_of(number: int, at: time = time(12)) -> datetime:
    """Return a local time of a study day."""
    return datetime.combine(day_of(number), at, ZONE)


@dataclass(frozen=True)
class Taking:
    """Somebody's place in the course and in the study."""

    person: str
    membership_id: uuid.UUID
    participant_id: uuid.UUID


def take_part(
    sites: TwoSites, person: str, protocol_key: str, arm: str | None, code: str
) -> Taking:
    """Let somebody of the LMS begin on day 1, with everything before it done."""
    protocol = sites.tool.protocols[protocol_key]
    with sites.tool.database.writing() as session:
        course, platform = session.query(LtiContext).one(), session.query(Platform).one()
        name = next(one.name for one in PEOPLE if one.id == person)
        who = factories.user(session, platform, name, person)
        place = factories.membership(session, who, course, LEARNER)
        one = factories.participant(session, course.study_id, code, TODAY)
        place.participant_id = one.id
        if arm:
            factories.consent(session, one.id)
            factories.screening(session, one.id, protocol)
            factories.baseline(session, one.id, protocol, TODAY)
            factories.allocation(session, one.id, arm)
        return Taking(person, place.id, one.id)


def open_tab(sites: TwoSites, who: Taking, language: str) -> tuple[str, str]:
    """Leave behind what a launch does; return the reference and the cookie's secret."""
    secret, now = uuid.uuid4().hex, sites.clock()
    with sites.tool.database.writing() as session:
        place = session.get_one(Membership, who.membership_id)
        course_service.record_login(session, who.participant_id, now)
        opened = factories.launch_session(
            session, place, PROPOSED["patient"], secret, now, locale=language
        )
        return opened.ref, secret


def cookie_of(ref: str, secret: str) -> dict[str, object]:
    """Return the cookie of a tab as a browser keeps it."""
    place = {"domain": "localhost", "path": "/", "secure": True, "sameSite": "None"}
    return {"name": launches.cookie_name(ref), "value": secret, **place}


def finish(sites: TwoSites, who: Taking, *modules: str) -> None:
    """Let somebody have read every lesson of these modules by today."""
    today = sites.clock().astimezone(ZONE).date()
    with sites.tool.database.writing() as session:
        for module in modules:
            for lesson in sites.tool.curriculum.module(module).lessons:
                factories.lesson_done(session, who.participant_id, module, lesson.key, today)


def plan_sessions(sites: TwoSites) -> None:
    """Plan six live sessions, at noon on days 1, 8, …; everybody who has them is invited."""
    with sites.tool.database.writing() as session:
        study = session.query(LtiContext).one().study_id
        form = live_sessions.GroupForm("Jueves", TODAY, time(12), str(ZONE), 45, 6, MEETING, True)
        live_sessions.plan(session, study, form, TEAM, sites.clock())


def choose_a_direction(sites: TwoSites, who: Taking, direction: str) -> None:
    """The therapist chooses a direction with the participant."""
    course = sites.tool.curriculum
    module = course.module("directional")

    def change(held: Prescription) -> Prescription:
        return prescription.with_direction(held, module, direction)

    with sites.tool.database.writing() as session:
        care.prescribe(session, who.participant_id, change, "start", course, TEAM, sites.clock())


def reply(sites: TwoSites, who: Taking, words: str) -> None:
    """The team answers the newest entry of the diary."""
    with sites.tool.database.writing() as session:
        sent = care.Reply(None, words, _newest_entry(session, who), uuid.uuid4())
        care.reply(session, who.participant_id, sent, sites.tool.curriculum, TEAM, sites.clock())


def _newest_entry(session: Session, who: Taking) -> uuid.UUID | None:
    return session.scalar(
        select(DiaryEntry.id)
        .where(DiaryEntry.participant_id == who.participant_id, DiaryEntry.superseded_at.is_(None))
        .order_by(DiaryEntry.day.desc())
        .limit(1)
    )


def close_alerts(sites: TwoSites, who: Taking) -> list[str]:
    """The team deals with every open alert; return what they were."""
    with sites.tool.database.writing() as session:
        waiting = alerts.waiting(session, who.participant_id)
        for alert in waiting:
            alerts.move(session, alert.id, AlertState.CLOSED, TEAM, sites.clock(), "resolved")
        return sorted(alert.trigger for alert in waiting)


def entries(sites: TwoSites, who: Taking) -> list[date]:
    """Return the days that are written in the diary, in order."""
    with sites.tool.database.reading() as session:
        query = select(DiaryEntry.day).where(
            DiaryEntry.participant_id == who.participant_id, DiaryEntry.superseded_at.is_(None)
        )
        return sorted(session.scalars(query))


def sessions_entered(sites: TwoSites, who: Taking) -> int:
    """Return at how many live sessions somebody pressed «Enter now»."""
    with sites.tool.database.reading() as session:
        query = select(LiveSessionAttendance).where(
            LiveSessionAttendance.participant_id == who.participant_id,
            LiveSessionAttendance.joined_at.is_not(None),
        )
        return len(session.scalars(query).all())

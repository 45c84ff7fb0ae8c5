"""A synthetic study: 48 participants somewhere in their six weeks, alike at every start of a day.

A few more did not qualify, are in screening, or are in the course and not enrolled yet.

Everything is made through the services that real people's clicks go through, with dates in the
past, so that the demonstration cannot show what the tool would refuse.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lti.models import LtiContext, LtiUser, Membership, MembershipSource, MembershipStatus, Platform
from lti.registration import platforms
from lti.registration.platforms import NewPlatform
from modules.course.progression import ModuleStatus
from modules.diary import amounts
from modules.diary.amounts import Amount
from modules.diary.entry import DiaryForm
from modules.records import queries
from modules.records.models import Respondent
from modules.services import (
    assessments,
    course,
    diaries,
    learning,
    live_sessions,
    screening,
)
from modules.services.screening import ScreeningForm
from modules.study.protocol import Protocol
from notifications import outbox
from notifications.outbox import ConsentGiven
from plugin import administrators, outcomes, reminders, setup
from plugin.demo import answers, goals, team
from plugin.demo.lms.config import CourseRole, PlatformConfig
from plugin.demo.lms.config import Person as LmsPerson
from plugin.models import Role
from plugin.tool import Tool
from plugin.trial import allocation, readiness

STUDY = "demo"
PROTOCOL = "imss-nct07248813"
SEED = 7248813
PARTICIPANTS = 48
IN_SCREENING = 3
LONGEST_STAY_DAYS = 46
REMINDED = 0.6
"""Share of the participants who agreed to be reminded."""

UNREAD_DAYS = 3
"""Whoever has been there longer has read the welcome."""

NEW_SYMPTOM = 71
"""About one diary in so many names something new in a leg."""
ANOTHER_AMOUNT = 7
"""About one diary in so many says that a set less was done."""

Progress = Callable[[], None]


@dataclass(frozen=True)
class Cast:
    """What is needed to let one synthetic person live through the study."""

    tool: Tool
    protocol: Protocol
    study_id: uuid.UUID
    staff_id: uuid.UUID
    enroller_id: uuid.UUID
    rng: random.Random
    now: datetime

    @property
    def today(self) -> date:
        """Return the day it is where the study is."""
        return self.now.astimezone(ZoneInfo(self.protocol.time_zone)).date()

    def moment(self, day: date, hour: int) -> datetime:
        """Return a local hour of a day, never later than now."""
        local = datetime.combine(day, time(hour), ZoneInfo(self.protocol.time_zone))
        return min(local.astimezone(UTC), self.now)


def load(tool: Tool, config: PlatformConfig, progress: Progress) -> None:
    """Fill an empty database with the synthetic study of the demonstration LMS's first course."""
    rng = random.Random(SEED)  # noqa: S311 - made-up data, the same at every start
    now = tool.now()
    protocol = tool.protocols[PROTOCOL]
    with tool.database.writing() as session:
        people = _people(session, config, now)
        staff, enroller, *_more = (p for p in config.people if p.role is CourseRole.TEACHER)
        seed = rng.randbytes(32)
        study_id = setup.create_study(session, tool, STUDY, protocol, synthetic=True, seed=seed)
        _course(session, config).study_id = study_id
        staff_id = people[staff.id].lti_user_id
        setup.assign_role(session, tool, study_id, staff_id, Role.STAFF)
        enroller_id = people[enroller.id].lti_user_id
        setup.assign_role(session, tool, study_id, enroller_id, Role.ENROLLER)
        for person in config.people:
            if person.role is CourseRole.NON_EDITING_TEACHER:
                user_id = people[person.id].lti_user_id
                setup.assign_role(session, tool, study_id, user_id, Role.ASSESSOR)
            if person.role is CourseRole.ADMIN:
                administrators.name(session, people[person.id].lti_user_id, now)
    cast = Cast(tool, protocol, study_id, staff_id, enroller_id, rng, now)
    with tool.database.writing() as session:
        _plan_sessions(session, cast)
    patients = (people[p.id].id for p in config.people if p.role is CourseRole.STUDENT)
    for number in range(1, PARTICIPANTS + 1):
        while not _live(cast, next(patients), number):
            pass  # too little pain at baseline: a screening failure, the next one comes
        progress()
    for _ in range(IN_SCREENING):
        with tool.database.writing() as session:
            _enrol(session, cast, next(patients), cast.today)
    reminders.plan_all(tool, now)


def _plan_sessions(session: Session, cast: Cast) -> None:
    """Plan a live session a week for everybody, two weeks back and four ahead."""
    form = live_sessions.GroupForm(
        name="Grupo de la tarde",
        begins_on=cast.today - timedelta(days=12),
        starts=time(18),
        time_zone=cast.protocol.time_zone,
        minutes=45,
        weeks=6,
        link="https://meet.example.org/columna-demo",
        everyone=True,
    )
    live_sessions.plan(session, cast.study_id, form, cast.staff_id, cast.now)


def register(session: Session, config: PlatformConfig, now: datetime) -> Platform:
    """Make the demonstration LMS known to the tool, as an administrator would by hand."""
    registered = config.tools[0]
    return platforms.add(
        session,
        NewPlatform(
            issuer=config.base_url,
            client_id=registered.client_id,
            deployment_id=registered.deployment_id,
            login_url=f"{config.base_url}/mod/lti/auth.php",
            token_url=f"{config.base_url}/mod/lti/token.php",
            jwks_url=f"{config.base_url}/mod/lti/certs.php",
            name=config.name,
        ),
        now,
    )


def _people(session: Session, config: PlatformConfig, now: datetime) -> dict[str, Membership]:
    """Register the LMS and make its people known, as a roster would."""
    platform = register(session, config, now)
    first = config.courses[0]
    made = LtiContext(
        platform_id=platform.id,
        deployment_id=platform.deployments[0].id,
        context_id=first.id,
        title=first.title,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return {
        person.id: _membership(session, person, made, now)
        for person in config.people
        if person.id in first.members
    }


def _membership(session: Session, person: LmsPerson, made: LtiContext, now: datetime) -> Membership:
    user = LtiUser(
        platform_id=made.platform_id, subject=person.id, name=person.name, created_at=now
    )
    session.add(user)
    session.flush()
    teaches = person.role is not CourseRole.STUDENT
    membership = Membership(
        lti_user_id=user.id,
        course_id=made.id,
        roles=["Instructor" if teaches else "Learner"],
        source=MembershipSource.LAUNCH,
        status=MembershipStatus.ACTIVE,
        last_seen_at=now,
    )
    session.add(membership)
    session.flush()
    return membership


def _course(session: Session, config: PlatformConfig) -> LtiContext:
    return session.query(LtiContext).filter_by(context_id=config.courses[0].id).one()


def _enrol(session: Session, cast: Cast, membership_id: uuid.UUID, day: date) -> uuid.UUID:
    """Enrol one person of the course on a day."""
    membership = session.get_one(Membership, membership_id)
    enrolled = cast.moment(day, 9)
    participant_id = course.enrol(session, cast.study_id, cast.protocol, enrolled, cast.rng.choice)
    membership.participant_id = participant_id
    session.flush()
    return participant_id


def _live(cast: Cast, membership_id: uuid.UUID, number: int) -> bool:
    """Let one person live through the study until today; return False for who did not qualify."""
    stay = 1 + (number - 1) * (LONGEST_STAY_DAYS - 1) // (PARTICIPANTS - 1)
    first = cast.today - timedelta(days=stay)
    with cast.tool.database.writing() as session:
        participant_id = _enrol(session, cast, membership_id, first)
        level = _screen(session, cast, participant_id, first)
        if readiness.unmet(allocation.checks_of(session, participant_id, cast.protocol)):
            return False
        at = cast.moment(first, 12)
        allocation.allocate(
            session, participant_id, cast.protocol, at, cast.enroller_id, cast.staff_id
        )
        if stay > UNREAD_DAYS:
            version = cast.tool.curriculum.welcome.privacy.version
            course.note_notice(session, participant_id, version)
        if cast.rng.random() < REMINDED:
            _agree(session, cast, participant_id, number, first)
        _follow(session, cast, participant_id, level, first, cast.today)
        if "personal_goals" in allocation.components_of(session, participant_id, cast.protocol):
            _set_goals(session, cast, participant_id, number, first)
        key, staff_id = cast.protocol.key, cast.staff_id
        team.look_after(session, cast.tool, key, participant_id, number, staff_id, cast.now)
    return True


def _set_goals(
    session: Session, cast: Cast, participant_id: uuid.UUID, number: int, first: date
) -> None:
    plan = cast.protocol.goals
    if plan is not None:
        goals.live_with(
            session,
            participant_id,
            plan,
            number,
            first,
            cast.today,
            lambda day: cast.moment(day, 20),
        )


def _screen(session: Session, cast: Cast, participant_id: uuid.UUID, day: date) -> float:
    """Record consent, screening and baseline; return the disability at baseline, percent."""
    rng = cast.rng
    at = cast.moment(day, 10)
    course.record_consent(session, participant_id, "CI-2.0", day, cast.enroller_id, at)
    criteria = cast.protocol.eligibility.inclusion + cast.protocol.eligibility.exclusion
    height = rng.randint(150, 185)
    form = ScreeningForm(
        answers={c.key: c.rule for c in criteria if c.rule in ("yes", "no")},
        age_years=rng.randint(22, 60),
        sex=rng.choice(["female", "female", "male"]),
        height_cm=height,
        weight_kg=round(rng.gauss(27.5, 3.5) * (height / 100) ** 2, 1),
        comorbidities=tuple(c for c in ("diabetes", "hypertension") if rng.random() < 0.2),
        activity_level=rng.choice([1, 1, 2, 2, 3]),
    )
    screening.record(session, participant_id, cast.protocol, form, cast.enroller_id, at)
    level = min(70.0, max(28.0, rng.gauss(42, 11)))
    _visit(session, cast, participant_id, "baseline", level, at)
    return level


def _visit(
    session: Session,
    cast: Cast,
    participant_id: uuid.UUID,
    visit: str,
    level: float,
    at: datetime,
) -> None:
    for key in cast.protocol.visit(visit).instruments:
        instrument = cast.tool.instruments[key]
        sheet = assessments.AssessmentKey(
            participant_id,
            visit,
            key,
            instrument.version,
            "es",
            outcomes.wording_of(instrument, "es"),
            Respondent.SELF,
        )
        given = answers.of(instrument, level, cast.rng)
        assessments.complete(session, sheet, given, {}, None, at)


def _agree(session: Session, cast: Cast, participant_id: uuid.UUID, number: int, day: date) -> None:
    """Agree to reminders on a number that belongs to nobody."""
    outbox.opt_in(
        session,
        participant_id,
        f"+52 55 0000 {number:04}",
        channel=cast.tool.settings.channel,
        language="es_MX",
        consent=ConsentGiven("reminders-1", cast.moment(day, 12), cast.staff_id.hex),
    )


def _follow(
    session: Session,
    cast: Cast,
    participant_id: uuid.UUID,
    level: float,
    first: date,
    today: date,
) -> None:
    """Live from day 1 to yesterday: log-ins, lessons, diary, visits. Habits differ by person."""
    components = allocation.components_of(session, participant_id, cast.protocol)
    keen = cast.rng.betavariate(4, 2)
    last_week = 15.0 if "programme" in components else 4.0
    for day in (first + timedelta(days=n) for n in range((today - first).days)):
        gone = (day - first).days / (7 * cast.protocol.duration_weeks)
        now_level = max(4.0, level - last_week * min(1.0, gone) + cast.rng.gauss(0, 3))
        on_course = "programme" in components and gone < 1
        if on_course and cast.rng.random() < keen:
            _learn(session, cast, participant_id, day, now_level)
        _due_visits(session, cast, participant_id, day, now_level)


def _learn(
    session: Session, cast: Cast, participant_id: uuid.UUID, day: date, level: float
) -> None:
    at = cast.moment(day, 19)
    course.record_login(session, participant_id, at)
    record = queries.course_record(session, participant_id)
    states = reminders.module_states(cast.tool, cast.protocol, record, day)
    for state in states:
        if state.status is ModuleStatus.OPEN:
            lessons = cast.tool.curriculum.module(state.key).lessons
            left = [e.key for e in lessons if e.key not in record.lessons.get(state.key, {})]
            learning.tick_lesson(session, participant_id, state, left[0], day, at)
            break
    if cast.rng.random() < 0.8:
        _write_diary(
            session, cast, participant_id, day, level, [s.key for s in states if s.is_open]
        )


def _write_diary(
    session: Session,
    cast: Cast,
    participant_id: uuid.UUID,
    day: date,
    level: float,
    modules: list[str],
) -> None:
    offered = [e for key in modules for e in cast.tool.curriculum.module(key).exercises]
    done = tuple(cast.rng.sample(offered, min(len(offered), cast.rng.randint(2, 5))))
    before = max(0, min(100, round(level * 1.2 + cast.rng.gauss(0, 8))))
    key = uuid.UUID(int=cast.rng.getrandbits(128), version=4)
    form = DiaryForm(
        day=day,
        exercises=done,
        minutes=cast.rng.choice([10, 15, 20, 25, 30]),
        effort=cast.rng.randint(2, 5),
        pain_before_mm=before,
        pain_after_mm=max(0, min(100, before - cast.rng.randint(-4, 12))),
        note="",
        symptoms=("leg_pain",) if key.int % NEW_SYMPTOM == 0 else (),
        amounts={each: _amount(cast, each, key) for each in done},
    )
    at = cast.moment(day, 20)
    diaries.write(session, participant_id, cast.protocol, form, key, offered, at)


def _amount(cast: Cast, exercise_id: str, key: uuid.UUID) -> Amount:
    """Return the dose as it is planned; of some entries one set less of each exercise."""
    asked = amounts.asked_of(cast.tool.curriculum.exercise(exercise_id).dose)
    less = key.int % ANOTHER_AMOUNT == 0 and asked.get("sets", 1) > 1
    return Amount(asked, {"sets": asked["sets"] - 1} if less else {})


def _due_visits(
    session: Session, cast: Cast, participant_id: uuid.UUID, day: date, level: float
) -> None:
    """Fill a visit on its target day or one of the next, as people do; some never."""
    record = queries.course_record(session, participant_id)
    for state in record.visit_states(cast.protocol, day):
        if state.visit.before_start or state.status.value != "due":
            continue
        if state.target_on and day >= state.target_on and cast.rng.random() < 0.6:
            _visit(session, cast, participant_id, state.visit.key, level, cast.moment(day, 18))

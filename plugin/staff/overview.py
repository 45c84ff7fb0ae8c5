"""Who needs the clinic's staff today: one row per participant, the most urgent first."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from modules.course import progression
from modules.diary.adherence import Adherence, adherence
from modules.outcomes.main_score import main_score
from modules.records import care_queries, queries
from modules.records.alert_models import Alert
from modules.records.care_queries import ReviewFacts
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord
from modules.safety.codes import Trigger
from modules.safety.triggers import OutOfTouch
from modules.services import alerts
from modules.study import days
from modules.study.protocol import Protocol
from modules.study.schedule import VisitState, VisitStatus
from plugin import names, reminders
from plugin.staff import review_queue
from plugin.staff.needs import Need, Task
from plugin.tool import Tool
from plugin.trial import allocation, readiness
from plugin.trial.allocation import Papers

CLOSES_SOON = timedelta(days=2)


@dataclass(frozen=True)
class Row:
    """One participant on the overview. Percentages 0–100, pain in mm; None where nothing is due."""

    participant_id: uuid.UUID
    name: str
    code: str
    status: ParticipantStatus
    week: int | None
    modules_done: int | None
    modules_total: int
    adherence: Adherence | None
    last_pain_mm: int | None
    last_pain_on: date | None
    tasks: tuple[Task, ...]

    @property
    def urgency(self) -> tuple[int, bool, date, str]:
        """Sort key: the most urgent need, emergencies first, then the earliest day, the name."""
        order = list(Need)
        first = min((order.index(task.need) for task in self.tasks), default=len(order))
        day = min((task.on for task in self.tasks if task.on), default=date.max)
        calm = not any(task.is_emergency for task in self.tasks)
        return first, calm, day, self.name.casefold()


def rows(session: Session, tool: Tool, study_id: uuid.UUID, protocol: Protocol) -> list[Row]:
    """Return the overview of a study in a fixed number of queries, whatever its size."""
    called = names.of_participants(session, study_id)
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    held = allocation.papers(session, study_id)
    loop = _loop(session, study_id)
    found = [
        _row(
            tool,
            protocol,
            record,
            called,
            allocation.components(protocol, arms.get(record.participant.id)),
            held,
            loop,
        )
        for record in queries.course_records(session, study_id)
    ]
    return sorted(found, key=lambda row: row.urgency)


@dataclass(frozen=True)
class Loop:
    """What waits for the team in a whole study: open alerts, and how far diaries are read."""

    alerts: Mapping[uuid.UUID, tuple[Alert, ...]]
    reviews: Mapping[uuid.UUID, ReviewFacts]


def _loop(session: Session, study_id: uuid.UUID) -> Loop:
    found: dict[uuid.UUID, tuple[Alert, ...]] = {}
    for alert in alerts.open_of_study(session, study_id):
        found[alert.participant_id] = (*found.get(alert.participant_id, ()), alert)
    return Loop(found, care_queries.reviews_of(session, study_id))


def _loop_tasks(tool: Tool, record: CourseRecord, loop: Loop) -> Iterable[Task]:
    facts, now = record.participant, tool.now()
    for alert in loop.alerts.get(facts.id, ()):
        due = days.today_for(alert.due_at, facts.time_zone)
        late = alerts.is_overdue(alert, now)
        yield Task(Need.ALERT_OVERDUE if late else Need.ALERT, on=due, alert=alert)
    if facts.status is ParticipantStatus.WITHDRAWN:
        return
    waiting = review_queue.of_one(record, loop.reviews.get(facts.id, ReviewFacts()), now)
    if waiting:
        need = Need.DIARY_OVERDUE if waiting.overdue else Need.DIARY
        yield Task(need, on=waiting.due_on, entries=len(waiting.entries))


def _row(
    tool: Tool,
    protocol: Protocol,
    record: CourseRecord,
    called: Mapping[uuid.UUID, str],
    components: frozenset[str],
    held: Papers,
    loop: Loop,
) -> Row:
    facts = record.participant
    today = days.today_for(tool.now(), facts.time_zone)
    follows = "programme" in components and facts.day_one is not None
    pain, pain_on = last_pain(tool, record)
    return Row(
        participant_id=facts.id,
        name=called[facts.id],
        code=facts.code,
        status=facts.status,
        week=week_of(protocol, facts.day_one, today),
        modules_done=_modules_done(tool, protocol, record, today) if follows else None,
        modules_total=len(protocol.modules),
        adherence=adherence_of(protocol, record, today) if follows else None,
        last_pain_mm=pain,
        last_pain_on=pain_on,
        tasks=(
            *_loop_tasks(tool, record, loop),
            *_tasks(tool, protocol, record, held, today),
            *_out_of_touch(protocol, record, components, loop, today),
        ),
    )


def week_of(protocol: Protocol, day_one: date | None, today: date) -> int | None:
    """Return the week of the programme, 1 to its last; None before day 1."""
    if day_one is None or today < day_one:
        return None
    return min(days.week_of(today, day_one), protocol.duration_weeks)


def _modules_done(tool: Tool, protocol: Protocol, record: CourseRecord, today: date) -> int:
    states = reminders.module_states(tool, protocol, record, today)
    return sum(1 for state in states if state.status is progression.ModuleStatus.DONE)


def adherence_of(protocol: Protocol, record: CourseRecord, today: date) -> Adherence:
    """Return log-in and diary adherence of one participant."""
    written = [entry.day for entry in record.diary]
    return adherence(protocol, record.login_days, written, record.participant.day_one, today)


def last_pain(tool: Tool, record: CourseRecord) -> tuple[int | None, date | None]:
    """Return the newest pain in mm and its day, from diary or VAS; (None, None) without any."""
    scale = tool.instruments["vas_pain"]
    known: list[tuple[date, Fraction | int | None]] = [
        (assessment.completed_on, main_score(scale, assessment.answers))
        for assessment in record.assessments
        if assessment.instrument == "vas_pain"
    ]
    known += [
        (
            entry.day,
            entry.pain_after_mm if entry.pain_after_mm is not None else entry.pain_before_mm,
        )
        for entry in record.diary
    ]
    rated = [(day, int(pain)) for day, pain in known if pain is not None]
    if not rated:
        return None, None
    day, pain = max(rated, key=lambda pair: pair[0])
    return pain, day


def _tasks(
    tool: Tool,
    protocol: Protocol,
    record: CourseRecord,
    held: Papers,
    today: date,
) -> Iterable[Task]:
    status = record.participant.status
    if status is ParticipantStatus.WITHDRAWN:
        return
    if status is ParticipantStatus.SCREENING:
        yield Task(next_step(protocol, record, held))
        return
    for state in record.visit_states(protocol, today):
        if state.status is VisitStatus.DUE:
            yield Task(_visit_need(state, today), state.visit.title, state.closes_on)


def _out_of_touch(
    protocol: Protocol,
    record: CourseRecord,
    components: frozenset[str],
    loop: Loop,
    today: date,
) -> Iterable[Task]:
    found = record.out_of_touch(protocol, components, today)
    # An open alert says the same, with somebody who sees to it.
    open_ones = loop.alerts.get(record.participant.id, ())
    told = any(alert.trigger is Trigger.OUT_OF_TOUCH for alert in open_ones)
    if found and not told:
        newest = (
            max(record.login_days, default=None)
            if found is OutOfTouch.NOT_SEEN
            else max((entry.day for entry in record.diary), default=None)
        )
        yield Task(Need.OUT_OF_TOUCH, on=newest, out_of_touch=found)


_NEEDS = {
    readiness.CONSENT: Need.CONSENT,
    readiness.ELIGIBILITY: Need.SCREEN,
    readiness.BASELINE: Need.BASELINE,
}


def next_step(protocol: Protocol, record: CourseRecord, held: Papers) -> Need:
    """Return the first step still missing before allocation, or that there can be none."""
    checks = held.checks(protocol, record.participant.id, record.assessments)
    if missing := readiness.missing(checks):
        return _NEEDS[missing[0]]
    return Need.NOT_ELIGIBLE if readiness.unmet(checks) else Need.ALLOCATE


def _visit_need(state: VisitState, today: date) -> Need:
    soon = state.closes_on is not None and state.closes_on - today <= CLOSES_SOON
    return Need.VISIT_CLOSES if soon else Need.VISIT_DUE

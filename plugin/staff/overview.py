"""Who needs the clinic's staff today, the most urgent first, and how everybody is doing."""

import uuid
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from modules.course import progression
from modules.course.curriculum import Curriculum
from modules.diary.adherence import Adherence, adherence
from modules.outcomes.main_score import main_score
from modules.records import queries, summaries, visit_summaries
from modules.records.alert_models import Alert
from modules.records.models import Participant, ParticipantStatus
from modules.records.queries import AssessmentFacts, CourseRecord, ParticipantFacts
from modules.records.summaries import LastSeen, Prescribed, Unread
from modules.records.visit_summaries import Completed
from modules.safety.rules import OutOfTouch
from modules.safety.triggers import Trigger
from modules.services import alerts
from modules.study import days
from modules.study.protocol import ModulePlan, Protocol
from modules.study.schedule import VisitState, VisitStatus
from notifications import trouble
from notifications.trouble import Trouble
from plugin import names, reminders
from plugin.staff import review_queue
from plugin.staff.needs import Need, Task
from plugin.tool import Tool
from plugin.trial import allocation, readiness
from plugin.trial.allocation import Papers

CLOSES_SOON = timedelta(days=2)


@dataclass(frozen=True)
class Person:
    """One participant as the list of who needs somebody has them: no history, only figures."""

    facts: ParticipantFacts
    name: str
    week: int | None
    tasks: tuple[Task, ...]
    """The most urgent first."""
    seen: date | None = None
    """The last local day with any sign of them."""
    module: str | None = None
    """The furthest module in which a lesson was done; None before the first."""
    in_charge: frozenset[uuid.UUID] = frozenset()
    """Who of the team answers the diary or has an open alert."""

    @property
    def participant_id(self) -> uuid.UUID:
        """Key of the participant."""
        return self.facts.id

    @property
    def urgency(self) -> tuple[Any, ...]:
        """Sort key: the most urgent task, whoever needs nothing last; then the name."""
        first = self.tasks[0].rank if self.tasks else (2,)
        return first, self.name.casefold()


@dataclass(frozen=True)
class Row:
    """One participant in the table. Percentages 0–100, pain in mm; None where nothing is due."""

    person: Person
    modules_done: int | None
    modules_total: int
    adherence: Adherence | None
    last_pain_mm: int | None
    last_pain_on: date | None


def people(
    session: Session,
    tool: Tool,
    study_id: uuid.UUID,
    protocol: Protocol,
    whose: Container[uuid.UUID],
) -> list[Person]:
    """Return these participants of a study, the most urgent first: a fixed number of queries."""
    figures = _figures(session, study_id, protocol, tool.curriculum, tool.now())
    everybody = [one for one in visit_summaries.people(session, study_id) if one.id in whose]
    found = [_person(protocol, facts, figures, tool.now()) for facts in everybody]
    return sorted(found, key=lambda one: one.urgency)


def rows(
    session: Session, tool: Tool, study_id: uuid.UUID, protocol: Protocol, page: Sequence[Person]
) -> list[Row]:
    """Return what the table says of a page of people, in their order: from their whole records."""
    keys = [one.participant_id for one in page]
    records = queries.course_records(session, study_id, keys)
    parts = allocation.components_of_page(session, keys, protocol)
    by_key = {each.participant.id: each for each in records}
    return [
        _row(tool, protocol, one, by_key[one.participant_id], parts[one.participant_id])
        for one in page
    ]


@dataclass(frozen=True)
class Figures:
    """What the list needs to know of a whole study, by participant."""

    names: Mapping[uuid.UUID, str]
    arms: Mapping[uuid.UUID, str]
    seen: Mapping[uuid.UUID, LastSeen]
    unread: Mapping[uuid.UUID, Unread]
    completed: Mapping[uuid.UUID, Sequence[Completed]]
    alerts: Mapping[uuid.UUID, Sequence[Alert]]
    modules: Mapping[uuid.UUID, frozenset[str]]
    reviewers: Mapping[uuid.UUID, uuid.UUID]
    directed: Sequence[ModulePlan]
    """The modules whose exercises go one way or the other."""
    prescribed: Mapping[uuid.UUID, Prescribed]
    stopping: frozenset[str]
    """The contraindications with which nobody exercises."""
    papers: Papers
    troubles: Mapping[uuid.UUID, Trouble]
    """Whom messages do not reach."""
    before_allocation: Mapping[uuid.UUID, Sequence[AssessmentFacts]]
    """The questionnaires of those in screening, with their answers."""


def _figures(
    session: Session,
    study_id: uuid.UUID,
    protocol: Protocol,
    curriculum: Curriculum,
    now: datetime,
) -> Figures:
    screening = queries.assessments(session, study_id, status=ParticipantStatus.SCREENING)
    open_ones = alerts.open_of_study(session, study_id)
    return Figures(
        names=names.of_participants(session, study_id),
        arms=allocation.arms_of_study(session, study_id) if protocol.is_trial else {},
        seen=summaries.last_seen(session, study_id),
        unread=summaries.unread(session, study_id),
        completed=visit_summaries.completed(session, study_id),
        alerts=_by_person(open_ones),
        modules=summaries.modules_begun(session, study_id),
        reviewers=summaries.reviewers(session, study_id),
        directed=[each for each in protocol.modules if curriculum.module(each.key).choose_one],
        prescribed=summaries.prescribed(session, study_id),
        stopping=curriculum.safety.stopping,
        papers=allocation.papers(session, study_id),
        troubles=trouble.reaching(session, Participant.study_id == study_id, now),
        before_allocation=_by_person(screening),
    )


Owned = TypeVar("Owned", Alert, AssessmentFacts)


def _by_person(things: Iterable[Owned]) -> Mapping[uuid.UUID, list[Owned]]:
    found: dict[uuid.UUID, list[Owned]] = defaultdict(list)
    for each in things:
        found[each.participant_id].append(each)
    return found


def _person(protocol: Protocol, facts: ParticipantFacts, figures: Figures, now: datetime) -> Person:
    today = days.today_for(now, facts.time_zone)
    tasks = (
        *_care_tasks(facts, figures, now),
        *_tasks(protocol, facts, figures, today),
        *_out_of_touch(protocol, facts, figures, today),
        *_of_the_plan(protocol, facts, figures, today),
    )
    week = week_of(protocol, facts.day_one, today)
    ranked = tuple(sorted(tasks, key=lambda task: task.rank))
    begun = figures.modules.get(facts.id, frozenset())
    return Person(
        facts,
        figures.names[facts.id],
        week,
        ranked,
        figures.seen.get(facts.id, LastSeen()).on,
        next((plan.key for plan in reversed(protocol.modules) if plan.key in begun), None),
        _in_charge(facts.id, figures),
    )


def _in_charge(participant_id: uuid.UUID, figures: Figures) -> frozenset[uuid.UUID]:
    owners = [alert.owner_id for alert in figures.alerts.get(participant_id, ())]
    named = (*owners, figures.reviewers.get(participant_id))
    return frozenset(each for each in named if each is not None)


def _care_tasks(facts: ParticipantFacts, figures: Figures, now: datetime) -> Iterable[Task]:
    for alert in figures.alerts.get(facts.id, ()):
        due = days.today_for(alert.due_at, facts.time_zone)
        late = alerts.is_overdue(alert, now)
        yield Task(Need.ALERT_OVERDUE if late else Need.ALERT, on=due, alert=alert)
    if facts.status is ParticipantStatus.WITHDRAWN:
        return
    waiting = review_queue.of_one(facts, figures.unread.get(facts.id), now)
    if why := figures.troubles.get(facts.id):
        yield Task(Need.NOT_REACHED, trouble=why)
    if waiting:
        need = Need.DIARY_OVERDUE if waiting.overdue else Need.DIARY
        yield Task(need, on=waiting.due_on, entries=waiting.entries)


def _row(
    tool: Tool, protocol: Protocol, person: Person, record: CourseRecord, parts: frozenset[str]
) -> Row:
    facts = record.participant
    today = days.today_for(tool.now(), facts.time_zone)
    follows = "programme" in parts and facts.day_one is not None
    pain, pain_on = last_pain(tool, record)
    return Row(
        person=person,
        modules_done=_modules_done(tool, protocol, record, today) if follows else None,
        modules_total=len(protocol.modules),
        adherence=adherence_of(protocol, record, today) if follows else None,
        last_pain_mm=pain,
        last_pain_on=pain_on,
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
    protocol: Protocol, facts: ParticipantFacts, figures: Figures, today: date
) -> Iterable[Task]:
    if facts.status is ParticipantStatus.WITHDRAWN:
        return
    if facts.status is ParticipantStatus.SCREENING:
        forms = figures.before_allocation.get(facts.id, ())
        yield Task(next_step(protocol, facts.id, forms, figures.papers))
        return
    done = figures.completed.get(facts.id, ())
    for state in queries.visit_states(protocol, facts, done, today):
        if state.status is VisitStatus.DUE:
            yield Task(_visit_need(state, today), state.visit.title, state.closes_on)


def _out_of_touch(
    protocol: Protocol, facts: ParticipantFacts, figures: Figures, today: date
) -> Iterable[Task]:
    seen = figures.seen.get(facts.id, LastSeen())
    parts = allocation.components(protocol, figures.arms.get(facts.id))
    found = summaries.out_of_touch(facts, seen, protocol, parts, today)
    # An open alert says the same, with somebody who sees to it.
    open_ones = figures.alerts.get(facts.id, ())
    told = any(alert.trigger is Trigger.OUT_OF_TOUCH for alert in open_ones)
    if found and not told:
        newest = seen.login if found is OutOfTouch.NOT_SEEN else seen.entry
        yield Task(Need.OUT_OF_TOUCH, on=newest, out_of_touch=found)


def _of_the_plan(
    protocol: Protocol, facts: ParticipantFacts, figures: Figures, today: date
) -> Iterable[Task]:
    """Say whose exercises are stopped; ask for a direction from the week its module may open."""
    parts = allocation.components(protocol, figures.arms.get(facts.id))
    week = days.week_of(today, facts.day_one) if facts.day_one else 0
    runs = facts.status is ParticipantStatus.ACTIVE and week <= protocol.duration_weeks
    if not runs or "programme" not in parts:
        return
    held = figures.prescribed.get(facts.id, Prescribed())
    if held.contraindications & figures.stopping:
        yield Task(Need.STOPPED)
        return
    for plan in figures.directed:
        if plan.key not in held.directed and plan.unlock.week <= week:
            yield Task(Need.DIRECTION)


_NEEDS = {
    readiness.CONSENT: Need.CONSENT,
    readiness.ELIGIBILITY: Need.SCREEN,
    readiness.BASELINE: Need.BASELINE,
}


def next_step(
    protocol: Protocol,
    participant_id: uuid.UUID,
    forms: Sequence[AssessmentFacts],
    held: Papers,
) -> Need:
    """Return the first step still missing before allocation, or that there can be none.

    `forms`: what the participant has completed.
    """
    checks = held.checks(protocol, participant_id, forms)
    if missing := readiness.missing(checks):
        return _NEEDS[missing[0]]
    return Need.NOT_ELIGIBLE if readiness.unmet(checks) else Need.ALLOCATE


def _visit_need(state: VisitState, today: date) -> Need:
    soon = state.closes_on is not None and state.closes_on - today <= CLOSES_SOON
    return Need.VISIT_CLOSES if soon else Need.VISIT_DUE

"""What the team's loop adds to the page of one participant, and the parts its own pages share."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course import prescription
from modules.course.curriculum import Curriculum, Exercise, Module
from modules.course.plan import LeftOut
from modules.course.prescription import (
    NOTHING,
    Change,
    ChangeReason,
    ExerciseState,
)
from modules.course.progression import reason_of
from modules.diary import adherence
from modules.records import care_queries
from modules.records.care_models import ModuleOverride
from modules.records.care_queries import ReplyFacts
from modules.records.queries import CourseRecord
from modules.safety.texts import Contraindication
from modules.services import alerts
from modules.services import live_sessions as live_service
from modules.study import days
from modules.study import live_sessions as live_rules
from modules.study.goals import Goal
from modules.study.protocol import Protocol
from plugin import names, reminders
from plugin.filters import label
from plugin.patient.messages import sentences
from plugin.plans import ParticipantPlan
from plugin.plans import plan_of as plan_of_record
from plugin.staff import review_queue
from plugin.staff.alerts import ListedAlert, listed
from plugin.staff.history import HistoryEntry
from plugin.staff.review_queue import Waiting
from plugin.tool import Tool


@dataclass(frozen=True)
class PrescribedExercise:
    """One exercise as this participant has it."""

    exercise: Exercise
    state: ExerciseState
    changed: bool
    """Whether the dose is another than the course's own."""
    today: bool
    own: bool = True
    """Whether it may be given: not one of another direction."""
    suspended: bool = False
    """Off the list because of an open alert."""
    left_out: LeftOut | None = None
    """Why it is open and not on today's list."""


@dataclass(frozen=True)
class Plan:
    """All exercises of one participant: those of today, and each module's."""

    today: tuple[PrescribedExercise, ...]
    modules: tuple[tuple[Module, bool, tuple[PrescribedExercise, ...]], ...]
    """(module, whether it is open, its exercises)."""
    locked: bool
    """Exercises are shut because of a warning sign."""
    stopped_by: tuple[Contraindication, ...]
    """What is noted of this participant with which no exercise is given at all."""
    directions: tuple[tuple[Module, str | None], ...]
    """Modules with directions, and the group chosen."""
    planned: ParticipantPlan
    """Where the participant stands, with every change of level."""


@dataclass(frozen=True)
class CareSection:
    """What the page of a participant with a programme shows of the team's loop."""

    waiting: Waiting | None
    reviewed: tuple[datetime, str] | None
    """When and by whom the diary was last reviewed."""
    reviewer: str | None
    replies: tuple[tuple[ReplyFacts, tuple[str, ...], str], ...]
    """(reply, its sentences, who wrote it), newest first."""
    goals: tuple[Goal, ...]
    """What the participant wants to do again, also what was set aside."""
    plan: Plan
    weeks: tuple[adherence.Week, ...]
    rule: Fraction | None
    """The protocol's own rule: mean of the parts that were offered so far, percent."""


def alerts_of(session: Session, participant_id: uuid.UUID) -> list[ListedAlert]:
    """Return the alerts of one participant, in any arm: open ones by due time, then closed."""
    waiting = alerts.waiting(session, participant_id)
    closed = [a for a in alerts.of_participant(session, participant_id) if a not in waiting]
    return listed(session, [*waiting, *closed[:5]])


def section_of(
    session: Session, tool: Tool, protocol: Protocol, record: CourseRecord, language: str
) -> CareSection:
    """Read the team's loop for a participant with a programme that has begun."""
    facts = record.participant
    review = care_queries.review_of(session, facts.study_id, facts.id)
    replies = care_queries.replies_of(session, facts.id)[:5]
    people = names.of_team(
        session, [review.reviewed_by, review.reviewer_id, *(r.written_by for r in replies)]
    )
    today = days.today_for(tool.now(), facts.time_zone)
    written = [entry.day for entry in record.diary]
    counted = adherence.adherence(protocol, record.login_days, written, facts.day_one, today)
    live = _live(session, tool, protocol, record)
    weeks = (
        adherence.weeks(protocol, record.login_days, written, facts.day_one, today, live)
        if facts.day_one
        else []
    )
    return CareSection(
        waiting=review_queue.of_record(record, review, tool.now()),
        reviewed=(review.reviewed_at, people.get(review.reviewed_by, "–"))
        if review.reviewed_at and review.reviewed_by
        else None,
        reviewer=people.get(review.reviewer_id) if review.reviewer_id else None,
        replies=tuple(
            (r, sentences(tool.curriculum, r, language), people.get(r.written_by, "–"))
            for r in replies
        ),
        goals=record.care.goals,
        plan=plan_of(tool, protocol, record),
        weeks=tuple(weeks),
        rule=counted.composite(*(sum(pair[n] for pair in live.values()) for n in (0, 1))),
    )


def _live(
    session: Session, tool: Tool, protocol: Protocol, record: CourseRecord
) -> dict[int, tuple[int, int]]:
    """Return week -> live sessions attended and offered, of those the team has confirmed."""
    facts = record.participant
    if facts.day_one is None:
        return {}
    offered = live_rules.in_programme(
        live_service.calendar(session, facts.study_id, [facts.id]).of(facts.id),
        facts.day_one,
        protocol.duration_weeks,
        facts.time_zone,
    )
    said = live_service.presence_of(session, facts.id).confirmed
    return live_rules.by_week(offered, said, facts.day_one, facts.time_zone, tool.now())


def plan_of(tool: Tool, protocol: Protocol, record: CourseRecord) -> Plan:
    """Return the exercises of one participant, as prescribed."""
    facts, held, curriculum = record.participant, record.care.in_force, tool.curriculum
    today = days.today_for(tool.now(), facts.time_zone)
    states = reminders.module_states(tool, protocol, record, today)
    open_modules = [curriculum.module(state.key) for state in states if state.is_open]
    planned = plan_of_record(curriculum, protocol, record, states, today)
    listed = {each.id: each for each in planned.today.exercises}
    allowed = prescription.allowed(held, curriculum)
    why = {each.exercise: each for each in planned.today.left_out}

    def given(identifier: str) -> PrescribedExercise:
        exercise = curriculum.exercise(identifier)
        return PrescribedExercise(
            listed.get(identifier) or prescription.dosed(exercise, held),
            prescription.state_of(held, identifier),
            identifier in held.doses,
            identifier in listed,
            identifier in allowed,
            identifier in record.care.suspended,
            why.get(identifier),
        )

    modules = [curriculum.module(plan.key) for plan in protocol.modules]
    noted = planned.here.contraindications
    return Plan(
        tuple(given(each) for each in listed),
        tuple((m, m in open_modules, tuple(given(e) for e in m.exercises)) for m in modules),
        record.care.locked,
        tuple(e for e in curriculum.safety.contraindications if e.stops and e.code in noted),
        tuple((m, held.directions.get(m.key)) for m in modules if m.choose_one),
        planned,
    )


def prescription_history(
    session: Session, tool: Tool, participant_id: uuid.UUID, language: str
) -> list[HistoryEntry]:
    """Return what was changed in a prescription, newest first."""
    facts = care_queries.prescriptions_of(session, participant_id)
    people = names.of_team(session, [each.written_by for each in facts])
    before, found = NOTHING, []
    for each in facts:
        changes = prescription.changes(before, each.prescription)
        found.append(
            HistoryEntry(
                each.written_at,
                people.get(each.written_by, "–"),
                label(ChangeReason.of(each.reason)),
                tuple(_said(tool.curriculum, change, language) for change in changes),
            )
        )
        before = each.prescription
    return list(reversed(found))


def _said(curriculum: Curriculum, change: Change, language: str) -> str:
    """Return one change in words."""
    if change.what == "direction":
        module = curriculum.module(change.of)
        chosen = module.group(str(change.to)).title.get(language) if change.to else _("not chosen")
        return f"{module.title.get(language)}: {chosen}"
    if change.what == "level":
        level = _("by the diary") if change.to is None else str(change.to)
        title = curriculum.module(change.of).title.get(language)
        return _("%(module)s, level: %(level)s", module=title, level=level)
    if change.what == "contraindications":
        return _health_words(curriculum, change.to, language)
    exercise = curriculum.exercises.get(change.of)
    name = exercise.staff_name.get(language) if exercise else change.of
    if change.what == "state":
        return f"{name}: {label(ExerciseState.of(str(change.to)))}"
    return f"{name}: {_dose_words(exercise, change.to, language)}"


def _health_words(curriculum: Curriculum, to: object, language: str) -> str:
    if not isinstance(to, tuple):
        return _("Contraindications: as the screening form says")
    known = curriculum.safety.contraindications
    said = [each.text.get(language) for each in known if each.code in to]
    return _("Contraindications: %(said)s", said=" ".join(said) or _("none"))


def _dose_words(exercise: Exercise | None, changed: object, language: str) -> str:
    if exercise is None or not isinstance(changed, Mapping):
        return _("the course's own dose")
    dose = prescription.dose_of(exercise.dose, changed)
    return f"{dose.summary(language)}, {dose.frequency(language)}"


def decisions(session: Session, participant_id: uuid.UUID, module_key: str) -> list[HistoryEntry]:
    """Return what was decided about a module, newest first."""
    query = select(ModuleOverride).where(
        ModuleOverride.participant_id == participant_id, ModuleOverride.module_key == module_key
    )
    rows = list(session.scalars(query.order_by(ModuleOverride.decided_at.desc())))
    people = names.of_team(session, [row.decided_by for row in rows])
    return [
        HistoryEntry(
            row.decided_at,
            people.get(row.decided_by, "–"),
            label(reason) if (reason := reason_of(row.action, row.reason)) else "",
            (label(row.action),),
        )
        for row in rows
    ]

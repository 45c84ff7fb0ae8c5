"""Who needs the clinic's staff today: one row per participant, the most urgent first."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiUser, Membership
from modules import days, diary, progression, queries
from modules.models import Participant, ParticipantStatus
from modules.protocol import Protocol
from modules.queries import CourseRecord
from modules.schedule import VisitStatus
from plugin import reminders
from plugin.tool import Tool
from plugin.trial import allocation

SILENT_AFTER = timedelta(days=7)
CLOSES_SOON = timedelta(days=2)


class Need(enum.StrEnum):
    """Why a participant needs somebody, most urgent first."""

    VISIT_CLOSES = "visit_closes"
    ALLOCATE = "allocate"
    SCREEN = "screen"
    SILENT = "silent"
    VISIT_DUE = "visit_due"


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
    adherence: diary.Adherence | None
    last_pain_mm: int | None
    last_pain_on: date | None
    needs: tuple[Need, ...]

    @property
    def urgency(self) -> tuple[int, str]:
        """Sort key: the most urgent need, then the name."""
        order = list(Need)
        first = min((order.index(need) for need in self.needs), default=len(order))
        return first, self.name.casefold()


def rows(session: Session, tool: Tool, study_id: uuid.UUID, protocol: Protocol) -> list[Row]:
    """Return the overview of a study in a fixed number of queries, whatever its size."""
    names = names_of(session, study_id)
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    found = [
        _row(
            tool,
            protocol,
            record,
            names,
            allocation.components(protocol, arms.get(record.participant.id)),
        )
        for record in queries.course_records(session, study_id)
    ]
    return sorted(found, key=lambda row: row.urgency)


def names_of(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return participant -> name as the platform gives it; empty where it gives none."""
    query = (
        select(Membership.participant_id, LtiUser.name)
        .join(LtiUser, LtiUser.id == Membership.lti_user_id)
        .join(Participant, Participant.id == Membership.participant_id)
        .where(Participant.study_id == study_id)
    )
    return {row.participant_id: row.name or "" for row in session.execute(query)}


def _row(
    tool: Tool,
    protocol: Protocol,
    record: CourseRecord,
    names: Mapping[uuid.UUID, str],
    components: frozenset[str],
) -> Row:
    facts = record.participant
    today = days.today_for(tool.now(), facts.time_zone)
    follows = "programme" in components and facts.day_one is not None
    pain, pain_on = last_pain(tool, record)
    return Row(
        participant_id=facts.id,
        name=names.get(facts.id) or facts.code,
        code=facts.code,
        status=facts.status,
        week=_week(protocol, facts.day_one, today),
        modules_done=_modules_done(tool, protocol, record, today) if follows else None,
        modules_total=len(protocol.modules),
        adherence=adherence_of(protocol, record, today) if follows else None,
        last_pain_mm=pain,
        last_pain_on=pain_on,
        needs=tuple(_needs(protocol, record, today, follows)),
    )


def _week(protocol: Protocol, day_one: date | None, today: date) -> int | None:
    if day_one is None or today < day_one:
        return None
    return min(days.week_of(today, day_one), protocol.duration_weeks)


def _modules_done(tool: Tool, protocol: Protocol, record: CourseRecord, today: date) -> int:
    states = reminders.module_states(tool, protocol, record, today)
    return sum(1 for state in states if state.status is progression.ModuleStatus.DONE)


def adherence_of(protocol: Protocol, record: CourseRecord, today: date) -> diary.Adherence:
    """Return log-in and diary adherence of one participant."""
    written = [entry.day for entry in record.diary]
    return diary.adherence(protocol, record.login_days, written, record.participant.day_one, today)


def last_pain(tool: Tool, record: CourseRecord) -> tuple[int | None, date | None]:
    """Return the newest pain in mm and its day, from diary or VAS; (None, None) without any."""
    scale = tool.instruments["vas_pain"]
    known = [
        (assessment.completed_on, scale.score(assessment.answers, {}).get("score_mm"))
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
    rated = [(day, pain) for day, pain in known if isinstance(pain, int)]
    if not rated:
        return None, None
    day, pain = max(rated, key=lambda pair: pair[0])
    return pain, day


def _needs(protocol: Protocol, record: CourseRecord, today: date, follows: bool) -> list[Need]:
    facts = record.participant
    if facts.status is ParticipantStatus.WITHDRAWN:
        return []
    needs = []
    if facts.status is ParticipantStatus.SCREENING:
        complete = facts.covariates is not None and any(
            state.visit.before_start and state.status is VisitStatus.DONE
            for state in record.visit_states(protocol, today)
        )
        needs.append(Need.ALLOCATE if complete else Need.SCREEN)
    due = [s for s in record.visit_states(protocol, today) if s.status is VisitStatus.DUE]
    if any(s.closes_on and s.closes_on - today <= CLOSES_SOON for s in due):
        needs.append(Need.VISIT_CLOSES)
    elif due and facts.status is not ParticipantStatus.SCREENING:
        needs.append(Need.VISIT_DUE)
    if follows and _is_silent(protocol, record, today):
        needs.append(Need.SILENT)
    return needs


def _is_silent(protocol: Protocol, record: CourseRecord, today: date) -> bool:
    first = record.participant.day_one
    if first is None or today >= first + timedelta(weeks=protocol.duration_weeks):
        return False
    newest = max(record.login_days, default=first)
    return today - newest >= SILENT_AFTER

"""What is known of many people at a glance: figures the database counts, never whole histories.

For lists and for the tasks in the background: the cost of one person is a few numbers, however long
they have been here. Like the course record, for pages of patients and staff, never for exports.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from modules.records.alert_models import Alert, AlertState
from modules.records.care_models import (
    WAITING_REPLY,
    DiaryReply,
    ModuleOverride,
    PrescriptionChange,
    Reviewer,
    ReviewMark,
)
from modules.records.models import (
    Assessment,
    DiaryEntry,
    LessonDone,
    LoginDay,
    Participant,
    ParticipantStatus,
)
from modules.records.pages import among
from modules.records.queries import ParticipantFacts
from modules.safety import rules as safety_rules
from modules.study.protocol import Protocol

Mark = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The last local day somebody logged in, and the last with a diary entry."""

    login: date | None = None
    entry: date | None = None

    @property
    def on(self) -> date | None:
        """The last sign of any sort."""
        return max((day for day in (self.login, self.entry) if day), default=None)


@dataclass(frozen=True, slots=True)
class Unread:
    """The diary entries of one participant that nobody has read: how many, and since when."""

    entries: int
    oldest: datetime


def last_seen(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, LastSeen]:
    """Return when everybody of a study, or of a page, was last seen: two queries."""
    current = DiaryEntry.superseded_at.is_(None)
    logins = _last(session, LoginDay, _belongs(LoginDay.participant_id, study_id, people))
    entries = _last(
        session, DiaryEntry, current, _belongs(DiaryEntry.participant_id, study_id, people)
    )
    return {key: LastSeen(logins.get(key), entries.get(key)) for key in {*logins, *entries}}


def _last(
    session: Session, table: type[LoginDay | DiaryEntry], *conditions: ColumnElement[bool]
) -> dict[uuid.UUID, date]:
    query = select(table.participant_id, func.max(table.day)).where(*conditions)
    return dict(session.execute(query.group_by(table.participant_id)).all())


def _belongs(
    of: InstrumentedAttribute[uuid.UUID],
    study_id: uuid.UUID,
    people: Collection[uuid.UUID] | None,
) -> ColumnElement[bool]:
    if people is not None:
        return among(of, people)
    return of.in_(select(Participant.id).where(Participant.study_id == study_id))


def unread(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, Unread]:
    """Return whose diary waits to be read in a study: one query."""
    read = (
        select(ReviewMark.participant_id, func.max(ReviewMark.covers_until).label("until"))
        .group_by(ReviewMark.participant_id)
        .subquery()
    )
    came = DiaryEntry.recorded_at
    query = (
        select(DiaryEntry.participant_id, func.count(), func.min(came))
        .outerjoin(read, read.c.participant_id == DiaryEntry.participant_id)
        .where(
            DiaryEntry.superseded_at.is_(None),
            or_(read.c.until.is_(None), came > read.c.until),
            _belongs(DiaryEntry.participant_id, study_id, None),
        )
        .group_by(DiaryEntry.participant_id)
    )
    return {key: Unread(entries, oldest) for key, entries, oldest in session.execute(query)}


def modules_begun(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, frozenset[str]]:
    """Return in which modules everybody of a study has done a lesson: one query."""
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    query = select(LessonDone.participant_id, LessonDone.module_key).distinct()
    belongs = _belongs(LessonDone.participant_id, study_id, None)
    for key, module in session.execute(query.where(belongs)):
        found[key].add(module)
    return {key: frozenset(modules) for key, modules in found.items()}


@dataclass(frozen=True, slots=True)
class Prescribed:
    """Of one prescription in force: in which modules a direction is chosen, and what is noted."""

    directed: frozenset[str] = frozenset()
    contraindications: frozenset[str] = frozenset()


def prescribed(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, Prescribed]:
    """Return what the newest prescription of everybody of a study says: one query."""
    change = PrescriptionChange
    query = _newest(change.written_at, study_id, change.directions, change.contraindications)
    return {
        key: Prescribed(frozenset(chosen), frozenset(codes or ()))
        for key, chosen, codes in session.execute(query)
    }


def reviewers(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    """Return who is named to answer whose diary in a study: one query, the newest rows alone."""
    return dict(session.execute(_newest(Reviewer.named_at, study_id, Reviewer.reviewer_id)).all())


def _newest(
    at: InstrumentedAttribute[datetime], study_id: uuid.UUID, *values: InstrumentedAttribute[Any]
) -> Select[Any]:
    """Choose each participant's key and the values of their newest row in one table."""
    whose = at.class_.participant_id
    newest = (
        select(whose, func.max(at).label("at"))
        .where(_belongs(whose, study_id, None))
        .group_by(whose)
        .subquery()
    )
    is_newest = and_(newest.c.participant_id == whose, newest.c.at == at)
    return select(whose, *values).join(newest, is_newest)


def out_of_touch(
    participant: ParticipantFacts,
    seen: LastSeen,
    protocol: Protocol,
    components: Collection[str],
    today: date,
) -> safety_rules.OutOfTouch | None:
    """Return how a participant is out of touch in a programme that runs; None otherwise.

    `components`: what the participant's arm has; only a programme is followed up.
    """
    first = participant.day_one
    if first is None or participant.status is not ParticipantStatus.ACTIVE:
        return None
    ends = first + timedelta(weeks=protocol.duration_weeks)
    if "programme" not in components or not first <= today < ends:
        return None
    expected = protocol.diary.sessions_per_week if "diary" in components else None
    return safety_rules.out_of_touch(today, first, seen.login, seen.entry, expected)


def marks(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Mark]:
    """Return how much is on record of each of a page of people: one query.

    Two equal marks: nothing was recorded in between that a judgement of the person rests on.
    """
    found: dict[uuid.UUID, set[tuple[str, int]]] = defaultdict(set)
    for key, what, count in session.execute(union_all(*_counts(people))):
        found[key].add((what, count))
    return {key: frozenset(found[key]) for key in people}


def _counts(people: Collection[uuid.UUID]) -> list[Select[Any]]:
    counted: list[tuple[Any, tuple[ColumnElement[bool], ...]]] = [
        (LessonDone, ()),
        (LoginDay, ()),
        (DiaryEntry, ()),
        (Assessment, (Assessment.completed_at.is_not(None),)),
        (ModuleOverride, ()),
        (DiaryReply, (WAITING_REPLY,)),
        (Alert, (Alert.state != AlertState.CLOSED,)),
    ]
    status = select(Participant.id, cast(Participant.status, String), literal(1))
    return [
        status.where(among(Participant.id, people)),
        *(
            select(table.participant_id, literal(table.__tablename__), func.count())
            .where(among(table.participant_id, people), *conditions)
            .group_by(table.participant_id)
            for table, conditions in counted
        ),
    ]

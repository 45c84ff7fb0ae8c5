"""What the team has decided and answered, read for a whole study in a fixed number of queries.

Part of a participant's course record: for pages of patients and staff, never for exports and
never for anybody who is blinded.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from modules.course.prescription import NOTHING, Prescription
from modules.course.progression import Override, reason_of
from modules.records.alert_models import Alert, AlertState
from modules.records.care_models import (
    DiaryReply,
    ModuleOverride,
    PrescriptionChange,
    Reviewer,
    ReviewMark,
)
from modules.records.models import DiaryEntry, Participant
from modules.records.pages import among
from modules.safety.triggers import Effect, Trigger

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """One reply to a diary; `template` and `words` as they were written."""

    id: uuid.UUID
    template: str | None
    words: str | None
    written_by: uuid.UUID
    written_at: datetime
    written_on: date
    entry_id: uuid.UUID | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrescriptionFacts:
    """A prescription as it stood from one moment on: who, when, why."""

    prescription: Prescription
    reason: str
    written_by: uuid.UUID
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CareFacts:
    """What holds for one participant now."""

    overrides: Mapping[str, Override] = field(default_factory=dict)
    """Module key -> newest decision of staff."""
    prescription: Prescription = NOTHING
    unread: tuple[ReplyFacts, ...] = ()
    """Replies the participant has not said to have read, oldest first."""
    locked: bool = False
    """Exercises are shut because of a warning sign."""
    suspended: frozenset[str] = frozenset()
    """Exercises of a session with pain down the leg, until the team has seen to it."""
    frozen_at: datetime | None = None
    """Since when no further module opens because pain stays above that before day 1."""

    @property
    def in_force(self) -> Prescription:
        """The prescription as it counts now: what is suspended is paused."""
        held = self.prescription
        if not self.suspended:
            return held
        return replace(
            held,
            added=tuple(each for each in held.added if each not in self.suspended),
            paused=(*held.paused, *sorted(self.suspended - set(held.paused))),
        )


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """How far the team has read one participant's diary, and who reads it."""

    covers_until: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: uuid.UUID | None = None
    reviewer_id: uuid.UUID | None = None
    """Who is named to answer; None: whoever comes first."""


def care_of(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, CareFacts]:
    """Return what holds now, for a page of people or a whole study: four queries."""
    overrides: dict[uuid.UUID, dict[str, Override]] = defaultdict(dict)
    chosen = _of(select(ModuleOverride), ModuleOverride, study_id, people)
    for row in session.scalars(chosen.order_by(ModuleOverride.decided_at)):
        reason = reason_of(row.action, row.reason)
        made = Override(row.action, row.since, row.until, reason)
        overrides[row.participant_id][row.module_key] = made
    prescriptions = {
        row.participant_id: _prescription(row)
        for row in session.scalars(
            _of(select(PrescriptionChange), PrescriptionChange, study_id, people).order_by(
                PrescriptionChange.written_at
            )
        )
    }
    unread: dict[uuid.UUID, list[ReplyFacts]] = defaultdict(list)
    replies = _of(select(DiaryReply), DiaryReply, study_id, people)
    for reply in session.scalars(
        replies.where(DiaryReply.read_at.is_(None)).order_by(DiaryReply.written_at)
    ):
        unread[reply.participant_id].append(_reply(reply))
    stops = _stops(session, study_id, people)
    return {
        each: CareFacts(
            overrides.get(each, {}),
            prescriptions.get(each, NOTHING),
            tuple(unread.get(each, ())),
            each in stops.locked,
            frozenset(stops.suspended.get(each, ())),
            stops.frozen.get(each),
        )
        for each in {*overrides, *prescriptions, *unread, *stops.anybody}
    }


@dataclass
class _Stops:
    """What open alerts stop, by participant."""

    locked: set[uuid.UUID] = field(default_factory=set)
    suspended: dict[uuid.UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    frozen: dict[uuid.UUID, datetime] = field(default_factory=dict)

    @property
    def anybody(self) -> set[uuid.UUID]:
        return {*self.locked, *self.suspended, *self.frozen}


def _stops(session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None) -> _Stops:
    """Return what open alerts stop until somebody closes them: one query."""
    found = _Stops()
    stopping = [trigger for trigger in Trigger if trigger.effect]
    query = (
        _of(select(Alert), Alert, study_id, people)
        .outerjoin(DiaryEntry, DiaryEntry.id == Alert.source_id)
        .where(Alert.trigger.in_(stopping), Alert.state != AlertState.CLOSED)
        .order_by(Alert.raised_at)
    )
    for alert, exercises in session.execute(query.add_columns(DiaryEntry.exercises)):
        if alert.trigger.effect is Effect.LOCKS_EXERCISES:
            found.locked.add(alert.participant_id)
        if alert.trigger.effect is Effect.SUSPENDS_EXERCISES:
            found.suspended[alert.participant_id].update(exercises or ())
        if alert.trigger.effect is Effect.FREEZES_PROGRESS:
            found.frozen.setdefault(alert.participant_id, alert.raised_at)
    return found


def review_of(session: Session, study_id: uuid.UUID, participant_id: uuid.UUID) -> ReviewFacts:
    """Return how far one participant's diary has been read."""
    return reviews_of(session, study_id, [participant_id]).get(participant_id, ReviewFacts())


def reviews_of(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, ReviewFacts]:
    """Return how far each participant's diary has been read: two queries."""
    marks: dict[uuid.UUID, ReviewMark] = {}
    for mark in session.scalars(
        _of(select(ReviewMark), ReviewMark, study_id, people).order_by(
            ReviewMark.covers_until, ReviewMark.reviewed_at
        )
    ):
        marks[mark.participant_id] = mark
    named = {
        row.participant_id: row.reviewer_id
        for row in session.scalars(
            _of(select(Reviewer), Reviewer, study_id, people).order_by(Reviewer.named_at)
        )
    }
    return {
        each: ReviewFacts(
            marks[each].covers_until if each in marks else None,
            marks[each].reviewed_at if each in marks else None,
            marks[each].reviewer_id if each in marks else None,
            named.get(each),
        )
        for each in {*marks, *named}
    }


def replies_of(session: Session, participant_id: uuid.UUID) -> list[ReplyFacts]:
    """Return all replies to one participant, newest first."""
    query = select(DiaryReply).where(DiaryReply.participant_id == participant_id)
    newest_first = DiaryReply.written_at.desc(), DiaryReply.id
    return [_reply(row) for row in session.scalars(query.order_by(*newest_first))]


def prescriptions_of(session: Session, participant_id: uuid.UUID) -> list[PrescriptionFacts]:
    """Return the history of a prescription, oldest first."""
    query = select(PrescriptionChange).where(PrescriptionChange.participant_id == participant_id)
    return [
        PrescriptionFacts(_prescription(row), row.reason, row.written_by, row.written_at)
        for row in session.scalars(query.order_by(PrescriptionChange.written_at))
    ]


def prescription_at(session: Session, participant_id: uuid.UUID, moment: datetime) -> Prescription:
    """Return the prescription as it was written down at one moment."""
    history = prescriptions_of(session, participant_id)
    until = [each.prescription for each in history if each.written_at <= moment]
    return until[-1] if until else NOTHING


def _of(
    query: Select[Row],
    table: type[ModuleOverride | PrescriptionChange | DiaryReply | Alert | ReviewMark | Reviewer],
    study_id: uuid.UUID,
    people: Collection[uuid.UUID] | None,
) -> Select[Row]:
    found = query.join(Participant, Participant.id == table.participant_id)
    found = found.where(Participant.study_id == study_id)
    return found if people is None else found.where(among(Participant.id, people))


def _prescription(row: PrescriptionChange) -> Prescription:
    return Prescription(row.directions, row.doses, tuple(row.added), tuple(row.paused))


def _reply(row: DiaryReply) -> ReplyFacts:
    return ReplyFacts(
        row.id,
        row.template,
        row.words,
        row.written_by,
        row.written_at,
        row.written_on,
        row.entry_id,
        row.read_at,
    )

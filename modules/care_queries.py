"""What the team has decided and answered, read for a whole study in a fixed number of queries.

Part of a participant's course record: for pages of patients and staff, never for exports and
never for anybody who is blinded.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from modules.alert_models import Alert, AlertState
from modules.care_models import (
    DiaryReply,
    ModuleOverride,
    PrescriptionChange,
    Reviewer,
    ReviewMark,
)
from modules.models import Participant
from modules.prescription import NOTHING, Prescription
from modules.progression import Override
from modules.safety import LOCKS_EXERCISES

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


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """How far the team has read one participant's diary, and who reads it."""

    covers_until: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: uuid.UUID | None = None
    reviewer_id: uuid.UUID | None = None
    """Who is named to answer; None: whoever comes first."""


def care_of(
    session: Session, study_id: uuid.UUID, participant_id: uuid.UUID | None = None
) -> dict[uuid.UUID, CareFacts]:
    """Return what holds now, for one participant or a whole study: four queries."""
    overrides: dict[uuid.UUID, dict[str, Override]] = defaultdict(dict)
    chosen = _of(select(ModuleOverride), ModuleOverride, study_id, participant_id)
    for row in session.scalars(chosen.order_by(ModuleOverride.decided_at)):
        made = Override(row.action, row.since, row.until, row.reason)
        overrides[row.participant_id][row.module_key] = made
    prescriptions = {
        row.participant_id: _prescription(row)
        for row in session.scalars(
            _of(select(PrescriptionChange), PrescriptionChange, study_id, participant_id).order_by(
                PrescriptionChange.written_at
            )
        )
    }
    unread: dict[uuid.UUID, list[ReplyFacts]] = defaultdict(list)
    replies = _of(select(DiaryReply), DiaryReply, study_id, participant_id)
    for reply in session.scalars(
        replies.where(DiaryReply.read_at.is_(None)).order_by(DiaryReply.written_at)
    ):
        unread[reply.participant_id].append(_reply(reply))
    locking = _of(select(Alert.participant_id), Alert, study_id, participant_id).where(
        Alert.trigger.in_(LOCKS_EXERCISES), Alert.state != AlertState.CLOSED
    )
    locked = set(session.scalars(locking))
    return {
        each: CareFacts(
            overrides.get(each, {}),
            prescriptions.get(each, NOTHING),
            tuple(unread.get(each, ())),
            each in locked,
        )
        for each in {*overrides, *prescriptions, *unread, *locked}
    }


def review_of(session: Session, study_id: uuid.UUID, participant_id: uuid.UUID) -> ReviewFacts:
    """Return how far one participant's diary has been read."""
    return reviews_of(session, study_id, participant_id).get(participant_id, ReviewFacts())


def reviews_of(
    session: Session, study_id: uuid.UUID, participant_id: uuid.UUID | None = None
) -> dict[uuid.UUID, ReviewFacts]:
    """Return how far each participant's diary has been read: two queries."""
    marks: dict[uuid.UUID, ReviewMark] = {}
    for mark in session.scalars(
        _of(select(ReviewMark), ReviewMark, study_id, participant_id).order_by(
            ReviewMark.covers_until, ReviewMark.reviewed_at
        )
    ):
        marks[mark.participant_id] = mark
    named = {
        row.participant_id: row.reviewer_id
        for row in session.scalars(
            _of(select(Reviewer), Reviewer, study_id, participant_id).order_by(Reviewer.named_at)
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


def _of(
    query: Select[Row],
    table: type[ModuleOverride | PrescriptionChange | DiaryReply | Alert | ReviewMark | Reviewer],
    study_id: uuid.UUID,
    participant_id: uuid.UUID | None,
) -> Select[Row]:
    found = query.join(Participant, Participant.id == table.participant_id)
    found = found.where(Participant.study_id == study_id)
    return found if participant_id is None else found.where(Participant.id == participant_id)


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

"""What the team has decided and answered, and the goals, read in a fixed number of queries.

Part of a participant's course record: for pages of patients and staff, never for exports and
never for anybody who is blinded.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, literal_column, or_, select, true, union_all
from sqlalchemy.orm import Session

from modules.course.levels import LevelSet
from modules.course.prescription import NOTHING, Prescription
from modules.course.progression import Override, reason_of
from modules.records.alert_models import Alert, AlertState
from modules.records.care_models import (
    WAITING_REPLY,
    DiaryReply,
    ModuleOverride,
    PrescriptionChange,
    Reviewer,
    ReviewMark,
)
from modules.records.goal_models import GoalRating, ParticipantGoal
from modules.records.models import DiaryEntry, Participant
from modules.records.pages import among, among_given, page_of
from modules.safety.triggers import Effect, Trigger
from modules.study.goals import Goal, Rating

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
    taken_back_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it can still be taken back: nobody has read it or taken it back."""
        return self.read_at is None and self.taken_back_at is None


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
    prescribed_at: datetime | None = None
    """Since when; None where nothing was ever prescribed."""
    unread: tuple[ReplyFacts, ...] = ()
    """Replies the participant has not said to have read, oldest first."""
    locked: bool = False
    """Exercises are shut because of a warning sign."""
    suspended: frozenset[str] = frozenset()
    """Exercises of a session with pain down the leg, until the team has seen to it."""
    frozen_at: datetime | None = None
    """Since when no further module opens because pain stays above that before day 1."""
    goals: tuple[Goal, ...] = ()
    """What the participant wants to do again, in the order in which it was set."""

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


def care_of(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, CareFacts]:
    """Return what holds now for a page of people: one query. Who has nothing is not named."""
    found: dict[uuid.UUID, _Decided] = defaultdict(_Decided)
    for key, *care, goal, rating in session.execute(_CARE, page_of(people)):
        found[key].take(*care)
        found[key].take_goal(goal, rating)
    return {key: decided.facts() for key, decided in found.items()}


_Kinds = ModuleOverride | PrescriptionChange | DiaryReply | Alert | ParticipantGoal
_kind = union_all(*(select(literal_column(str(n)).label("kind")) for n in range(5))).subquery(
    "kinds"
)


def _only(kind: int, table: type[_Kinds]) -> Any:
    return and_(_kind.c.kind == kind, table.participant_id == Participant.id)


_STOPPING = [trigger for trigger in Trigger if trigger.effect]
_CARE = (
    select(Participant.id, ModuleOverride, PrescriptionChange, DiaryReply, Alert)
    .add_columns(DiaryEntry.exercises, ParticipantGoal, GoalRating)
    .join_from(Participant, _kind, true())
    .outerjoin(ModuleOverride, _only(0, ModuleOverride))
    .outerjoin(PrescriptionChange, _only(1, PrescriptionChange))
    .outerjoin(DiaryReply, and_(_only(2, DiaryReply), WAITING_REPLY))
    .outerjoin(
        Alert,
        and_(_only(3, Alert), Alert.trigger.in_(_STOPPING), Alert.state != AlertState.CLOSED),
    )
    .outerjoin(DiaryEntry, DiaryEntry.id == Alert.source_id)
    .outerjoin(ParticipantGoal, _only(4, ParticipantGoal))
    .outerjoin(GoalRating, GoalRating.goal_id == ParticipantGoal.id)
    .where(
        among_given(Participant.id),
        or_(
            ModuleOverride.id.is_not(None),
            PrescriptionChange.id.is_not(None),
            DiaryReply.id.is_not(None),
            Alert.id.is_not(None),
            ParticipantGoal.id.is_not(None),
        ),
    )
    .order_by(
        ModuleOverride.decided_at,
        PrescriptionChange.written_at,
        DiaryReply.written_at,
        Alert.raised_at,
        ParticipantGoal.place,
        GoalRating.revision,
    )
)
"""Five tables one below the other, each joined to its own kind of row: decisions on modules,
prescriptions, unread replies, open alerts that stop something, and goals with their answers."""


@dataclass
class _Decided:
    """What was decided about one participant, row by row, oldest first."""

    overrides: dict[str, Override] = field(default_factory=dict)
    prescription: Prescription = NOTHING
    prescribed_at: datetime | None = None
    unread: list[ReplyFacts] = field(default_factory=list)
    locked: bool = False
    suspended: set[str] = field(default_factory=set)
    frozen_at: datetime | None = None
    goals: dict[uuid.UUID, Goal] = field(default_factory=dict)

    def take(
        self,
        override: ModuleOverride | None,
        change: PrescriptionChange | None,
        reply: DiaryReply | None,
        alert: Alert | None,
        exercises: Collection[str] | None,
    ) -> None:
        """Take one row: one of the four, and with an alert the exercises of its entry."""
        if override is not None:
            reason = reason_of(override.action, override.reason)
            made = Override(override.action, override.since, override.until, reason)
            self.overrides[override.module_key] = made
        if change is not None:
            self.prescription, self.prescribed_at = _prescription(change), change.written_at
        if reply is not None:
            self.unread.append(_reply(reply))
        if alert is not None:
            self._stop(alert, exercises or ())

    def take_goal(self, row: ParticipantGoal | None, rating: GoalRating | None) -> None:
        """Take a goal with one of its answers."""
        if row is not None and rating is not None:
            known = self.goals.get(row.id)
            said = Rating(rating.rated_on, rating.value)
            ratings = (*(known.ratings if known else ()), said)
            self.goals[row.id] = Goal(row.id, row.words, row.set_on, ratings, row.set_aside_on)

    def _stop(self, alert: Alert, exercises: Collection[str]) -> None:
        effect = alert.trigger.effect
        if effect is Effect.LOCKS_EXERCISES:
            self.locked = True
        if effect is Effect.SUSPENDS_EXERCISES:
            self.suspended.update(exercises)
        if effect is Effect.FREEZES_PROGRESS:
            self.frozen_at = self.frozen_at or alert.raised_at

    def facts(self) -> CareFacts:
        """Return what holds."""
        return CareFacts(
            self.overrides,
            self.prescription,
            self.prescribed_at,
            tuple(self.unread),
            self.locked,
            frozenset(self.suspended),
            self.frozen_at,
            tuple(self.goals.values()),
        )


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
    """Return all replies to one participant, newest first, those taken back too."""
    query = select(DiaryReply).where(DiaryReply.participant_id == participant_id)
    newest_first = DiaryReply.written_at.desc(), DiaryReply.id
    return [_reply(row) for row in session.scalars(query.order_by(*newest_first))]


def waiting_reply(
    session: Session, study_id: uuid.UUID, reply_id: uuid.UUID
) -> tuple[uuid.UUID, ReplyFacts] | None:
    """Return a reply of a study and whose it is, as long as it can be taken back."""
    query = select(DiaryReply).join(Participant, Participant.id == DiaryReply.participant_id)
    row = session.scalar(
        query.where(DiaryReply.id == reply_id, WAITING_REPLY, Participant.study_id == study_id)
    )
    return None if row is None else (row.participant_id, _reply(row))


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
    table: type[ReviewMark | Reviewer],
    study_id: uuid.UUID,
    people: Collection[uuid.UUID] | None,
) -> Select[Row]:
    found = query.join(Participant, Participant.id == table.participant_id)
    found = found.where(Participant.study_id == study_id)
    return found if people is None else found.where(among(Participant.id, people))


def _prescription(row: PrescriptionChange) -> Prescription:
    known = row.contraindications
    return Prescription(
        row.directions,
        row.doses,
        tuple(row.added),
        tuple(row.paused),
        {
            key: LevelSet(each["level"], date.fromisoformat(each["since"]))
            for key, each in row.levels.items()
        },
        None if known is None else tuple(known),
    )


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
        row.taken_back_at,
    )

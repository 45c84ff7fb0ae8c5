"""Raising alerts and working through them: open, acknowledged, contacted, closed with a reason."""

import uuid
from collections.abc import Collection, Container, Iterable, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.alert_models import Alert, AlertState, ClosingReason
from modules.records.care_models import Reviewer
from modules.records.models import Participant
from modules.records.pages import WRITTEN, among
from modules.safety.triggers import Trigger

ORDER = list(AlertState)


def raise_all(
    session: Session,
    participant_id: uuid.UUID,
    triggers: Iterable[Trigger],
    source_id: uuid.UUID,
    now: datetime,
) -> list[Alert]:
    """Raise an alert for each trigger, once for the same source; return the new ones.

    It is owned at once by whoever is named to read the participant's diary, else by the team.
    """
    known = set(
        session.scalars(
            select(Alert.trigger).where(
                Alert.participant_id == participant_id, Alert.source_id == source_id
            )
        )
    )
    fresh = [trigger for trigger in dict.fromkeys(triggers) if trigger not in known]
    owner_id = _reviewer(session, participant_id) if fresh else None
    alerts = [
        Alert(
            participant_id=participant_id,
            trigger=trigger,
            source_id=source_id,
            state=AlertState.OPEN,
            owner_id=owner_id,
            raised_at=now,
            due_at=trigger.due_at(now),
            changed_at=now,
        )
        for trigger in fresh
    ]
    session.add_all(alerts)
    session.flush()
    return alerts


def told(session: Session, people: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return of which silences a page of people has been told of: participant and source."""
    rows = session.execute(
        select(Alert.participant_id, Alert.source_id).where(
            among(Alert.participant_id, people), Alert.trigger == Trigger.OUT_OF_TOUCH
        )
    )
    return {(key, source) for key, source in rows}


def _reviewer(session: Session, participant_id: uuid.UUID) -> uuid.UUID | None:
    return session.scalar(
        select(Reviewer.reviewer_id)
        .where(Reviewer.participant_id == participant_id)
        .order_by(Reviewer.named_at.desc())
        .limit(1)
    )


def move(
    session: Session,
    alert_id: uuid.UUID,
    state: AlertState,
    owner_id: uuid.UUID,
    now: datetime,
    reason: str | None = None,
) -> Alert:
    """Take an alert one step on, or over from somebody; closing needs a reason code.

    Raises NotFound, AlreadyRecorded (it is that far already) and InvalidEntry.
    """
    alert = session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())
    if alert is None:
        raise NotFound
    taken_over = state is alert.state is AlertState.ACKNOWLEDGED and alert.owner_id != owner_id
    if ORDER.index(state) <= ORDER.index(alert.state) and not taken_over:
        raise AlreadyRecorded
    if state is AlertState.CLOSED and reason not in set(ClosingReason):
        raise InvalidEntry({"reason": "required"})
    alert.state, alert.owner_id, alert.changed_at = state, owner_id, now
    if state is AlertState.CLOSED and reason:
        alert.closing_reason = ClosingReason.of(reason)
    session.flush()
    return alert


def open_of_study(session: Session, study_id: uuid.UUID) -> list[Alert]:
    """Return the alerts of a study that are not closed, the most urgent on top."""
    found = session.scalars(
        select(Alert)
        .join(Participant, Participant.id == Alert.participant_id)
        .where(Participant.study_id == study_id, Alert.state != AlertState.CLOSED)
    )
    return sorted(found, key=lambda alert: alert.urgency)


def of_participant(session: Session, participant_id: uuid.UUID) -> list[Alert]:
    """Return all alerts of one participant, newest first."""
    query = select(Alert).where(Alert.participant_id == participant_id)
    return list(session.scalars(query.order_by(Alert.raised_at.desc())))


def triggers_of(
    session: Session, participant_id: uuid.UUID, source_ids: Sequence[uuid.UUID]
) -> list[Trigger]:
    """Return the triggers that these entries of a participant fired, closed ones included."""
    query = select(Alert.trigger).where(
        Alert.participant_id == participant_id, Alert.source_id.in_(source_ids)
    )
    return list(session.scalars(query.order_by(Alert.trigger)))


def waiting(session: Session, participant_id: uuid.UUID) -> list[Alert]:
    """Return the alerts of one participant that are not closed, the most urgent on top."""
    open_ones = Alert.participant_id == participant_id, Alert.state != AlertState.CLOSED
    found = session.scalars(select(Alert).where(*open_ones))
    return sorted(found, key=lambda alert: alert.urgency)


def get(session: Session, study_id: uuid.UUID, alert_id: uuid.UUID) -> Alert:
    """Return one alert of a study. Raises NotFound, also for one of another study."""
    alert = session.scalar(
        select(Alert)
        .join(Participant, Participant.id == Alert.participant_id)
        .where(Alert.id == alert_id, Participant.study_id == study_id)
    )
    if alert is None:
        raise NotFound
    return alert


def closed_of_study(
    session: Session, study_id: uuid.UUID, whose: Container[uuid.UUID], limit: int = 30
) -> list[Alert]:
    """Return the alerts of these participants of a study closed last, newest first."""
    closed = session.scalars(
        select(Alert)
        .join(Participant, Participant.id == Alert.participant_id)
        .where(Participant.study_id == study_id, Alert.state == AlertState.CLOSED)
        .order_by(Alert.changed_at.desc(), Alert.id)
        .execution_options(yield_per=limit)
    )
    with closed:
        return list(islice((each for each in closed if each.participant_id in whose), limit))


ANSWERED = (AlertState.CONTACTED, AlertState.CLOSED)
"""States in which an alert is not late any more."""


def is_overdue(alert: Alert, now: datetime) -> bool:
    """Return whether nobody has answered an alert in time."""
    return alert.due_at <= now and alert.state not in ANSWERED


def _overdue(now: datetime) -> Select[Alert]:
    return (
        select(Alert)
        .where(Alert.due_at <= now, Alert.escalated_at.is_(None), Alert.state.not_in(ANSWERED))
        .order_by(Alert.due_at, Alert.id)
    )


def any_overdue(session: Session, now: datetime) -> bool:
    """Return whether `escalate_overdue` would find any."""
    return session.scalar(_overdue(now).limit(1)) is not None


def escalate_overdue(session: Session, now: datetime) -> list[Alert]:
    """Mark some of the alerts that nobody has answered in time; return those found now.

    Not more than are written together: to be called until there are none.
    """
    late = list(session.scalars(_overdue(now).limit(WRITTEN).with_for_update()))
    for alert in late:
        alert.escalated_at = now
    session.flush()
    return late

"""Putting reminders into the outbox, and taking out what is no longer needed."""

import logging
import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from modules.records.pages import among
from notifications.models import NEVER_ARRIVED, OutboxMessage, State, insert_new
from notifications.rules import Reminded, Reminder, task_of

log = logging.getLogger(__name__)
PLAUSIBLE = timedelta(days=2)
"""Reminders are made for somebody's today; farther from the clock, one of the two is wrong."""

IDENTITY = (OutboxMessage.participant_id, OutboxMessage.kind, OutboxMessage.occurrence)


def plan(session: Session, reminders: Iterable[Reminder], now: datetime) -> int:
    """Put what is new into the outbox; returns how many rows were new.

    May run any number of times. A row that still waits takes over changed times; every other row
    stays as it is. Reminders more than two days from `now` are refused: a clock has jumped.
    """
    plausible = [reminder for reminder in reminders if _is_plausible(reminder, now)]
    rows = [_values(reminder, now) for reminder in plausible]
    new = insert_new(session, OutboxMessage, rows, *IDENTITY)
    for reminder in plausible:
        if (reminder.participant_id, reminder.kind, reminder.occurrence) not in new:
            _move(session, reminder, now)
    return len(new)


def _is_plausible(reminder: Reminder, now: datetime) -> bool:
    if abs(reminder.not_before - now) <= PLAUSIBLE:
        return True
    log.error("reminder refused: its day is far from the clock, kind=%s", reminder.kind)
    return False


def _values(reminder: Reminder, now: datetime) -> dict[str, object]:
    return {
        "participant_id": reminder.participant_id,
        "kind": reminder.kind,
        "occurrence": reminder.occurrence,
        "on_day": reminder.on.isoformat(),
        "state": State.PLANNED,
        "variables": dict(reminder.variables),
        "planned_at": now,
        "not_before": reminder.not_before,
        "expires_at": reminder.expires_at,
        "next_try_at": reminder.not_before,
        "changed_at": now,
        "tries": 0,
    }


def _move(session: Session, reminder: Reminder, now: datetime) -> None:
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.participant_id == reminder.participant_id,
            OutboxMessage.kind == reminder.kind,
            OutboxMessage.occurrence == reminder.occurrence,
            OutboxMessage.state == State.PLANNED,
            (OutboxMessage.not_before != reminder.not_before)
            | (OutboxMessage.expires_at != reminder.expires_at),
        )
        .values(
            not_before=reminder.not_before,
            expires_at=reminder.expires_at,
            next_try_at=reminder.not_before,
            variables=dict(reminder.variables),
            changed_at=now,
        )
    )


def withdraw(
    session: Session, participant_id: uuid.UUID, kind: str, occurrence: str, now: datetime
) -> int:
    """Cancel the reminders of a task that is done (its repeats too); returns how many waited."""
    waiting = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.participant_id == participant_id,
            OutboxMessage.kind == kind,
            OutboxMessage.state == State.PLANNED,
            OutboxMessage.occurrence.startswith(occurrence, autoescape=True),
        )
        .with_for_update()
    )
    done = [row for row in waiting if task_of(row.occurrence) == occurrence]
    for row in done:
        row.state = State.CANCELLED
        row.reason = "no_longer_needed"
        row.changed_at = now
    session.flush()
    return len(done)


def history(
    session: Session, participant_ids: Collection[uuid.UUID], today: date
) -> dict[uuid.UUID, tuple[Reminded, ...]]:
    """What the outbox holds of a page of people's last eight days, as the rules read it."""
    since = (today - timedelta(days=8)).isoformat()
    found: dict[uuid.UUID, tuple[Reminded, ...]] = {}
    rows = session.scalars(
        select(OutboxMessage).where(
            among(OutboxMessage.participant_id, participant_ids), OutboxMessage.on_day >= since
        )
    )
    for row in rows:
        entry = Reminded(
            row.kind,
            row.occurrence,
            date.fromisoformat(row.on_day),
            settled=row.state is not State.PLANNED,
            counts=row.state not in NEVER_ARRIVED,
            window=(row.not_before, row.expires_at),
        )
        found[row.participant_id] = (*found.get(row.participant_id, ()), entry)
    return found

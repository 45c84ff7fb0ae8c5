"""The face of the package: fill the outbox, deliver from it, record what became of it.

    plan      reminders of the rules -> rows, each once
    withdraw  the task is done: its reminder disappears
    deliver   send what is due, one message in three steps: claim and commit; call with no
              transaction open; record
    reconcile what was left half done
    record_receipt, choose, opt_out, opt_in, opt_out_number, opt_in_number, forget, history, release

A crash between any two steps leaves a row that is planned (and is sent later) or `sending` (and
becomes `unknown`, never sent again).
"""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.records.db import Database
from modules.text import Text
from notifications.channel import Channel, DeliveryFailed, DeliveryUnknown, send_through
from notifications.claiming import (
    Claimed,
    DeliveryContext,
    FirstName,
    Need,
    QuietHoursOf,
    SetAside,
    StillDue,
    claim_next,
)
from notifications.claiming import expire as drop_late
from notifications.consent import (
    ConsentGiven,
    choose,
    forget,
    opt_in,
    opt_in_number,
    opt_out,
    opt_out_number,
)
from notifications.kinds import label_of
from notifications.models import OutboxMessage, State
from notifications.pauses import release
from notifications.planning import history, plan, withdraw
from notifications.receipts import Outcome, accepted, record_receipt, refused, uncertain
from notifications.reconciliation import reconcile

__all__ = [
    "ConsentGiven",
    "Entry",
    "Need",
    "Outcome",
    "choose",
    "deliver",
    "entries",
    "forget",
    "history",
    "opt_in",
    "opt_in_number",
    "opt_out",
    "opt_out_number",
    "plan",
    "reconcile",
    "record_receipt",
    "release",
    "withdraw",
]

AT_MOST = 500


def deliver(
    database: Database,
    channels: Mapping[str, Channel],
    still_due: StillDue,
    now_fn: Callable[[], datetime],
    *,
    quiet_hours: QuietHoursOf,
    link: str,
    first_name: FirstName = lambda _session, _participant: None,
) -> Counter[str]:
    """Send what is due now; returns how many ended how. Several workers may run at once.

    `still_due`, `quiet_hours` and `first_name` are asked inside the claiming transaction; `link` is
    the address of the course, without any token. Raises what the database raises.
    """
    context = DeliveryContext(frozenset(channels), still_due, quiet_hours, link, first_name)
    tally: Counter[str] = Counter()
    with database.writing() as session:
        tally["expired"] = drop_late(session, now_fn())
    for _ in range(AT_MOST):
        with database.writing() as session:
            turn = claim_next(session, now_fn(), context)
        if turn is None:
            break
        if isinstance(turn, SetAside):
            tally[turn.reason] += 1
        else:
            tally[_send(database, channels[turn.channel], turn, now_fn)] += 1
    return tally


def _send(
    database: Database, channel: Channel, turn: Claimed, now_fn: Callable[[], datetime]
) -> str:
    """Call, then record. No transaction is open during the call, which may take half a minute."""
    attempt = turn.message.attempt
    try:
        receipt = send_through(channel, turn.message)
    except DeliveryFailed as failure:
        with database.writing() as session:
            refused(session, attempt, failure, now_fn())
        return "failed"
    except DeliveryUnknown as doubt:
        with database.writing() as session:
            uncertain(session, attempt, doubt.reason, now_fn())
        return "unknown"
    with database.writing() as session:
        accepted(session, attempt, receipt, now_fn())
    return "sent"


@dataclass(frozen=True)
class Entry:
    """One row of the outbox as staff may see it: no number, no words."""

    id: uuid.UUID
    participant_id: uuid.UUID
    kind: str
    occurrence: str
    on: date
    state: State
    reason: str | None
    not_before: datetime
    expires_at: datetime
    changed_at: datetime

    @property
    def label(self) -> Text:
        """What staff call its kind."""
        return label_of(self.kind)


def entries(
    session: Session, participant_id: uuid.UUID | None = None, *, limit: int = 200
) -> list[Entry]:
    """The newest rows, of one participant or of all. Never shown to anybody who assesses."""
    query = select(OutboxMessage).order_by(OutboxMessage.not_before.desc(), OutboxMessage.id)
    if participant_id is not None:
        query = query.where(OutboxMessage.participant_id == participant_id)
    return [_entry(row) for row in session.scalars(query.limit(limit))]


def _entry(row: OutboxMessage) -> Entry:
    return Entry(
        row.id,
        row.participant_id,
        row.kind,
        row.occurrence,
        date.fromisoformat(row.on_day),
        row.state,
        row.reason,
        row.not_before,
        row.expires_at,
        row.changed_at,
    )

"""Looking after messages whose worker died, whose answer was lost, or whose receipt never came.

What is unknown is never sent again. It is settled by a callback that carries our id, or by a
search at the provider; otherwise it stays unknown, with a reason that staff can read.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from modules.records.db import Database, outside_writing
from notifications.channel import Channel, Sought
from notifications.models import Contact, OutboxMessage, State, by_sid
from notifications.phones import both_forms
from notifications.receipts import accepted, record_receipt

log = logging.getLogger(__name__)
SEARCH_EVERY = timedelta(minutes=5)
SEARCH_FOR = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(minutes=15)
ASK_EVERY = timedelta(hours=1)
NO_RECEIPT_AFTER = timedelta(days=3)
CLOCKS_DIFFER_BY = timedelta(minutes=2)
AT_MOST = 50
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Lookup:
    """A question to a provider, made in one transaction and answered outside of any."""

    channel: str
    sought: Sought
    sid: str | None


def reconcile(
    database: Database, channels: Mapping[str, Channel], now_fn: Callable[[], datetime]
) -> Counter[str]:
    """Settle what can be settled; returns how many rows of each sort. Sends nothing."""
    tally: Counter[str] = Counter()
    with database.writing() as session:
        tally["lease_expired"] = _leases(session, now_fn())
        tally["unconfirmed"] = _give_up(session, now_fn())
        tally["no_receipt"] = _without_receipt(session, now_fn())
        unknown, silent = _to_search(session, now_fn()), _to_ask(session, now_fn())
    for lookup in unknown:
        tally["found"] += _search(database, channels, lookup, now_fn)
    for lookup in silent:
        tally["asked"] += _ask(database, channels, lookup, now_fn)
    return tally


def _leases(session: Session, now: datetime) -> int:
    return _mark(
        session,
        (OutboxMessage.state == State.SENDING) & (OutboxMessage.lease_until < now),
        {"state": State.UNKNOWN, "reason": "lease_expired", "changed_at": now},
    )


def _give_up(session: Session, now: datetime) -> int:
    return _mark(
        session,
        (OutboxMessage.state == State.UNKNOWN)
        & (OutboxMessage.expires_at < now)
        & (OutboxMessage.sending_at < now - GIVE_UP_AFTER)
        & (OutboxMessage.reason.is_distinct_from("unconfirmed")),
        {"reason": "unconfirmed", "changed_at": now},
    )


def _without_receipt(session: Session, now: datetime) -> int:
    return _mark(
        session,
        (OutboxMessage.state == State.SENT)
        & (OutboxMessage.sending_at < now - NO_RECEIPT_AFTER)
        & (OutboxMessage.reason.is_distinct_from("no_receipt")),
        {"reason": "no_receipt", "changed_at": now},
    )


def _mark(session: Session, condition: ColumnElement[bool], values: Mapping[str, object]) -> int:
    changed = session.execute(
        update(OutboxMessage).where(condition).values(**values).returning(OutboxMessage.id)
    )
    return len(changed.all())


def _to_search(session: Session, now: datetime) -> list[_Lookup]:
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == State.UNKNOWN,
            OutboxMessage.sending_at > now - SEARCH_FOR,
            _not_looked_at_since(now - SEARCH_EVERY),
        )
        .order_by(OutboxMessage.sending_at)
        .limit(AT_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    return [_lookup(session, row, now) for row in rows]


def _to_ask(session: Session, now: datetime) -> list[_Lookup]:
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == State.SENT,
            OutboxMessage.sending_at.between(now - NO_RECEIPT_AFTER, now - ASK_EVERY),
            _not_looked_at_since(now - ASK_EVERY),
        )
        .order_by(OutboxMessage.sending_at)
        .limit(AT_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    return [_lookup(session, row, now) for row in rows]


def _not_looked_at_since(then: datetime) -> ColumnElement[bool]:
    return or_(OutboxMessage.looked_up_at.is_(None), OutboxMessage.looked_up_at < then)


def _lookup(session: Session, row: OutboxMessage, now: datetime) -> _Lookup:
    row.looked_up_at = now
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    addresses = list(both_forms(contact.phone)) if contact else []
    if contact and contact.wa_address and contact.wa_address not in addresses:
        addresses.append(contact.wa_address)
    since = (row.sending_at or now) - CLOCKS_DIFFER_BY
    sought = Sought(row.attempt or uuid.UUID(int=0), addresses, row.text_digest or "", since)
    return _Lookup(str(row.channel), sought, row.sid)


def _search(
    database: Database,
    channels: Mapping[str, Channel],
    lookup: _Lookup,
    now_fn: Callable[[], datetime],
) -> int:
    """Adopt the one message at the provider that can only be this; two candidates are no answer."""
    found = _asked_safely(lambda: channels[lookup.channel].search(lookup.sought)) or []
    with database.writing() as session:
        free = {receipt.sid: receipt for receipt in found if not by_sid(session, receipt.sid)}
        if len(free) != 1:
            return 0
        accepted(session, lookup.sought.attempt, next(iter(free.values())), now_fn())
    return 1


def _ask(
    database: Database,
    channels: Mapping[str, Channel],
    lookup: _Lookup,
    now_fn: Callable[[], datetime],
) -> int:
    answer = _asked_safely(lambda: channels[lookup.channel].status(str(lookup.sid)))
    if answer is None:
        return 0
    status, error_code = answer
    with database.writing() as session:
        record_receipt(
            session,
            attempt=lookup.sought.attempt,
            sid=str(lookup.sid),
            status=status,
            error_code=error_code,
            now=now_fn(),
        )
    return 1


def _asked_safely(question: Callable[[], Answer]) -> Answer | None:
    """A provider that cannot be asked now is asked again later."""
    outside_writing("asking a provider")
    try:
        return question()
    except Exception as fault:
        log.warning("provider could not be asked: %s", type(fault).__name__)
        return None

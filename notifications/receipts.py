"""What became of a message that was handed over: the answer of the call, and later callbacks.

Callbacks come twice, late, in any order, before our own commit, or never. A status only ever moves
forward; a failure is final unless a delivery is reported after it, which then is the truth.
"""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from notifications.channel import Aftermath, Receipt
from notifications.consent import opt_out_number
from notifications.messages import language_of
from notifications.models import (
    NEVER_ARRIVED,
    Contact,
    OutboxEvent,
    OutboxMessage,
    State,
    by_attempt,
    by_sid,
    insert_once,
)
from notifications.pauses import PARKED_PAUSE, STOPPED_PAUSE, pause, release, template_scope
from notifications.phones import other_form
from notifications.twilio_errors import verdict_on

RANK = {"accepted": 1, "queued": 1, "scheduled": 1, "sending": 2, "sent": 3}
RANK |= {"delivered": 4, "read": 5}
ARRIVED = {"delivered": State.DELIVERED, "read": State.READ}
FAILURES = frozenset({"failed", "undelivered", "canceled"})


class Outcome(StrEnum):
    """What a report changed."""

    APPLIED = "applied"
    KEPT = "kept"
    ANOMALY = "anomaly"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


def record_receipt(
    session: Session,
    *,
    attempt: uuid.UUID | None,
    sid: str,
    status: str,
    error_code: str,
    now: datetime,
) -> Outcome:
    """Take one report of the provider.

    `attempt`: the id in the callback's address. DUPLICATE changes nothing. REFUSED writes nothing:
    the attempt and the SID belong to two different messages. UNMATCHED is kept for later.
    """
    row = by_attempt(session, attempt) if attempt else None
    named = by_sid(session, sid)
    if row is not None and row.sid not in (None, sid):
        return Outcome.REFUSED
    if named is not None and row is not named and attempt is not None:
        return Outcome.REFUSED
    row = row or named
    earlier = _of_earlier_try(session, sid) if row is None else None
    row = row or earlier
    event = {
        "message_id": row.id if row else None,
        "attempt": attempt,
        "sid": sid,
        "status": status[:30],
        "error_code": error_code[:20],
        "received_at": now,
        "outcome": Outcome.UNMATCHED,
    }
    if not insert_once(session, OutboxEvent, event):
        return Outcome.DUPLICATE
    if row is None:
        return Outcome.UNMATCHED
    if status in FAILURES and verdict_on(error_code).aftermath is Aftermath.OPTED_OUT:
        _hear_stop(session, row, now)  # whatever else is known of the message
    if earlier is not None:
        outcome = _apply_to_earlier_try(earlier, status, now)
    else:
        outcome = _apply(session, row, sid, status, error_code, now)
    _event(session, sid, status, error_code).outcome = outcome
    session.flush()
    return outcome


def _hear_stop(session: Session, row: OutboxMessage, now: datetime) -> None:
    if row.phone_digest:
        opt_out_number(session, row.phone_digest, now, "blocked")


def _event(session: Session, sid: str, status: str, error_code: str) -> OutboxEvent:
    return session.scalars(
        select(OutboxEvent).where(
            OutboxEvent.sid == sid,
            OutboxEvent.status == status[:30],
            OutboxEvent.error_code == error_code[:20],
        )
    ).one()


def accepted(session: Session, attempt: uuid.UUID, receipt: Receipt, now: datetime) -> None:
    """The provider took it. Reports that came before this answer are applied now."""
    row = by_attempt(session, attempt)
    if row is None:
        return
    other = by_sid(session, receipt.sid)
    if row.sid not in (None, receipt.sid) or other not in (None, row):
        row.reason = "two_ids"
        return
    _apply(session, row, receipt.sid, receipt.status or "accepted", "", now)
    early = session.scalars(
        select(OutboxEvent)
        .where(OutboxEvent.message_id.is_(None))
        .where(or_(OutboxEvent.sid == receipt.sid, OutboxEvent.attempt == attempt))
    )
    for event in sorted(early, key=lambda event: RANK.get(event.status, 9)):
        event.message_id = row.id
        event.outcome = _apply(session, row, event.sid, event.status, event.error_code, now)
    if row.channel:
        release(session, row.channel, _text_scope(session, row))
    session.flush()


def uncertain(session: Session, attempt: uuid.UUID, reason: str, now: datetime) -> None:
    """Nobody can say whether it was taken; a report that is already here knows better."""
    row = by_attempt(session, attempt)
    if row is not None and row.state is State.SENDING:
        _turn(row, State.UNKNOWN, now, reason)
        session.flush()


class Refusal(Protocol):
    """Why a provider did not take a message, told at once (DeliveryFailed) or later (Verdict)."""

    @property
    def reason(self) -> str:
        """A short code."""

    @property
    def retry(self) -> bool:
        """Whether the same message may be tried again."""

    @property
    def retry_after(self) -> timedelta | None:
        """Not before so long; None: the pause of the channel grows by itself."""

    @property
    def aftermath(self) -> Aftermath:
        """What follows beyond this one message."""


def refused(session: Session, attempt: uuid.UUID, failure: Refusal, now: datetime) -> None:
    """The provider surely did not take it: try later, give it up, and draw the consequences."""
    row = by_attempt(session, attempt)
    if row is None or row.sid is not None or row.state not in (State.SENDING, State.UNKNOWN):
        return
    _refuse(session, row, failure, now)
    session.flush()


def _refuse(session: Session, row: OutboxMessage, why: Refusal, now: datetime) -> None:
    """Decide what a refusal means, whenever it is told: the one place where that is decided.

    What may be tried again, and what a fault of ours stopped, waits while its channel is paused.
    """
    stopped = why.aftermath is Aftermath.STOP_QUEUE
    if why.retry or stopped:
        length = STOPPED_PAUSE if stopped else why.retry_after
        until = pause(session, str(row.channel), why.reason, now, length)
        _try_again(row, until, why.reason, now)
    else:
        _turn(row, State.FAILED, now, why.reason)
        _consequences(session, row, why.aftermath, why.reason, now)


def _try_again(row: OutboxMessage, when: datetime, reason: str, now: datetime) -> None:
    """Let it wait for another try, which is a new message to the provider; or expire."""
    state = State.PLANNED if when < row.expires_at else State.EXPIRED
    _turn(row, state, now, reason)
    row.next_try_at = when
    row.lease_until = None
    if state is State.PLANNED:
        row.attempt = row.sid = row.provider_status = None


def _turn(row: OutboxMessage, state: State, now: datetime, reason: str | None = None) -> None:
    row.state = state
    row.reason = reason
    row.changed_at = now


def _apply(
    session: Session, row: OutboxMessage, sid: str, status: str, error_code: str, now: datetime
) -> Outcome:
    if row.sid is None:
        row.sid = sid
    if error_code and not row.error_code:
        row.error_code = error_code[:20]
    if status in FAILURES:
        return _apply_failure(session, row, status, error_code, now)
    if status not in RANK:
        return Outcome.IGNORED
    return _apply_progress(row, status, now)


def _of_earlier_try(session: Session, sid: str) -> OutboxMessage | None:
    """Return the message that was once sent under this id, refused, and is to be sent anew."""
    known = select(OutboxEvent.message_id).where(
        OutboxEvent.sid == sid, OutboxEvent.message_id.is_not(None)
    )
    return session.scalar(
        select(OutboxMessage).where(OutboxMessage.id.in_(known)).with_for_update()
    )


def _apply_to_earlier_try(row: OutboxMessage, status: str, now: datetime) -> Outcome:
    """Take what is said of a refused try: it changes nothing, unless it did arrive.

    Then nothing is sent again, if it has not been already.
    """
    arrived = ARRIVED.get(status)
    if arrived is None or row.state not in (State.PLANNED, State.EXPIRED, State.FAILED):
        return Outcome.KEPT if arrived is None else Outcome.ANOMALY
    _turn(row, arrived, now, "delivered_after_failure")
    row.provider_status = status
    return Outcome.ANOMALY


def _apply_progress(row: OutboxMessage, status: str, now: datetime) -> Outcome:
    arrived = ARRIVED.get(status)
    after_failure = row.state in NEVER_ARRIVED
    if after_failure and arrived is None:
        return Outcome.KEPT
    if RANK[status] <= RANK.get(row.provider_status or "", 0):
        return Outcome.KEPT
    _turn(row, arrived or State.SENT, now, "delivered_after_failure" if after_failure else None)
    row.provider_status = status
    return Outcome.ANOMALY if after_failure else Outcome.APPLIED


def _apply_failure(
    session: Session, row: OutboxMessage, status: str, error_code: str, now: datetime
) -> Outcome:
    if row.state in (State.DELIVERED, State.READ):
        return Outcome.ANOMALY
    if row.state in NEVER_ARRIVED:
        return Outcome.KEPT
    row.provider_status = status
    _refuse(session, row, verdict_on(error_code), now)
    return Outcome.APPLIED


def _consequences(
    session: Session, row: OutboxMessage, aftermath: Aftermath, reason: str, now: datetime
) -> None:
    if aftermath is Aftermath.OPTED_OUT:
        _hear_stop(session, row, now)
    elif aftermath is Aftermath.PARK_TEMPLATE:
        pause(session, _text_scope(session, row), reason, now, PARKED_PAUSE)
    elif aftermath in (Aftermath.BAD_NUMBER, Aftermath.OTHER_FORM):
        _number_fails(session, row, aftermath, now)


def _number_fails(
    session: Session, row: OutboxMessage, aftermath: Aftermath, now: datetime
) -> None:
    """Try the other writing of a Mexican number once; otherwise nothing more goes there."""
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    if contact is None:
        return
    other = other_form(contact.wa_address or contact.phone)
    if aftermath is Aftermath.OTHER_FORM and other and contact.other_form_tried_at is None:
        contact.other_form_tried_at = now
        contact.wa_address = other
        _try_again(row, now + timedelta(seconds=10), "other_form", now)
    else:
        contact.unreachable_at = now


def _text_scope(session: Session, row: OutboxMessage) -> str:
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    language = language_of(contact.language if contact else "")
    return template_scope(str(row.channel), row.kind, language)

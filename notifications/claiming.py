"""Taking one message out of the queue: everything is checked again in the transaction that does it.

Between planning and sending a person may have said BAJA, done the task, changed the number or left
the study. What is claimed is committed as `sending` before anybody outside is called.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from modules.records.models import Participant
from modules.study import zones
from modules.study.zones import Zones
from notifications.channel import Message, digest_of_text
from notifications.hours import QuietHours
from notifications.kinds import KINDS
from notifications.messages import language_of, reminder
from notifications.models import (
    Contact,
    OutboxMessage,
    State,
    is_suppressed,
    open_contact,
)
from notifications.pauses import paused_until, template_scope

log = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(minutes=10)
PAIR_SPACING = timedelta(seconds=6)
"""WhatsApp takes about one message in six seconds to one person."""

TAKEN = "taken"
UNSETTLED = timedelta(minutes=15)
"""So long after an unknown send nothing else goes to that number: the two could be mistaken."""


class Need(StrEnum):
    """Whether a reminder still has a purpose, as the course knows it."""

    NEEDED = "needed"
    DONE = "no_longer_needed"
    LEFT = "not_participating"
    CANNOT_TELL = "cannot_tell"


StillDue = Callable[[Session, uuid.UUID, str, str], Need]
FirstName = Callable[[Session, uuid.UUID], str | None]
QuietHoursOf = Callable[[Session, uuid.UUID], QuietHours]


@dataclass(frozen=True)
class DeliveryContext:
    """What a worker needs to know besides the queue.

    `still_due(session, participant, kind, occurrence)` asks the course, `quiet_hours` the protocol
    of the participant's study; `first_name` may answer None. `link` asks for the usual login.
    `lease`: after this a `sending` row has lost its worker; longer than any channel's timeout.
    """

    channels: frozenset[str]
    still_due: StillDue
    quiet_hours: QuietHoursOf
    link: str
    first_name: FirstName
    lease: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send now, already committed as `sending` when this is used."""

    channel: str
    message: Message


@dataclass(frozen=True)
class SetAside:
    """A message that was looked at and not sent; `until` None: for good."""

    reason: str
    until: datetime | None = None
    state: State = State.CANCELLED


def expire(session: Session, now: datetime) -> int:
    """Drop what is too late: an old reminder is worse than none. Returns how many."""
    late = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == State.PLANNED, OutboxMessage.expires_at <= now)
        .values(state=State.EXPIRED, reason="too_late", changed_at=now)
        .returning(OutboxMessage.id)
    )
    return len(late.all())


def claim_next(
    session: Session, now: datetime, context: DeliveryContext
) -> Claimed | SetAside | None:
    """Look at the next message that is due; None when there is none.

    The transaction that the session is in must be committed before a Claimed is sent.
    """
    row = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == State.PLANNED,
            OutboxMessage.next_try_at <= now,
            OutboxMessage.not_before <= now,
        )
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    try:
        turn = _consider(session, row, now, context)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        # One row that cannot be judged or worded must not stop the others.
        log.exception("message set aside: %s", type(fault).__name__)
        turn = SetAside("refused_locally", state=State.FAILED)
    if isinstance(turn, SetAside) and turn.reason != TAKEN:
        _set_aside(row, turn, now)
    session.flush()
    return turn


def _consider(
    session: Session, row: OutboxMessage, now: datetime, context: DeliveryContext
) -> Claimed | SetAside:
    contact = open_contact(session, row.participant_id)
    if contact is None:
        return SetAside("no_consent")
    _lock_number(session, contact)
    obstacle = (
        _about_the_person(session, row, contact, context)
        or _about_the_need(session, row, now, context)
        or _about_the_moment(session, row, contact, now, context)
    )
    return obstacle or _claim(session, row, contact, now, context)


def _lock_number(session: Session, contact: Contact) -> None:
    """One worker at a time decides about one number, also when two participants share it."""
    session.scalars(
        select(Contact)
        .where(Contact.phone_digest == contact.phone_digest)
        .order_by(Contact.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _about_the_person(
    session: Session, row: OutboxMessage, contact: Contact, context: DeliveryContext
) -> SetAside | None:
    if contact.withdrawn_at is not None or is_suppressed(session, contact.phone_digest):
        return SetAside("opted_out")
    if row.kind in KINDS and not contact.scope.covers(KINDS[row.kind].component):
        return SetAside("opted_out")
    if contact.unreachable_at is not None:
        return SetAside("unreachable")
    return None


def _about_the_need(
    session: Session, row: OutboxMessage, now: datetime, context: DeliveryContext
) -> SetAside | None:
    need = context.still_due(session, row.participant_id, row.kind, row.occurrence)
    if need in (Need.DONE, Need.LEFT):
        return SetAside(need.value)
    # Not knowing is not the same as «not done»: wait, and let it expire rather than nag.
    return SetAside(need.value, now + LOOK_AGAIN) if need is Need.CANNOT_TELL else None


def _about_the_moment(
    session: Session, row: OutboxMessage, contact: Contact, now: datetime, context: DeliveryContext
) -> SetAside | None:
    if contact.channel not in context.channels:
        return SetAside("channel_not_configured", now + LOOK_AGAIN)
    text_scope = template_scope(contact.channel, row.kind, language_of(contact.language))
    if pause := paused_until(session, (contact.channel, text_scope), now):
        return SetAside("paused", pause)
    quiet = context.quiet_hours(session, row.participant_id)
    allowed = quiet.next_allowed(now, zones.at(_zones_of(session, row.participant_id), now))
    if allowed > now:
        return SetAside("quiet_hours", allowed)
    if free := _number_free_at(session, row, contact, now):
        return SetAside("one_at_a_time", free)
    return None


def _zones_of(session: Session, participant_id: uuid.UUID) -> Zones:
    query = select(Participant.time_zone, Participant.time_zone_changes)
    return Zones.read(*session.execute(query.where(Participant.id == participant_id)).one())


def _number_free_at(
    session: Session, row: OutboxMessage, contact: Contact, now: datetime
) -> datetime | None:
    """When the number is free again, None if it is."""
    same_number = select(OutboxMessage.id).where(
        OutboxMessage.phone_digest == contact.phone_digest, OutboxMessage.id != row.id
    )
    unsettled = (OutboxMessage.state == State.UNKNOWN) & (
        OutboxMessage.sending_at > now - UNSETTLED
    )
    on_its_way = or_(OutboxMessage.state == State.SENDING, unsettled)
    if session.scalars(same_number.where(on_its_way).limit(1)).first():
        return now + timedelta(minutes=1)
    just_now = OutboxMessage.sending_at > now - PAIR_SPACING
    if session.scalars(same_number.where(just_now).limit(1)).first():
        return now + PAIR_SPACING
    return None


def _claim(
    session: Session, row: OutboxMessage, contact: Contact, now: datetime, context: DeliveryContext
) -> Claimed | SetAside:
    attempt = uuid.uuid4()
    message = _worded(session, row, contact, now, context, attempt)
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row.id, OutboxMessage.state == State.PLANNED)
        .values(
            state=State.SENDING,
            reason=None,
            attempt=attempt,
            tries=OutboxMessage.tries + 1,
            contact_id=contact.id,
            channel=contact.channel,
            phone_digest=contact.phone_digest,
            text_digest=digest_of_text(message.text),
            sending_at=now,
            lease_until=now + context.lease,
            changed_at=now,
        )
        .returning(OutboxMessage.id)
    )
    if taken.first() is None:
        return SetAside(TAKEN, now)
    return Claimed(contact.channel, message)


def _worded(
    session: Session,
    row: OutboxMessage,
    contact: Contact,
    now: datetime,
    context: DeliveryContext,
    attempt: uuid.UUID,
) -> Message:
    words = reminder(
        row.kind,
        contact.language,
        row.variables,
        link=context.link,
        first_name=context.first_name(session, row.participant_id),
    )
    return Message(
        attempt=attempt,
        address=contact.wa_address or contact.phone,
        kind=row.kind,
        language=language_of(contact.language),
        text=words.text,
        values=words.values,
        lifetime=row.expires_at - now,
    )


def _set_aside(row: OutboxMessage, turn: SetAside, now: datetime) -> None:
    row.reason = turn.reason
    row.changed_at = now
    if turn.until is None:
        row.state = turn.state
    elif turn.until >= row.expires_at:
        row.state = State.EXPIRED
    else:
        row.next_try_at = turn.until

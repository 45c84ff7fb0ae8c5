"""Who may be written to: consent given, taken back, and given again.

Nobody is written to by default. BAJA from a telephone ends everything that goes to that number and
suppresses the number itself, whoever else it belongs to; switching messages off in the course ends
the consent of that one person.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from modules.records.models import Participant
from modules.records.pages import among
from notifications.channels import CHANNELS
from notifications.errors import ConsentMissing
from notifications.models import (
    Contact,
    OutboxMessage,
    State,
    Suppression,
    insert_once,
    open_contact,
)
from notifications.phones import digest

BY_KEYWORD = "keyword"


@dataclass(frozen=True)
class ConsentGiven:
    """What was agreed to (version of the wording), when, and who recorded it."""

    wording_version: str
    given_at: datetime
    given_by: str


def opt_in(
    session: Session,
    participant_id: uuid.UUID,
    address: str,
    *,
    channel: str,
    language: str,
    consent: ConsentGiven,
) -> Contact:
    """Open a consent; one that was open is closed as replaced, reminders that wait go on under it.

    Raises InvalidAddress, ConsentMissing.
    """
    if not consent.wording_version or not consent.given_by:
        raise ConsentMissing
    number = CHANNELS[channel].address.canonical(address)
    _close(session, _open_of([participant_id], session), consent.given_at, "replaced")
    session.execute(delete(Suppression).where(Suppression.phone_digest == digest(number)))
    contact = Contact(
        participant_id=participant_id,
        phone=number,
        phone_digest=digest(number),
        channel=channel,
        language=language,
        wording_version=consent.wording_version,
        given_at=consent.given_at,
        given_by=consent.given_by,
    )
    session.add(contact)
    session.flush()
    return contact


def opt_out(
    session: Session, participant_id: uuid.UUID, now: datetime, reason: str = "in_course"
) -> None:
    """End the consent of one participant and cancel what waits for them."""
    _cancel_waiting(session, [participant_id], now)
    _close(session, _open_of([participant_id], session), now, reason)


def opt_out_number(session: Session, phone_digest: str, now: datetime, reason: str) -> bool:
    """Stop everything to a number, now and later; tells whether it was anybody's here."""
    insert_once(
        session, Suppression, {"phone_digest": phone_digest, "since": now, "reason": reason}
    )
    contacts = session.scalars(select(Contact).where(Contact.phone_digest == phone_digest)).all()
    _cancel_waiting(session, {one.participant_id for one in contacts}, now)
    _close(session, [one for one in contacts if one.withdrawn_at is None], now, reason)
    return bool(contacts)


def forget(session: Session, participant_id: uuid.UUID, now: datetime) -> None:
    """Erase the numbers of a participant. What stays: when which consent held, and a suppression.

    The copies at the provider are not reached from here.
    """
    opt_out(session, participant_id, now, "erased")
    contacts = session.scalars(select(Contact).where(Contact.participant_id == participant_id))
    for contact in contacts.all():
        if contact.phone:
            values = {"phone_digest": contact.phone_digest, "since": now, "reason": "erased"}
            insert_once(session, Suppression, values)
        contact.phone, contact.wa_address, contact.phone_digest = "", None, ""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.participant_id == participant_id)
        .values(phone_digest=None)
    )
    session.flush()


def opt_in_number(session: Session, phone_digest: str, now: datetime) -> bool:
    """ALTA: a new consent for everybody whose consent BAJA had ended at this number.

    Reminders that were cancelled stay cancelled. Tells whether anybody came back.
    """
    session.execute(delete(Suppression).where(Suppression.phone_digest == phone_digest))
    ended = session.scalars(
        select(Contact)
        .where(Contact.phone_digest == phone_digest, Contact.withdrawn_reason == BY_KEYWORD)
        .order_by(Contact.withdrawn_at.desc())
    )
    last = {contact.participant_id: contact for contact in reversed(ended.all())}
    back = [one for one in last.values() if open_contact(session, one.participant_id) is None]
    for old in back:
        session.add(_renewed(old, now))
    session.flush()
    return bool(back)


def _renewed(old: Contact, now: datetime) -> Contact:
    return Contact(
        participant_id=old.participant_id,
        phone=old.phone,
        phone_digest=old.phone_digest,
        wa_address=old.wa_address,
        channel=old.channel,
        language=old.language,
        wording_version=old.wording_version,
        given_at=now,
        given_by=BY_KEYWORD,
        last_inbound_at=now,
    )


def _open_of(participants: Iterable[uuid.UUID], session: Session) -> list[Contact]:
    found = (open_contact(session, one) for one in participants)
    return [contact for contact in found if contact is not None]


def _close(session: Session, contacts: Iterable[Contact], now: datetime, reason: str) -> None:
    for contact in contacts:
        contact.withdrawn_at = now
        contact.withdrawn_reason = reason
    session.flush()


def _cancel_waiting(session: Session, participants: Iterable[uuid.UUID], now: datetime) -> None:
    """Cancel what is planned. Messages are locked before contacts here as in claiming: the other
    order would let the two wait for each other for ever."""
    for participant_id in participants:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.participant_id == participant_id,
                OutboxMessage.state == State.PLANNED,
            )
            .values(state=State.CANCELLED, reason="opted_out", changed_at=now)
        )


def has_agreed() -> ColumnElement[bool]:
    """Return the condition on a participant that a consent to be written to holds now."""
    return (
        select(Contact.id)
        .where(Contact.participant_id == Participant.id, Contact.withdrawn_at.is_(None))
        .exists()
    )


def agreements(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return since when which of a page of people agree to be written to: one query."""
    rows = session.execute(
        select(Contact.participant_id, Contact.given_at).where(
            among(Contact.participant_id, people), Contact.withdrawn_at.is_(None)
        )
    )
    return dict(rows.all())

"""Who may be written to: consent given, taken back, and given again.

Nobody is written to by default. BAJA from a telephone ends everything that goes to that number and
suppresses the number itself, whoever else it belongs to; switching messages off in the course ends
the consent of that one person. CUESTIONARIOS, or the choice in the course, leaves the notices of
assessments: whoever is tired of the programme's messages, which one arm alone has, is still
reminded of what both arms are asked.
"""

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, defer

from modules.records.models import Participant
from modules.records.pages import among
from notifications.channels import CHANNELS
from notifications.errors import ConsentMissing
from notifications.kind import Preferences
from notifications.kinds import KINDS
from notifications.models import (
    Contact,
    OutboxMessage,
    Scope,
    State,
    Suppression,
    insert_once,
    open_contact,
)
from notifications.phones import digest

BY_KEYWORD = "keyword"
PARTICIPANT = "participant"
IN_COURSE = "in_course"
OPTED_OUT = "opted_out"


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
    held = _open_of([participant_id], session)
    _close(session, held, consent.given_at, "replaced")
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
        preferences=held[0].preferences if held else Preferences(),
    )
    session.add(contact)
    session.flush()
    return contact


def opt_out(
    session: Session, participant_id: uuid.UUID, now: datetime, reason: str = IN_COURSE
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


def opt_in_number(
    session: Session, phone_digest: str, now: datetime, scope: Scope = Scope.ALL
) -> bool:
    """ALTA, CUESTIONARIOS: a new consent for everybody whose consent BAJA had ended at this number.

    Whoever agrees to other notices at this number agrees to these from now on. Of the reminders
    that were cancelled those of assessments wait again, if they may. Tells whether anything
    changed.
    """
    session.execute(delete(Suppression).where(Suppression.phone_digest == phone_digest))
    ended = session.scalars(
        select(Contact)
        .where(Contact.phone_digest == phone_digest, Contact.withdrawn_reason == BY_KEYWORD)
        .order_by(Contact.withdrawn_at.desc())
    )
    last = {contact.participant_id: contact for contact in reversed(ended.all())}
    back = [one for one in last.values() if open_contact(session, one.participant_id) is None]
    others = session.scalars(
        select(Contact).where(
            Contact.phone_digest == phone_digest,
            Contact.withdrawn_at.is_(None),
            Contact.scope != scope,
        )
    )
    changed = [*back, *others]
    for old in changed:
        _replace(session, old, now, scope, BY_KEYWORD)
    return bool(changed)


def choose(
    session: Session, participant_id: uuid.UUID, now: datetime, scope: Scope, by: str
) -> None:
    """Let one participant be written to about this much from now on, where they were before.

    Also after they had switched everything off, or answered BAJA, which nobody but themselves takes
    back; nothing happens where they never were.
    """
    held = open_contact(session, participant_id)
    if held is None and by == PARTICIPANT:
        held = ended_by_themselves(session, participant_id)
    if held is not None and (held.withdrawn_at is not None or held.scope is not scope):
        session.execute(delete(Suppression).where(Suppression.phone_digest == held.phone_digest))
        _replace(session, held, now, scope, by)


def prefer(
    session: Session, participant_id: uuid.UUID, language: str, chosen: Preferences | None
) -> None:
    """Keep the language, and where `chosen` the hour, days and kinds, of somebody who agreed.

    What waits in the outbox follows when it is next planned.
    """
    held = open_contact(session, participant_id)
    if held is not None:
        held.language = language
        held.preferences = held.preferences if chosen is None else chosen
        session.flush()


def ended_by_themselves(session: Session, participant_id: uuid.UUID) -> Contact | None:
    """Return the last consent that a participant ended, by the stop word or in the course."""
    return session.scalar(
        select(Contact)
        .where(
            Contact.participant_id == participant_id,
            Contact.withdrawn_reason.in_((BY_KEYWORD, IN_COURSE)),
            Contact.phone_digest != "",
        )
        .order_by(Contact.withdrawn_at.desc())
        .limit(1)
    )


def _replace(session: Session, old: Contact, now: datetime, scope: Scope, by: str) -> None:
    """Open a consent like an old one for other notices; what waits beyond them is cancelled."""
    _cancel_waiting(session, [old.participant_id], now, beyond=scope)
    if old.withdrawn_at is None:
        _close(session, [old], now, "replaced")
    else:
        _wait_again(session, old.participant_id, now)
    session.add(_renewed(old, now, scope, by))
    session.flush()


def _wait_again(session: Session, participant_id: uuid.UUID, now: datetime) -> None:
    """Let the reminders of assessments that a stop had cancelled wait again while they may go."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.participant_id == participant_id,
            OutboxMessage.kind.in_(_kinds(Scope.ASSESSMENTS.covers)),
            OutboxMessage.state == State.CANCELLED,
            OutboxMessage.reason == OPTED_OUT,
            OutboxMessage.expires_at > now,
        )
        .values(state=State.PLANNED, reason=None, next_try_at=now, changed_at=now)
    )


def _kinds(covered: Callable[[str], bool]) -> list[str]:
    return [key for key, kind in KINDS.items() if covered(kind.component)]


def _renewed(old: Contact, now: datetime, scope: Scope, by: str) -> Contact:
    return Contact(
        scope=scope,
        participant_id=old.participant_id,
        phone=old.phone,
        phone_digest=old.phone_digest,
        wa_address=old.wa_address,
        channel=old.channel,
        language=old.language,
        wording_version=old.wording_version,
        given_at=now,
        given_by=by,
        last_inbound_at=now,
        preferences=old.preferences,
    )


def _open_of(participants: Iterable[uuid.UUID], session: Session) -> list[Contact]:
    found = (open_contact(session, one) for one in participants)
    return [contact for contact in found if contact is not None]


def _close(session: Session, contacts: Iterable[Contact], now: datetime, reason: str) -> None:
    for contact in contacts:
        contact.withdrawn_at = now
        contact.withdrawn_reason = reason
    session.flush()


def _cancel_waiting(
    session: Session,
    participants: Iterable[uuid.UUID],
    now: datetime,
    beyond: Scope | None = None,
) -> None:
    """Cancel what is planned, or what of it is `beyond` an agreement.

    Messages are locked before contacts here as in claiming: the other order would let the two wait
    for each other for ever.
    """
    agreed = _kinds(beyond.covers) if beyond else []
    for participant_id in participants:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.participant_id == participant_id,
                OutboxMessage.state == State.PLANNED,
                OutboxMessage.kind.not_in(agreed),
            )
            .values(state=State.CANCELLED, reason=OPTED_OUT, changed_at=now)
        )


def has_agreed() -> ColumnElement[bool]:
    """Return the condition on a participant that a consent to be written to holds now."""
    return (
        select(Contact.id)
        .where(Contact.participant_id == Participant.id, Contact.withdrawn_at.is_(None))
        .exists()
    )


class Agreement(NamedTuple):
    """Since when somebody agrees to be written to, about what, and what they chose of it."""

    given_at: datetime
    scope: Scope
    preferences: Preferences

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """Return what a consent says."""
        return cls(contact.given_at, contact.scope, contact.preferences)


def agreements(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Agreement]:
    """Return which of a page of people agree to be written to: one query."""
    held = session.scalars(
        select(Contact)
        .where(among(Contact.participant_id, people), Contact.withdrawn_at.is_(None))
        .options(defer(Contact.phone), defer(Contact.wa_address))
    )
    return {each.participant_id: Agreement.of(each) for each in held}

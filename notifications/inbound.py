"""What a patient answers: keywords are obeyed, everything else gets one fixed reply.

Nobody reads these messages, and nothing in them is interpreted but a wish to stop, so the reply
says so and names the emergency number. The words are not stored. How often a number is answered is
limited, so that two machines never talk to each other all night; a stop is always confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications.consent import BY_KEYWORD, opt_in_number, opt_out_number
from notifications.keywords import Keyword, read
from notifications.messages import DEFAULT_LANGUAGE, reply
from notifications.models import Contact, InboundMessage, Scope, insert_once, open_contact
from notifications.phones import digest

OPENED = {Keyword.START: "opted-in", Keyword.ASSESSMENTS: "assessments-only"}
"""What is answered to a word after which notices go to a number."""
OPT_OUT_BUTTON = "opt-out"
ANSWERED_WITHIN = timedelta(days=1)
"""How long a yes answers the question whether somebody wishes to stop."""
STRANGERS_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Incoming:
    """An incoming message. `sender`: as reported, without `whatsapp:`; a number or an opaque id."""

    sid: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    button: str = ""


@dataclass(frozen=True)
class ReplyRules:
    """`emergency`: the number to call; `per_hour`: automatic answers to one sender at most."""

    emergency: str
    per_hour: int = 3


def receive(session: Session, message: Incoming, now: datetime, rules: ReplyRules) -> str | None:
    """Obey a keyword; returns the words to answer with, None for silence.

    A message that was already taken (by its id) changes nothing and is not answered again.
    """
    sender = digest(message.sender)
    keyword = Keyword.STOP if message.button == OPT_OUT_BUTTON else read(message.text)
    if keyword is Keyword.YES:
        keyword = Keyword.STOP if _was_asked(session, sender, now) else Keyword.OTHER
    contacts = session.scalars(
        select(Contact).where(Contact.phone_digest == sender).order_by(Contact.given_at.desc())
    ).all()
    written_to = any(contact.withdrawn_at is None for contact in contacts)
    if keyword is Keyword.NEAR_STOP and not written_to:
        keyword = Keyword.OTHER
    known = written_to or (keyword is not Keyword.OTHER and bool(contacts))
    # A stop that ends something is confirmed, however often was answered before.
    ends = keyword is Keyword.STOP and written_to
    speaks = ends or _may_answer(session, sender, now, rules, known)
    values = {
        "sid": message.sid,
        "sender_digest": sender,
        "keyword": keyword.value,
        "known_sender": bool(contacts),
        "answered": speaks,
        "received_at": now,
    }
    if not insert_once(session, InboundMessage, values):
        return None
    _note(contacts, message.sender, now)
    _obey(session, keyword, sender, now)
    return _answer(session, keyword, contacts, known, rules) if speaks else None


def _answer(
    session: Session, keyword: Keyword, contacts: Sequence[Contact], known: bool, rules: ReplyRules
) -> str:
    """Return what is true now that the keyword has been obeyed."""
    if keyword is Keyword.STOP:
        name = "opted-out" if contacts else "stopped"
    elif not known:
        return reply("unknown", DEFAULT_LANGUAGE, emergency=rules.emergency)
    elif keyword is Keyword.NEAR_STOP:
        name = "near-stop"
    elif any(_is_reached(session, one) for one in contacts):
        name = OPENED.get(keyword, "not-read")
    else:
        name = "not-read"
    language = contacts[0].language if contacts else DEFAULT_LANGUAGE
    return reply(name, language, emergency=rules.emergency)


def _is_reached(session: Session, contact: Contact) -> bool:
    held = open_contact(session, contact.participant_id)
    return held is not None and held.phone_digest == contact.phone_digest


def _was_asked(session: Session, sender: str, now: datetime) -> bool:
    """Say whether this sender's last message was asked about: perhaps they wished to stop."""
    last = session.execute(
        select(InboundMessage.keyword, InboundMessage.answered, InboundMessage.received_at)
        .where(InboundMessage.sender_digest == sender)
        .order_by(InboundMessage.received_at.desc(), InboundMessage.id)
        .limit(1)
    ).one_or_none()
    if last is None or last.keyword != Keyword.NEAR_STOP or not last.answered:
        return False
    return bool(now - last.received_at < ANSWERED_WITHIN)


def _may_answer(
    session: Session, sender: str, now: datetime, rules: ReplyRules, known: bool
) -> bool:
    period = timedelta(hours=1) if known else STRANGERS_EVERY
    given = session.scalar(
        select(func.count()).where(
            InboundMessage.sender_digest == sender,
            InboundMessage.answered.is_(True),
            InboundMessage.received_at > now - period,
        )
    )
    return int(given or 0) < (rules.per_hour if known else 1)


def _note(contacts: Sequence[Contact], address: str, now: datetime) -> None:
    for contact in contacts:
        if contact.withdrawn_at is None:
            contact.last_inbound_at = now
            contact.wa_address = address


def _obey(session: Session, keyword: Keyword, sender: str, now: datetime) -> None:
    if keyword is Keyword.STOP:
        opt_out_number(session, sender, now, BY_KEYWORD)
    elif keyword is Keyword.START:
        opt_in_number(session, sender, now)
    elif keyword is Keyword.ASSESSMENTS:
        opt_in_number(session, sender, now, Scope.ASSESSMENTS)
    session.flush()

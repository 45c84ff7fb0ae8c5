"""What a patient answers: keywords are obeyed, everything else gets one fixed reply.

Nobody reads these messages, so the reply says so and names the emergency number. Nothing in them is
interpreted but a wish to stop, that the number is somebody else's, and what cannot wait: that gets
the fixed safety text at once, and the team an alert. The words are not stored. How often a number
is answered is limited, so that two machines never talk to each other all night; no such limit
silences what ends something, and the safety text has one of its own.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modules.safety import distress
from modules.safety.triggers import Trigger
from notifications.consent import BY_KEYWORD, opt_in_number, opt_out_number
from notifications.keywords import Keyword, read
from notifications.messages import DEFAULT_LANGUAGE, reply
from notifications.models import Contact, InboundMessage, Scope, insert_once, open_contact
from notifications.phones import digest

OPENED = {Keyword.START: "opted-in", Keyword.ASSESSMENTS: "assessments-only"}
"""What is answered to a word after which notices go to a number."""
OPT_OUT_BUTTON = "opt-out"
WRONG_PERSON = "wrong_person"
"""Why a consent ended: its number is somebody else's."""
ENDS = {Keyword.STOP: BY_KEYWORD, Keyword.WRONG_PERSON: WRONG_PERSON}
"""What is said to end everything to a number, with the reason that is kept."""
OF_THE_WRITTEN_TO = frozenset({Keyword.NEAR_STOP, Keyword.WRONG_PERSON})
"""What means something from somebody to whom notices go, and nothing from anybody else."""
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
    """`emergency`: the number to call; `per_hour`: automatic answers to one sender at most.

    `safety_text`: the fixed words for what cannot wait, in a language; `tell_team`: raises the
    alert of a participant whose number wrote it.
    """

    emergency: str
    safety_text: Callable[[Trigger, str], str]
    tell_team: Callable[[Session, uuid.UUID, Trigger, datetime], None]
    per_hour: int = 3


def receive(session: Session, message: Incoming, now: datetime, rules: ReplyRules) -> str | None:
    """Obey a keyword; returns the words to answer with, None for silence.

    A message that was already taken (by its id) changes nothing and is not answered again.
    """
    sender = digest(message.sender)
    contacts = session.scalars(
        select(Contact).where(Contact.phone_digest == sender).order_by(Contact.given_at.desc())
    ).all()
    written_to = any(contact.withdrawn_at is None for contact in contacts)
    keyword, trigger = _understood(session, message, sender, now)
    if keyword in OF_THE_WRITTEN_TO and not written_to:
        keyword = Keyword.OTHER
    known = written_to or (keyword is not Keyword.OTHER and bool(contacts))
    # What ends something is confirmed, however often was answered before.
    ends = keyword in ENDS and written_to
    speaks = ends or _may_answer(session, sender, now, rules, known, keyword)
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
    if trigger is not None:
        for participant_id in dict.fromkeys(contact.participant_id for contact in contacts):
            rules.tell_team(session, participant_id, trigger, now)
    if not speaks:
        return None
    language = contacts[0].language if contacts else DEFAULT_LANGUAGE
    if trigger is not None:
        return rules.safety_text(trigger, language)
    return reply(_answer(session, keyword, contacts, known), language, emergency=rules.emergency)


def _understood(
    session: Session, message: Incoming, sender: str, now: datetime
) -> tuple[Keyword, Trigger | None]:
    """Return what a message is, and what it says that cannot wait."""
    if message.button == OPT_OUT_BUTTON:
        return Keyword.STOP, None
    keyword = read(message.text)
    if keyword is Keyword.YES:
        return (Keyword.STOP if _was_asked(session, sender, now) else Keyword.OTHER), None
    if keyword in (Keyword.OTHER, *OF_THE_WRITTEN_TO):
        trigger = distress.heard(message.text)
        return (keyword if trigger is None else Keyword.DISTRESS), trigger
    return keyword, None


def _answer(session: Session, keyword: Keyword, contacts: Sequence[Contact], known: bool) -> str:
    """Return the name of the text that is true now that the keyword has been obeyed."""
    if keyword is Keyword.STOP:
        return "opted-out" if contacts else "stopped"
    if not known:
        return "unknown"
    if keyword is Keyword.WRONG_PERSON:
        return "wrong-person"
    if keyword is Keyword.NEAR_STOP:
        return "near-stop"
    if any(_is_reached(session, one) for one in contacts):
        return OPENED.get(keyword, "not-read")
    return "not-read"


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
    session: Session,
    sender: str,
    now: datetime,
    rules: ReplyRules,
    known: bool,
    keyword: Keyword,
) -> bool:
    """Say whether the limit leaves an answer; safety texts count by themselves."""
    period = timedelta(hours=1) if known else STRANGERS_EVERY
    answered = select(func.count()).where(
        InboundMessage.sender_digest == sender,
        InboundMessage.answered.is_(True),
        InboundMessage.received_at > now - period,
    )
    if keyword is Keyword.DISTRESS:
        answered = answered.where(InboundMessage.keyword == Keyword.DISTRESS)
    given = session.scalar(answered)
    return int(given or 0) < (rules.per_hour if known else 1)


def _note(contacts: Sequence[Contact], address: str, now: datetime) -> None:
    for contact in contacts:
        if contact.withdrawn_at is None:
            contact.last_inbound_at = now
            contact.wa_address = address


def _obey(session: Session, keyword: Keyword, sender: str, now: datetime) -> None:
    if keyword in ENDS:
        opt_out_number(session, sender, now, ENDS[keyword])
    elif keyword is Keyword.START:
        opt_in_number(session, sender, now)
    elif keyword is Keyword.ASSESSMENTS:
        opt_in_number(session, sender, now, Scope.ASSESSMENTS)
    session.flush()

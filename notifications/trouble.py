"""Whom messages do not reach for a reason that somebody of the team can do something about."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from modules.records.models import Participant
from modules.text import LabelledEnum
from notifications.inbound import WRONG_PERSON
from notifications.models import Contact, OutboxMessage, State
from notifications.twilio_errors import PERSON_LIMIT

LIMITED_FOR = timedelta(days=7)
"""So long a refusal of Meta's for one person is a reason to use another way."""


class Trouble(LabelledEnum):
    """Why messages do not arrive; the first of several is said."""

    WRONG_PERSON = (
        "wrong_person",
        "El número es de otra persona: pide el correcto",
        "The number is somebody else's: ask for the right one",
    )
    UNREACHABLE = (
        "unreachable",
        "El número no recibe mensajes: confírmalo con la persona",
        "The number takes no messages: confirm it with the participant",
    )
    LIMITED = (
        "person_limit",
        "WhatsApp limita los mensajes a esta persona: avísale por otra vía",
        "WhatsApp limits messages to this participant: tell them in another way",
    )


def reaching(
    session: Session, whom: ColumnElement[bool], now: datetime
) -> dict[uuid.UUID, Trouble]:
    """Return which participants messages do not reach, and why: one query.

    `whom`: a condition on participants, their study or one of them.
    """
    later = aliased(Contact)
    replaced = (
        select(later.id)
        .where(
            later.participant_id == Contact.participant_id,
            or_(later.withdrawn_at.is_(None), later.given_at > Contact.given_at),
            later.id != Contact.id,
        )
        .exists()
    )
    contacts = (
        select(Contact.participant_id, Contact.withdrawn_reason.label("why"))
        .join(Participant, Participant.id == Contact.participant_id)
        .where(
            whom,
            or_(
                and_(Contact.withdrawn_at.is_(None), Contact.unreachable_at.is_not(None)),
                and_(Contact.withdrawn_reason == WRONG_PERSON, ~replaced),
            ),
        )
    )
    limited = (
        select(OutboxMessage.participant_id, OutboxMessage.reason.label("why"))
        .join(Contact, Contact.id == OutboxMessage.contact_id)
        .join(Participant, Participant.id == OutboxMessage.participant_id)
        .where(
            whom,
            Contact.withdrawn_at.is_(None),
            OutboxMessage.state == State.FAILED,
            OutboxMessage.reason == PERSON_LIMIT,
            OutboxMessage.changed_at > now - LIMITED_FOR,
        )
    )
    found: dict[uuid.UUID, set[Trouble]] = defaultdict(set)
    for participant_id, why in session.execute(contacts.union_all(limited)):
        found[participant_id].add(Trouble.of(why) if why else Trouble.UNREACHABLE)
    return {key: min(reasons, key=list(Trouble).index) for key, reasons in found.items()}

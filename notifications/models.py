"""Contacts with their consent, the outbox, what the provider reported, and who wants no messages.

These tables point at the participant one way: nothing that starts from a participant leads here.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    code_enum,
    string_enum,
)
from modules.text import LabelledEnum
from notifications.kind import LONGEST_KEY, Preferences
from notifications.kinds import KINDS


class KindKey(TypeDecorator[str]):
    """The key of a kind of reminder: plain text, so that a new kind needs no migration.

    Checked here and nowhere else, against the kinds there are: nothing unknown is stored or asked
    for (ValueError). A row whose kind has been taken out of the program can still be read.
    """

    impl = String(LONGEST_KEY)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse what is no kind."""
        if value is not None and value not in KINDS:
            raise ValueError(f"there is no kind of reminder {value!r}")
        return value


class State(LabelledEnum):
    """What became of a message.

    planned -> sending -> sent -> delivered -> read is the good way. `failed`, `cancelled` and
    `expired` are ends in which nothing arrived. `unknown`: it may have arrived; never sent again.
    """

    PLANNED = "planned", "programado", "planned"
    SENDING = "sending", "enviándose", "being sent"
    SENT = "sent", "enviado", "sent"
    DELIVERED = "delivered", "entregado", "delivered"
    READ = "read", "leído", "read"
    FAILED = "failed", "no se pudo enviar", "failed"
    CANCELLED = "cancelled", "ya no hizo falta", "not needed any more"
    EXPIRED = "expired", "demasiado tarde, no se envió", "too late, not sent"
    UNKNOWN = "unknown", "no se sabe si llegó", "not known whether it arrived"


NEVER_ARRIVED = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})
"""The ends in which nothing arrived."""


class Scope(LabelledEnum):
    """Which notices a consent is for. The choice and its words are the same in every arm."""

    ALL = "all", "todos los avisos", "all notices"
    ASSESSMENTS = (
        "assessments",
        "solo los avisos de los cuestionarios",
        "only the notices of questionnaires",
    )

    def covers(self, component: str) -> bool:
        """Say whether notices that belong to a component of arms are agreed to."""
        return self is Scope.ALL or component == "assessments"


class Contact(Identified, Base):
    """One consent of one participant to be written to at one number.

    A new number, a new channel or a return after BAJA is a new row: the old ones stay as the
    record of what was agreed to and when it ended. At most one row of a participant is open.
    """

    __tablename__ = "contacts"
    open_after_lock = "a stop word counts at any time"
    __table_args__ = (
        Index(
            "uq_contacts_open_participant",
            "participant_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    """Whose consent; one way, the participant does not know its contacts."""
    phone: Mapped[str] = mapped_column(EncryptedText("contacts.phone"))
    """The number in its canonical form (E.164, Mexican numbers without the old 1), encrypted."""
    phone_digest: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed hash of the canonical number, to find who wrote. Not unique: families share phones.
    Empty after an erasure, as the number is."""
    wa_address: Mapped[str | None] = mapped_column(EncryptedText("contacts.wa_address"))
    """The number or id exactly as WhatsApp last reported it; preferred for sending."""
    other_form_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the other writing of the number (+521 or +52) was tried; it is tried once."""
    unreachable_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the number is known to reach nobody; a task for staff, nothing is sent."""
    channel: Mapped[str] = mapped_column(String(20))
    """Key of the channel the consent is for (`whatsapp`, `console`)."""
    language: Mapped[str] = mapped_column(String(10))
    """Locale of the messages (`es_MX`, `en`)."""
    wording_version: Mapped[str] = mapped_column(String(40))
    """Which wording of the consent the person agreed to."""
    scope: Mapped[Scope] = mapped_column(code_enum(Scope, 12), default=Scope.ALL)
    """Which notices it is for; another choice is a new row."""
    hour: Mapped[int | None]
    """The hour they chose, 0 to 23 on their clock; None: the protocol's."""
    weekdays: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """The days they chose, 1 to 7, Monday first; None: the protocol's."""
    without: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Kinds of reminder they do not want; None: they get all."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was given."""
    given_by: Mapped[str] = mapped_column(String(64))
    """Who recorded it: `participant`, `keyword`, or the opaque id of a staff member."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it ended; NULL while it holds."""
    withdrawn_reason: Mapped[str | None] = mapped_column(String(40))
    """Why, as a code: `keyword`, `blocked`, `in_course`, `staff`, `wrong_person`, `replaced`,
    `erased`."""
    last_inbound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person last wrote: free text is allowed for 24 hours from then."""

    @property
    def preferences(self) -> Preferences:
        """What was chosen of the reminders that leave a choice."""
        return Preferences(self.hour, frozenset(self.weekdays or ()), frozenset(self.without or ()))

    @preferences.setter
    def preferences(self, chosen: Preferences) -> None:
        self.hour = chosen.hour
        self.weekdays = sorted(chosen.weekdays) or None
        self.without = sorted(chosen.without) or None


class OutboxMessage(Identified, Base):
    """One reminder for one person; unique on participant, kind and occurrence."""

    __tablename__ = "outbox_messages"
    open_after_lock = "what became of a message is told afterwards"
    __table_args__ = (
        UniqueConstraint("participant_id", "kind", "occurrence"),
        Index("ix_outbox_messages_queue", "state", "next_try_at"),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    """For whom."""
    kind: Mapped[str] = mapped_column(KindKey)
    """The occasion."""
    occurrence: Mapped[str] = mapped_column(String(80))
    """Which one: the local date, the visit, the session; with the day for a repeated reminder."""
    on_day: Mapped[str] = mapped_column(String(10))
    """The person's local date (ISO) it was meant for; what the daily and weekly caps count."""
    state: Mapped[State] = mapped_column(string_enum(State))
    """Where it stands."""
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why it ended or waits, as a code (`no_longer_needed`, `opted_out`, `lease_expired`, …)."""
    variables: Mapped[dict[str, str]] = mapped_column(JSON)
    """Date and hour for the words; never a name."""
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it came into the outbox."""
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    """The earliest moment to send it."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """From here on it is dropped instead of sent late."""
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When a worker should look at it next: `not_before`, later after a delay."""
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    """The consent under which it was sent; chosen at that moment, not when it was planned."""
    channel: Mapped[str | None] = mapped_column(String(20))
    """The channel it was handed to."""
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    """Hash of the number it went to: one message at a time is on its way to one number."""
    attempt: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    """Id of the try under way or the last one; stands in the address of the status callback."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was handed over; above 1 only after answers that prove nothing was sent."""
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last try began."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A `sending` row older than this has lost its worker and becomes `unknown`."""
    text_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the words that were sent, to check a copy found at the provider."""
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    """The provider's id; two rows can never claim the same message."""
    provider_status: Mapped[str | None] = mapped_column(String(20))
    """The furthest status the provider reported, in its words."""
    error_code: Mapped[str | None] = mapped_column(String(20))
    """The first error the provider reported; later silence does not erase it."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the state last changed."""
    looked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the provider was last asked about it."""


class OutboxEvent(Identified, Base):
    """What the provider told us, once each; rows are only ever added (but for late matching)."""

    __tablename__ = "outbox_events"
    __table_args__ = (UniqueConstraint("sid", "status", "error_code"),)

    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_messages.id"), index=True
    )
    """The message it speaks of; NULL while none is known (kept aside, harmless)."""
    attempt: Mapped[uuid.UUID | None]
    """The id in the callback's address."""
    sid: Mapped[str] = mapped_column(String(34))
    """The provider's id of the message."""
    status: Mapped[str] = mapped_column(String(30))
    """The status as it was written, known or not."""
    error_code: Mapped[str] = mapped_column(String(20))
    """Empty when there was none (never NULL, so that duplicates are seen)."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it arrived here; the provider gives no time."""
    outcome: Mapped[str] = mapped_column(String(20))
    """What it changed: `applied`, `kept` (nothing new), `anomaly`, `unmatched`, `ignored`."""


class InboundMessage(Identified, Base):
    """That somebody wrote, and which keyword it was; the words themselves are not kept."""

    __tablename__ = "inbound_messages"
    __table_args__ = (Index("ix_inbound_messages_sender", "sender_digest", "received_at"),)

    sid: Mapped[str] = mapped_column(String(34), unique=True)
    """The provider's id: the same message is taken once."""
    sender_digest: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the sender."""
    keyword: Mapped[str] = mapped_column(String(10))
    """A `keywords.Keyword`."""
    known_sender: Mapped[bool]
    """Whether the number belonged to a contact then."""
    answered: Mapped[bool]
    """Whether an automatic answer was given; these are limited per hour."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it arrived."""


class Suppression(Identified, Base):
    """A number that wants no messages: a hash, which outlives the contact and its erasure."""

    __tablename__ = "suppressions"

    phone_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of the number."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when."""
    reason: Mapped[str] = mapped_column(String(40))
    """`keyword`, `blocked`, `staff` or `erased`."""


class Pause(Identified, Base):
    """A pause of a whole channel or of one text on it, so that a fault is not hammered."""

    __tablename__ = "outbox_pauses"

    scope: Mapped[str] = mapped_column(String(80), unique=True)
    """`whatsapp`, or `whatsapp/diary_due.es` for one text."""
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    """When one message may try again; it ends the pause or lengthens it."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it began."""
    reason: Mapped[str] = mapped_column(String(40))
    """Why, as a code; staff see it."""
    strikes: Mapped[int] = mapped_column(default=1)
    """Failures in a row; the pause doubles with each."""


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; tells whether it was new."""
    return bool(insert_new(session, table, [values], table.__table__.c.id))


def insert_new(
    session: Session,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *told: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> set[tuple[Any, ...]]:
    """Insert the rows whose unique key is not there yet, in one statement.

    Returns what the new ones hold in the columns `told`.
    """
    if not rows:
        return set()
    engine = session.get_bind().dialect.name
    insert = postgresql_insert if engine == "postgresql" else sqlite_insert
    statement = insert(table).values(list(rows)).on_conflict_do_nothing()
    return {tuple(row) for row in session.execute(statement.returning(*told))}


def open_contact(session: Session, participant_id: uuid.UUID) -> Contact | None:
    """The consent that holds now."""
    return session.scalars(
        select(Contact).where(
            Contact.participant_id == participant_id, Contact.withdrawn_at.is_(None)
        )
    ).one_or_none()


def is_suppressed(session: Session, phone_digest: str) -> bool:
    """Whether this number wants no messages."""
    found = select(Suppression.id).where(Suppression.phone_digest == phone_digest)
    return session.scalar(found) is not None


def by_attempt(session: Session, attempt: uuid.UUID) -> OutboxMessage | None:
    """The message of one try, locked until the transaction ends."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.attempt == attempt)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def by_sid(session: Session, sid: str) -> OutboxMessage | None:
    """The message with the provider's id, locked until the transaction ends."""
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.sid == sid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()

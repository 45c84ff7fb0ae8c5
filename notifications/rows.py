"""Small questions to the tables that several steps ask."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from modules.records.db import Base
from notifications.models import Contact, OutboxMessage, Suppression


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same unique key is there; tells whether it was new."""
    engine = session.get_bind().dialect.name
    insert = postgresql_insert if engine == "postgresql" else sqlite_insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(table.__table__.c.id)).first() is not None


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

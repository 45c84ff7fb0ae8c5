"""What the installation remembers of itself: its secrets' check value, its worker's heartbeat."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import Base, Identified, UtcDateTime


class KeyCheck(Identified, Base):
    """A known value written with the installation's secrets: others cannot read it. One row."""

    __tablename__ = "key_checks"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    """Always the same, so that there is one."""
    sealed: Mapped[str] = mapped_column(EncryptedText("key_checks.sealed"))
    """The known value, encrypted."""
    index_digest: Mapped[str] = mapped_column(String(64))
    """The known value's keyed hash: by it numbers are found, and the oldest secret makes it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was written."""


class Heartbeat(Identified, Base):
    """When the worker last worked, and what it found then. One row, rewritten every minute."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    """Whose: `worker`."""
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it last worked."""
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What is wrong and concerns the team: `check`, `state`, `code`, `about` of each."""


class Claim(Identified, Base):
    """A place from which this database's people are written to: one address on one machine."""

    __tablename__ = "installation_claims"
    __table_args__ = (UniqueConstraint("public_url", "machine"),)

    public_url: Mapped[str] = mapped_column(String(255))
    machine: Mapped[str] = mapped_column(String(64))
    """Hash of the machine's own id; empty where it has none, as in a container."""
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)

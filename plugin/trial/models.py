"""The sealed list and the allocations: the only tables that know an arm, encrypted at rest."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Dialect, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import Base, Identified, UtcDateTime

WIDTH = 40
"""As long as the longest key an arm may have (`modules.study.protocol.Key`)."""


class EncryptedArm(EncryptedText):
    """An arm's key, encrypted and of one length: the length of a stored value tells no arm."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Fill up with blanks, then encrypt."""
        return super().process_bind_param(value and value.ljust(WIDTH), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt, then take the blanks away."""
        plain = super().process_result_value(value, dialect)
        return plain and plain.rstrip()


class AllocationList(Identified, Base):
    """One concealed list per study, sealed before the first participant."""

    __tablename__ = "allocation_lists"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), unique=True)
    seed: Mapped[str] = mapped_column(EncryptedText("allocation_lists.seed"))
    """Random seed (hexadecimal); revealed at the end, so that anybody can make the list again."""
    parameters: Mapped[str] = mapped_column(EncryptedText("allocation_lists.parameters"))
    """Canonical JSON of ratio, block sizes and length: block sizes stay secret too."""
    commitment: Mapped[str] = mapped_column(String(64))
    """SHA-256 of seed, parameters and list; published before the first participant."""
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_by: Mapped[uuid.UUID | None]


class AllocationSlot(Identified, Base):
    """One place of the list; opened one at a time, at the moment it is assigned."""

    __tablename__ = "allocation_slots"
    __table_args__ = (UniqueConstraint("list_id", "position"),)

    list_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("allocation_lists.id"))
    position: Mapped[int] = mapped_column(Integer)
    arm: Mapped[str] = mapped_column(EncryptedArm("allocation_slots.arm"))


class Allocation(Identified, Base):
    """The arm of one participant. Never changed and never deleted."""

    __tablename__ = "allocations"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), unique=True)
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("allocation_slots.id"), unique=True)
    arm: Mapped[str] = mapped_column(EncryptedArm("allocations.arm"))
    allocated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    allocated_by: Mapped[uuid.UUID | None]
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Step -> what was found at that moment (`plugin.trial.readiness.Check.record`)."""

"""What whoever assesses knows or thinks of a participant's arm. Rows are added, never changed.

No arm is among it: an incident says that somebody knows, a guess what somebody thinks.
"""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime, code_enum
from modules.text import LabelledEnum


class Learned(LabelledEnum):
    """How somebody who assesses learned which care a participant receives."""

    PARTICIPANT = "participant", "La persona lo dijo", "The participant said it"
    TEAM = "team", "Alguien del equipo lo dijo", "Somebody of the team said it"
    SEEN = "seen", "Lo vi en un documento o una pantalla", "I saw it on paper or on a screen"
    OTHER = "other", "De otra manera", "In another way"


class UnblindingIncident(Identified, Base):
    """Somebody who assesses learned what a participant receives: they assess them no more."""

    __tablename__ = "unblinding_incidents"
    __table_args__ = (UniqueConstraint("participant_id", "user_id"),)
    open_after_lock = "what became known is recorded, closed data or not"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    user_id: Mapped[uuid.UUID]
    """Who learned it: an LTI user."""
    learned: Mapped[Learned] = mapped_column(code_enum(Learned, 20))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArmGuess(Identified, Base):
    """Which arm somebody who assessed a participant thinks it was, asked once after the end."""

    __tablename__ = "arm_guesses"
    __table_args__ = (UniqueConstraint("participant_id", "user_id"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    user_id: Mapped[uuid.UUID]
    """Who thinks so: an LTI user."""
    arm: Mapped[str | None] = mapped_column(String(60))
    """The key of an arm of the protocol; None for somebody who cannot say."""
    guessed_at: Mapped[datetime] = mapped_column(UtcDateTime)

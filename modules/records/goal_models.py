"""The goals of participants and their answers about them: rows are added, never changed.

That a goal was set aside apart. Only participants with a programme have goals; nobody who is
blinded may learn of any.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import Base, Identified, UtcDateTime


class ParticipantGoal(Identified, Base):
    """Something a participant wants to do again, in their own words."""

    __tablename__ = "participant_goals"
    __table_args__ = (UniqueConstraint("participant_id", "place"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    place: Mapped[int]
    """Which goal of this participant it is, from 1, those set aside counted."""
    words: Mapped[str] = mapped_column(EncryptedText("participant_goals.words"))
    set_on: Mapped[date]
    """Local day."""
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_aside_on: Mapped[date | None]
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GoalRating(Identified, Base):
    """How well a participant could do it on one day: 0 not at all, 10 as they want to."""

    __tablename__ = "goal_ratings"
    __table_args__ = (UniqueConstraint("goal_id", "revision"),)

    goal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant_goals.id"))
    revision: Mapped[int]
    """Which answer about this goal it is, from 1: a new one stands beside the earlier ones."""
    value: Mapped[int]
    rated_on: Mapped[date]
    """Local day."""
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""What participants go on with after the programme: rows are added, never changed.

Only participants with a programme have it; nobody who is blinded may learn of any.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class MaintenancePlan(Identified, Base):
    """One choice of a participant; the newest counts."""

    __tablename__ = "maintenance_plans"
    __table_args__ = (UniqueConstraint("participant_id", "revision"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    revision: Mapped[int]
    """Which choice it is, from 1."""
    exercises: Mapped[list[str]] = mapped_column(JSON)
    """Ids of exercises, in the order of the course."""
    days_a_week: Mapped[int]
    """1 to 7."""
    chosen_on: Mapped[date]
    """Local day."""
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)

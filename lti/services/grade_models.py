"""Progress on its way to the platform's gradebook."""

import uuid
from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti.models import Membership
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.text import LabelledEnum


class Delivery(LabelledEnum):
    """Where a grade stands."""

    QUEUED = "queued", "en espera", "waiting"
    """Waits for its turn, or for the next attempt."""
    SENT = "sent", "enviada", "sent"
    """The platform has taken it."""
    PARKED = "parked", "detenida", "parked"
    """The platform will not take it; `reason` says why. New progress queues it again."""


class ProgressGrade(Identified, Base):
    """The progress of one patient in one course, as the gradebook is to show it.

    One row a membership: progress that comes while an older one waits takes its place.
    """

    __tablename__ = "lti_progress_grades"

    membership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_memberships.id"), unique=True)
    """Whose."""
    percent: Mapped[float] = mapped_column(Float)
    """Progress to show, 0 to 100; never an outcome such as pain or disability."""
    state: Mapped[Delivery] = mapped_column(string_enum(Delivery), default=Delivery.QUEUED)
    """Where it stands."""
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When this progress was reached."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """Earliest moment of the next attempt."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """Attempts with this progress so far."""
    last_timestamp: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Timestamp of the last score that left us, a whole second. The next one is later."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """When the platform last took one."""
    reason: Mapped[str | None] = mapped_column(String(64), default=None)
    """Code of the last failure; empty if there was none."""
    hint: Mapped[str | None] = mapped_column(String(200), default=None)
    """The platform's own short words on it."""

    membership: Mapped[Membership] = relationship()
    """Whose."""


class ProgressColumn(Identified, Base):
    """The grade column that shows progress in one course."""

    __tablename__ = "lti_progress_columns"

    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_courses.id"), unique=True)
    """In which course."""
    line_item_url: Mapped[str] = mapped_column(Text)
    """Its address on the platform, query included."""
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was found or made."""

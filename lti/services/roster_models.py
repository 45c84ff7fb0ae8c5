"""When each course's roster was last asked for."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class RosterReading(Identified, Base):
    """The last attempt to read one course's roster; a later one takes its place."""

    __tablename__ = "lti_roster_readings"

    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_courses.id"), unique=True)
    """Whose roster."""
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was asked for, successfully or not."""
    problem: Mapped[str | None] = mapped_column(String(64), default=None)
    """Code of what went wrong; empty if nothing did."""
    unreadable: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """How many rows could not be read, by the reason (`lti.services.roster_pages`)."""

"""Second entries: a form on paper typed in by a second person, compared and settled."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class SecondEntry(Identified, Base):
    """The same form entered again, beside the first entry and never in its place."""

    __tablename__ = "second_entries"

    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessments.id"), unique=True)
    """The revision it was compared with: the newest one at that moment."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    entered_by: Mapped[uuid.UUID]
    """Somebody else than who made the first entry."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by: Mapped[uuid.UUID | None]
    """Who decided what the paper says; None while the entries differ, or where they never did."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

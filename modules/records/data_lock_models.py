"""Asking for the lock of a study's data: one person asks, another one confirms."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class LockRequest(Identified, Base):
    """Somebody asked that a study be closed with the outcomes that it had then."""

    __tablename__ = "lock_requests"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), index=True)
    asked_by: Mapped[uuid.UUID]
    """An LTI user."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all outcomes at that moment (`modules.services.data_lock.snapshot`)."""
    revisions: Mapped[int]
    """How many revisions of questionnaires these are: they are added, and never changed."""

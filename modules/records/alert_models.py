"""Alerts: tasks that somebody of the team owns until they are closed with a reason."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)


class AlertState(enum.StrEnum):
    """How far the team is with an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONTACTED = "contacted"
    CLOSED = "closed"


class Alert(Identified, Base):
    """One trigger that fired for one participant. Never shown to anybody who is blinded."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("participant_id", "trigger", "source_id"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    trigger: Mapped[str] = mapped_column(String(4))
    """Code T1 to T9 of `modules.safety.triggers`."""
    source_id: Mapped[uuid.UUID]
    """The diary entry or assessment that fired it: the same one fires a trigger once."""
    state: Mapped[AlertState] = mapped_column(string_enum(AlertState), default=AlertState.OPEN)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """Until when somebody has to have acted; overdue alerts escalate."""
    owner_id: Mapped[uuid.UUID | None]
    """Staff member responsible: the named reviewer, then whoever took it; None: the team."""
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was found overdue and brought to everybody's attention."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closing_reason: Mapped[str | None] = mapped_column(String(40))
    """Why it was closed, as a code."""

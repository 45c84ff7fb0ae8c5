"""Alerts: tasks that somebody of the team owns until they are closed with a reason."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    code_enum,
    string_enum,
)
from modules.safety.triggers import Level, Trigger
from modules.text import LabelledEnum


class AlertState(LabelledEnum):
    """How far the team is with an alert."""

    OPEN = "open", "Nadie se ha encargado", "Nobody has taken it"
    ACKNOWLEDGED = "acknowledged", "A cargo", "Taken"
    CONTACTED = "contacted", "Persona contactada", "Participant contacted"
    CLOSED = "closed", "Cerrado", "Closed"


class ClosingReason(LabelledEnum):
    """Why an alert is closed."""

    RESOLVED = "resolved", "Aclarado con la persona", "Cleared up with the participant"
    REFERRED = (
        "referred",
        "Referido a un médico o a urgencias",
        "Referred to a doctor or to emergency care",
    )
    ADVERSE_EVENT = (
        "adverse_event",
        "Registrado como evento adverso",
        "Recorded as an adverse event",
    )
    NO_CONTACT = (
        "no_contact",
        "No se le localizó tras varios intentos",
        "Could not be reached after several attempts",
    )
    NOT_NEEDED = "not_needed", "No hizo falta actuar", "No action was needed"


class Alert(Identified, Base):
    """One trigger that fired for one participant. Never shown to anybody who is blinded."""

    __tablename__ = "alerts"
    open_after_lock = "an alert is answered for a person, closed data or not"
    __table_args__ = (UniqueConstraint("participant_id", "trigger", "source_id"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    trigger: Mapped[Trigger] = mapped_column(code_enum(Trigger, 4))
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
    closing_reason: Mapped[ClosingReason | None] = mapped_column(code_enum(ClosingReason, 40))

    @property
    def urgency(self) -> tuple[int, datetime, uuid.UUID]:
        """Sort key of alerts, the most urgent first: the level, then the time it is due."""
        return list(Level).index(self.trigger.level), self.due_at, self.id

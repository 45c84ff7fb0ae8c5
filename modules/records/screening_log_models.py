"""The screening log: whoever was considered for a trial and not enrolled, without who they are."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime, code_enum
from modules.text import LabelledEnum


class Exclusion(LabelledEnum):
    """Why somebody who was considered was not enrolled, in CONSORT's words."""

    NOT_ELIGIBLE = "not_eligible", "No cumple los criterios", "Not meeting the criteria"
    DECLINED = "declined", "No quiso participar", "Declined to participate"
    OTHER = "other", "Otra razón", "Other reason"


class ScreeningLogEntry(Identified, Base):
    """Somebody who was considered: a number, a day and why not. Nothing says who it was."""

    __tablename__ = "screening_log"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"))
    number: Mapped[int]
    """Which person of the log it is, from 1: what the clinic writes on its own list."""
    considered_on: Mapped[date]
    exclusion: Mapped[Exclusion] = mapped_column(code_enum(Exclusion, 20))
    criteria: Mapped[list[str]] = mapped_column(JSON)
    """Keys of the protocol's criteria that were not met; only of somebody not eligible."""
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back as a mistake; the entry stays and no longer counts."""

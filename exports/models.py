"""Who took what out, and when; and the files that are being made."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime, string_enum
from modules.text import LabelledEnum


class ExportLog(Identified, Base):
    """One export that was released. Shown to those who run the study, never to blinded roles."""

    __tablename__ = "export_log"
    open_after_lock = "closed data are what is exported"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), index=True)
    participant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("participants.id"))
    """The one participant it was about; None for the whole study."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[uuid.UUID | None]
    """Key of the staff member; None from the command line. Not a foreign key: identity lives
    above this package."""
    audience: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    participants: Mapped[int]
    """How many people it covers."""
    rows: Mapped[int]
    """Rows of all tables together."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the bytes handed out, so that a file can be recognised later."""


class JobState(LabelledEnum):
    """How far a file is that somebody asked for."""

    QUEUED = "queued", "En espera", "Waiting"
    RUNNING = "running", "En preparación", "Being made"
    DONE = "done", "Lista", "Ready"
    FAILED = "failed", "No se hizo", "Not made"


class ExportJob(Identified, Base):
    """One file somebody asked for: made in the background, kept for an hour for them alone."""

    __tablename__ = "export_jobs"
    open_after_lock = "closed data are what is exported"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), index=True)
    participant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("participants.id"))
    """The one participant it is about; None for the whole study."""
    asked_by: Mapped[uuid.UUID]
    """Key of the staff member. Not a foreign key, as in the log."""
    audience: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    state: Mapped[JobState] = mapped_column(string_enum(JobState), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When somebody last worked on it."""
    tries: Mapped[int] = mapped_column(default=0)
    parts_done: Mapped[int] = mapped_column(default=0)
    parts: Mapped[int] = mapped_column(default=0)
    """How many parts the file has; 0 while that is not known."""
    problem: Mapped[str | None] = mapped_column(String(40))
    """Code of the error that stopped it."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """From when on neither the file nor this row is kept."""
    filename: Mapped[str | None] = mapped_column(String(120))
    mimetype: Mapped[str | None] = mapped_column(String(80))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

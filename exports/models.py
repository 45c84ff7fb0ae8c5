"""Who took what out, and when."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import Base, Identified, UtcDateTime


class ExportLog(Identified, Base):
    """One export that was released. Shown to those who run the study, never to blinded roles."""

    __tablename__ = "export_log"

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

"""The clinic's own videos: one row for each file that was ever put into a place of the course.

A file that was replaced stays: a study can say which film was shown on a day.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.text import LabelledEnum


class MediaRole(LabelledEnum):
    """What a file is for."""

    FILM = "film", "video", "film"
    CAPTIONS = "captions", "subtítulos", "captions"


class OwnMedia(Identified, Base):
    """One uploaded file in one place, in one language."""

    __tablename__ = "own_media"
    __table_args__ = (
        Index(
            "uq_own_media_current",
            "study_id",
            "slot",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"))
    slot: Mapped[str] = mapped_column(String(120))
    """Its place: `exercises/<id>.<language>` or `lessons/<module>.<language>`."""
    role: Mapped[MediaRole] = mapped_column(string_enum(MediaRole))
    kind: Mapped[str] = mapped_column(String(10))
    """`mp4`, `webm` or `vtt`, found in the content and not in the name."""
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    duration_s: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_by: Mapped[uuid.UUID]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[uuid.UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was replaced or taken out; None while it is shown."""

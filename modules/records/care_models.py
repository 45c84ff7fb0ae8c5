"""What the team does for a participant: replies, reviews, prescriptions, decisions on modules.

All rows are added, never changed (that a reply was read or taken back apart): the newest counts,
the others are the history. Nobody who is blinded may learn of any of them; only participants with
a programme have them.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, and_
from sqlalchemy.orm import Mapped, mapped_column

from modules.course.progression import OverrideAction
from modules.records.crypto import EncryptedText
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)


class ReviewMark(Identified, Base):
    """One look of the team at a participant's diary (row 4-14)."""

    __tablename__ = "review_marks"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    reviewer_id: Mapped[uuid.UUID]
    """Staff member who looked."""
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    covers_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """Newest entry that was on the page: one that came in meanwhile still waits."""


class Reviewer(Identified, Base):
    """Who of the team answers a participant's diary; the newest row counts."""

    __tablename__ = "reviewers"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    reviewer_id: Mapped[uuid.UUID]
    named_by: Mapped[uuid.UUID]
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DiaryReply(Identified, Base):
    """Feedback of the team on the diary (row 4-15): a ready-made sentence, own words or both."""

    __tablename__ = "diary_replies"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("diary_entries.id"))
    """The entry it answers; None: the diary of these days as a whole."""
    client_key: Mapped[uuid.UUID] = mapped_column(unique=True)
    """Made by the form: the same form sent twice is one reply."""
    template: Mapped[str | None] = mapped_column(String(40))
    """Key of a ready-made sentence (`modules.replies`), said in the reader's language."""
    words: Mapped[str | None] = mapped_column(EncryptedText("diary_replies.words"))
    written_by: Mapped[uuid.UUID]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_on: Mapped[date]
    """The participant's local day, by which the reminder of it is timed."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the participant said that it was read."""
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back before it was read: the participant sees it no more."""

    @property
    def is_waiting(self) -> bool:
        """Whether it is there to be read and nobody has said that it was."""
        return self.read_at is None and self.taken_back_at is None


WAITING_REPLY = and_(DiaryReply.read_at.is_(None), DiaryReply.taken_back_at.is_(None))
"""The condition for `DiaryReply.is_waiting`."""


class PrescriptionChange(Identified, Base):
    """A participant's prescription as it was from one moment on (`modules.course.prescription`)."""

    __tablename__ = "prescription_changes"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    directions: Mapped[dict[str, str]] = mapped_column(JSON)
    doses: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    added: Mapped[list[str]] = mapped_column(JSON)
    paused: Mapped[list[str]] = mapped_column(JSON)
    levels: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    """Module key -> `{level, since}`: what staff set over the rule."""
    contraindications: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Codes of the safety file; NULL while staff have not said."""
    reason: Mapped[str] = mapped_column(String(40))
    """Why, as a code of `modules.course.prescription.ChangeReason`."""
    written_by: Mapped[uuid.UUID]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ModuleOverride(Identified, Base):
    """A decision to open a module before its time, to hold it, or to go back to the plan."""

    __tablename__ = "module_overrides"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    module_key: Mapped[str] = mapped_column(String(40))
    action: Mapped[OverrideAction] = mapped_column(string_enum(OverrideAction))
    since: Mapped[date]
    """The participant's local day."""
    until: Mapped[date | None]
    """Day on which a held module opens again; None for the other actions."""
    reason: Mapped[str] = mapped_column(String(40))
    """Why, as a code; empty when it goes back to the plan."""
    decided_by: Mapped[uuid.UUID]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

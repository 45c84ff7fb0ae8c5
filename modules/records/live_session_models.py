"""The records of the live sessions: who meets when, and who was there (rows 4-11 and 4-16).

Only an arm with the component `sessions` has them; nothing blinded may read from these tables.
"""

import uuid
from datetime import date, datetime, time

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.text import LabelledEnum


class LiveSessionState(LabelledEnum):
    """Whether a session takes place."""

    PLANNED = "planned", "programada", "planned"
    CANCELLED = "cancelled", "cancelada", "cancelled"


class LiveSessionGroup(Identified, Base):
    """People who meet once a week at the same local hour: a cohort, or everybody."""

    __tablename__ = "session_groups"

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    """Shown to staff alone."""
    begins_on: Mapped[date]
    """Local day of the first session; its weekday is that of all."""
    starts: Mapped[time]
    """Local time of day."""
    time_zone: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    weeks: Mapped[int]
    """How many sessions were planned, one a week."""
    everyone: Mapped[bool]
    """Whether all participants who have live sessions are invited; otherwise its members are."""
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LiveSessionMember(Identified, Base):
    """A participant's place in one group; nobody is in two."""

    __tablename__ = "session_group_members"

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("session_groups.id"), index=True)
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), unique=True)
    added_by: Mapped[uuid.UUID]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LiveSession(Identified, Base):
    """One meeting of a group."""

    __tablename__ = "live_sessions"
    __table_args__ = (UniqueConstraint("group_id", "number"),)

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("session_groups.id"))
    number: Mapped[int]
    """Its place in the plan, from 1; stays when it is moved."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    minutes: Mapped[int]
    link: Mapped[str] = mapped_column(String(500))
    """Where it takes place; shown shortly before it begins."""
    state: Mapped[LiveSessionState] = mapped_column(
        string_enum(LiveSessionState, check="sessionstate")
    )
    sequence: Mapped[int] = mapped_column(default=0)
    """How often it was moved or cancelled (SEQUENCE of RFC 5545)."""
    changed_by: Mapped[uuid.UUID | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LiveSessionAttendance(Identified, Base):
    """What is known of one participant at one session: the click, and what staff say."""

    __tablename__ = "session_attendances"
    __table_args__ = (UniqueConstraint("session_id", "participant_id"),)

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("live_sessions.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First click on the link; None when there was none."""
    present: Mapped[bool | None]
    """What staff say; None while nobody has said anything."""
    minutes: Mapped[int | None]
    """How long, by staff; None when they did not note it."""
    confirmed_by: Mapped[uuid.UUID | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

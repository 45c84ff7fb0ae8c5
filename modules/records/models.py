"""The records of the course. A participant here is a code: no name, no number, no arm.

Identity (`lti.models`), telephone numbers (`notifications.models`) and the allocation
(`plugin.trial.models`) point at the participant from above, one way, so that nothing that starts
from a participant can walk to them.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from modules.records.crypto import EncryptedText
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.study.zones import Zones
from modules.text import LabelledEnum


class ParticipantStatus(LabelledEnum):
    """Where a participant stands in the study (CONSORT's words)."""

    SCREENING = "screening", "En selección", "Screening"
    ACTIVE = "active", "En curso", "Active"
    COMPLETED = "completed", "Concluido", "Completed"
    WITHDRAWN = "withdrawn", "Con retiro", "Withdrawn"


class Source(LabelledEnum):
    """How an entry came to be."""

    DIGITAL = "digital", "en el curso", "in the course"
    PAPER = "paper", "del papel", "from paper"


class Respondent(LabelledEnum):
    """Who gave the answers of an assessment, and who entered them."""

    SELF = "self", "la persona", "the participant"
    ASSESSOR = "assessor", "quien evalúa", "the assessor"


class Study(Identified, Base):
    """One study or care programme that runs here."""

    __tablename__ = "studies"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    """Short name used on the command line and in file names; never says an arm."""
    protocol_key: Mapped[str] = mapped_column(String(40))
    """Which protocol file it follows."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    synthetic: Mapped[bool] = mapped_column(default=False)
    """Made-up data for demonstration: every page and export says so."""
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From this moment on no outcome of the study changes any more."""


class Participant(Identified, Base):
    """One person in one study, known by a random code only."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    study_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("studies.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    """Random study code such as `K7F-3QX`: tells neither order nor site nor arm."""
    status: Mapped[ParticipantStatus] = mapped_column(string_enum(ParticipantStatus))
    enrolled_on: Mapped[date]
    """Local day on which screening began."""
    day_one: Mapped[date | None]
    """Study day 1: allocation in a trial, enrolment in care. Everything is counted from it."""
    time_zone: Mapped[str] = mapped_column(String(40))
    """IANA name at enrolment; says what «today» is. Set by staff, never guessed from a number."""
    time_zone_changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """[ISO day, IANA name] by day: from that local day on another zone counts."""
    withdrawn_on: Mapped[date | None]
    notice_read: Mapped[str | None] = mapped_column(String(40))
    """Version of the privacy notice that they last said to have read; the audit trail says when."""
    withdrawal_reason: Mapped[str | None] = mapped_column(String(40))
    """Reason as a code, no free text: a reason in words could name the arm."""

    @property
    def zones(self) -> Zones:
        """By which clock the participant lives."""
        return Zones.read(self.time_zone, self.time_zone_changes)


class Consent(Identified, Base):
    """The signed paper consent, as a record of it; this tool does not replace the paper."""

    __tablename__ = "consents"

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), unique=True)
    version: Mapped[str] = mapped_column(String(40))
    """Version of the consent form approved by the ethics committee."""
    signed_on: Mapped[date]
    recorded_by: Mapped[uuid.UUID]
    """Key of the staff member; not a foreign key, identity lives above this package."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Screening(Identified, Base):
    """Answers to the eligibility criteria and the covariates fixed at baseline.

    A form that is saved again adds a row; the old one stays, superseded.
    """

    __tablename__ = "screenings"
    __table_args__ = (
        Index(
            "uq_screenings_current",
            "participant_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """Criterion key -> `yes` or `no`."""
    age_years: Mapped[int]
    """Age in whole years on the consent date; the birth date itself is not kept."""
    sex: Mapped[str] = mapped_column(String(12))
    height_cm: Mapped[int]
    weight_kg: Mapped[float]
    comorbidities: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the conditions ticked; an empty list means «none»."""
    activity_level: Mapped[int]
    """Leisure-time activity 1 (sedentary) to 4 (hard training), after Saltin-Grimby."""
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


CURRENT_SCREENING = and_(
    Screening.participant_id == Participant.id, Screening.superseded_at.is_(None)
)
"""Joins a participant to the screening form that counts."""


class LoginDay(Identified, Base):
    """A local calendar day with at least one launch (adherence component a, row 4-16)."""

    __tablename__ = "login_days"
    __table_args__ = (UniqueConstraint("participant_id", "day"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    day: Mapped[date]


class LessonDone(Identified, Base):
    """A lesson that the participant ticked as done."""

    __tablename__ = "lessons_done"
    __table_args__ = (UniqueConstraint("participant_id", "module_key", "lesson_key"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    module_key: Mapped[str] = mapped_column(String(40))
    lesson_key: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    """Local day; a module's wait is counted in days."""
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VideoView(Identified, Base):
    """How far a participant is in a video, and which parts were really played."""

    __tablename__ = "video_views"
    __table_args__ = (UniqueConstraint("participant_id", "video_key"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    video_key: Mapped[str] = mapped_column(String(80))
    position_s: Mapped[float]
    """Where to go on, seconds from the start."""
    duration_s: Mapped[float]
    watched: Mapped[list[list[float]]] = mapped_column(JSON)
    """Disjoint intervals [from, to] in seconds that were played, sorted: seeking does not count."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FavouriteExercise(Identified, Base):
    """An exercise that a participant marked to find it again; it says nothing of what was done."""

    __tablename__ = "favourite_exercises"
    __table_args__ = (UniqueConstraint("participant_id", "exercise_id"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    exercise_id: Mapped[str] = mapped_column(String(80))
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DiaryEntry(Identified, Base):
    """One entry of the exercise diary. An edit adds a row; the old one stays, superseded."""

    __tablename__ = "diary_entries"
    __table_args__ = (
        Index(
            "uq_diary_entries_current",
            "participant_id",
            "day",
            "occurrence",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        UniqueConstraint("participant_id", "client_key"),
    )

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    day: Mapped[date]
    """Local day the exercises were done."""
    occurrence: Mapped[int] = mapped_column(default=1)
    """1 for a daily diary; 1, 2, … where a protocol wants one entry per session."""
    client_key: Mapped[uuid.UUID]
    """Made by the form: the same form sent twice is one entry."""
    exercises: Mapped[list[str]] = mapped_column(JSON)
    """Ids of the exercises done."""
    amounts: Mapped[dict[str, dict[str, dict[str, int | None]]]] = mapped_column(JSON, default=dict)
    """How much of each (`diary.amounts`): exercise id -> `asked`, the day's dose, and `said`.

    One column and no table of its own: an entry is written and superseded as a whole, and nobody
    asks for single exercises across entries.
    """
    listed: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Ids of the exercises on the list of that day; NULL where nobody knows."""
    minutes: Mapped[int]
    effort: Mapped[int | None]
    """Perceived effort, Foster's CR10, 0 to 10."""
    pain_before_mm: Mapped[int | None]
    pain_after_mm: Mapped[int | None]
    """Visual analogue scale, 0 to 100 mm; None = the slider was not touched."""
    symptoms: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Codes of what is new (`safety.triggers`); empty = asked and nothing, None = not answered."""
    note: Mapped[str | None] = mapped_column(EncryptedText("diary_entries.note"))
    source: Mapped[Source] = mapped_column(string_enum(Source))
    recorded_by: Mapped[uuid.UUID | None]
    """Staff member who transcribed a paper diary; None when the participant wrote it."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was written, by the clock of a device that kept it; None when it came at once."""
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Assessment(Identified, Base):
    """One instrument filled at one visit. Complete ones never change; a correction is a new row."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("participant_id", "visit", "instrument", "revision"),)

    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    visit: Mapped[str] = mapped_column(String(40))
    """Visit key of the protocol."""
    instrument: Mapped[str] = mapped_column(String(40))
    """Instrument key of the registry."""
    instrument_version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    wording: Mapped[str] = mapped_column(String(80))
    """`own` for our own wording, else the text pack's language version and reference."""
    revision: Mapped[int] = mapped_column(default=1)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Item key -> number, list of numbers, or absent."""
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    """Item key -> a code of `questionnaire.Reason` where there is no answer."""
    respondent: Mapped[Respondent] = mapped_column(string_enum(Respondent))
    source: Mapped[Source] = mapped_column(string_enum(Source), default=Source.DIGITAL)
    """Whether the answers were given on a screen or copied from a form on paper."""
    recorded_by: Mapped[uuid.UUID | None]
    """Who of the team entered this revision; None when the participant did."""
    input_mode: Mapped[str | None] = mapped_column(String(20))
    """How a slider was answered: `pointer`, `keyboard` or `number`."""
    device_width_px: Mapped[int | None]
    """Width of the page in CSS pixels, which a line of 100 mm shares; None on paper."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while the form is being filled: leave and resume."""
    completed_on: Mapped[date | None]
    """Local day of completion; exports turn it into the study day."""
    correction_reason: Mapped[str | None] = mapped_column(Text)
    """Reason code of a correction; empty in the first revision."""

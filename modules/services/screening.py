"""The screening form: every saving of it is kept, and the newest counts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.models import Participant, Screening
from modules.study.protocol import Criterion, Protocol

SEXES = ("female", "male", "other")
COMORBIDITIES = (
    "diabetes",
    "hypertension",
    "heart_disease",
    "lung_disease",
    "depression_anxiety",
    "osteoarthritis",
    "other",
)


@dataclass(frozen=True, slots=True)
class ScreeningForm:
    """The screening form: criteria answered yes or no, and the covariates of the analysis.

    Age in whole years on the consent date, height in cm, weight in kg, activity 1 to 4.
    """

    answers: Mapping[str, str]
    age_years: int
    sex: str
    height_cm: int
    weight_kg: float
    comorbidities: tuple[str, ...]
    activity_level: int


def record(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    form: ScreeningForm,
    recorded_by: uuid.UUID,
    now: datetime,
) -> None:
    """Record the screening form; until the participant has begun, saving it again supersedes it.

    The same form sent twice is one. Raises InvalidEntry naming each field, AlreadyRecorded once
    day 1 is set.
    """
    # Two who save at once wait for each other here; SQLite has one writer anyway.
    participant = session.get(Participant, participant_id, with_for_update={"key_share": True})
    if participant is None:
        raise NotFound
    if participant.day_one is not None and protocol.is_trial:
        raise AlreadyRecorded
    _check(protocol, form)
    current = session.scalar(
        select(Screening).where(
            Screening.participant_id == participant_id, Screening.superseded_at.is_(None)
        )
    )
    if current is not None:
        if _form_of(current) == replace(form, comorbidities=tuple(sorted(form.comorbidities))):
            return
        current.superseded_at = now
        session.flush()
    session.add(_row(participant_id, form, recorded_by, now))
    session.flush()


def _row(
    participant_id: uuid.UUID, form: ScreeningForm, recorded_by: uuid.UUID, now: datetime
) -> Screening:
    return Screening(
        participant_id=participant_id,
        answers=dict(form.answers),
        age_years=form.age_years,
        sex=form.sex,
        height_cm=form.height_cm,
        weight_kg=form.weight_kg,
        comorbidities=sorted(form.comorbidities),
        activity_level=form.activity_level,
        recorded_by=recorded_by,
        recorded_at=now,
    )


@dataclass(frozen=True, slots=True)
class SavedScreening:
    """A screening form as it was saved once: when, by whom, and what it said."""

    at: datetime
    by: uuid.UUID
    form: ScreeningForm


def saved(session: Session, participant_id: uuid.UUID) -> list[SavedScreening]:
    """Return every saved screening form of a participant, the first one first."""
    rows = session.scalars(
        select(Screening)
        .where(Screening.participant_id == participant_id)
        .order_by(Screening.superseded_at.is_(None), Screening.superseded_at)
    )
    return [SavedScreening(row.recorded_at, row.recorded_by, _form_of(row)) for row in rows]


def _form_of(row: Screening) -> ScreeningForm:
    return ScreeningForm(
        row.answers,
        row.age_years,
        row.sex,
        row.height_cm,
        row.weight_kg,
        tuple(row.comorbidities),
        row.activity_level,
    )


def _check(protocol: Protocol, form: ScreeningForm) -> None:
    asked = [c for c in _criteria(protocol) if c.rule in ("yes", "no")]
    faults = {c.key: "required" for c in asked if form.answers.get(c.key) not in ("yes", "no")}
    limits = {
        "age_years": (form.age_years, 0, 120),
        "height_cm": (form.height_cm, 100, 230),
        "weight_kg": (form.weight_kg, 25, 300),
        "activity_level": (form.activity_level, 1, 4),
    }
    faults |= {
        name: "out_of_range"
        for name, (value, low, high) in limits.items()
        if not low <= value <= high
    }
    if form.sex not in SEXES:
        faults["sex"] = "required"
    if set(form.comorbidities) - set(COMORBIDITIES):
        faults["comorbidities"] = "unknown"
    if faults:
        raise InvalidEntry(faults)


def _criteria(protocol: Protocol) -> tuple[Criterion, ...]:
    return protocol.eligibility.inclusion + protocol.eligibility.exclusion

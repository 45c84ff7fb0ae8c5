"""From enrolment to withdrawal: the steps of one participant, in the order the protocol demands."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.models import (
    Consent,
    LoginDay,
    Participant,
    ParticipantStatus,
    Screening,
    Study,
)
from modules.study import days
from modules.study.protocol import Criterion, Protocol

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
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


def create_study(
    session: Session, key: str, protocol: Protocol, now: datetime, synthetic: bool = False
) -> uuid.UUID:
    """Create a study that follows `protocol`. Raises AlreadyRecorded when the key is taken."""
    if session.scalar(select(Study).where(Study.key == key)):
        raise AlreadyRecorded
    study = Study(key=key, protocol_key=protocol.key, created_at=now, synthetic=synthetic)
    session.add(study)
    session.flush()
    return study.id


def random_code(choice: Callable[[str], str] = secrets.choice) -> str:
    """Return a random participant code: six characters that are hard to confuse."""
    drawn = "".join(choice(CODE_ALPHABET) for _ in range(6))
    return f"{drawn[:3]}-{drawn[3:]}"


def enrol(
    session: Session,
    study_id: uuid.UUID,
    protocol: Protocol,
    now: datetime,
    choice: Callable[[str], str] = secrets.choice,
) -> uuid.UUID:
    """Take a person into the study: care begins today, in a trial screening begins."""
    today = days.today_for(now, protocol.time_zone)
    taken = set(session.scalars(select(Participant.code).where(Participant.study_id == study_id)))
    code = random_code(choice)
    while code in taken:
        code = random_code(choice)
    participant = Participant(
        study_id=study_id,
        code=code,
        status=ParticipantStatus.SCREENING if protocol.is_trial else ParticipantStatus.ACTIVE,
        enrolled_on=today,
        day_one=None if protocol.is_trial else today,
        time_zone=protocol.time_zone,
    )
    session.add(participant)
    session.flush()
    return participant.id


def record_consent(
    session: Session,
    participant_id: uuid.UUID,
    version: str,
    signed_on: date,
    recorded_by: uuid.UUID,
    now: datetime,
) -> None:
    """Record the signed paper consent. Raises InvalidEntry for a day in the future."""
    participant = get(session, participant_id)
    faults = {}
    if not version.strip():
        faults["version"] = "required"
    if signed_on > days.today_for(now, participant.time_zone):
        faults["signed_on"] = "in_future"
    if faults:
        raise InvalidEntry(faults)
    if session.scalar(select(Consent).where(Consent.participant_id == participant_id)):
        raise AlreadyRecorded
    session.add(
        Consent(
            participant_id=participant_id,
            version=version.strip(),
            signed_on=signed_on,
            recorded_by=recorded_by,
            recorded_at=now,
        )
    )
    session.flush()


def record_screening(
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
    _check_screening(protocol, form)
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


def screenings(session: Session, participant_id: uuid.UUID) -> list[SavedScreening]:
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


def _check_screening(protocol: Protocol, form: ScreeningForm) -> None:
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


def begin(session: Session, participant_id: uuid.UUID, day_one: date) -> None:
    """Set study day 1: from now on the programme's clock runs. Raises AlreadyRecorded."""
    participant = get(session, participant_id)
    if participant.day_one is not None:
        raise AlreadyRecorded
    participant.day_one = day_one
    participant.status = ParticipantStatus.ACTIVE
    session.flush()


def withdraw(session: Session, participant_id: uuid.UUID, reason: str, on: date) -> None:
    """Record a withdrawal; what was recorded before it stays. `reason` is a code."""
    participant = get(session, participant_id)
    if participant.status is ParticipantStatus.WITHDRAWN:
        raise AlreadyRecorded
    participant.status = ParticipantStatus.WITHDRAWN
    participant.withdrawn_on = on
    participant.withdrawal_reason = reason
    session.flush()


_LAST_LOGIN = (
    select(Participant.time_zone, Study.locked_at, func.max(LoginDay.day))
    .join(Study, Study.id == Participant.study_id)
    .outerjoin(LoginDay, LoginDay.participant_id == Participant.id)
    .where(Participant.id == bindparam("participant"))
    .group_by(Participant.id, Study.id)
)


def record_login(session: Session, participant_id: uuid.UUID, now: datetime) -> None:
    """Count today as a log-in day, once a day, and not any more when the study is closed."""
    found = session.execute(_LAST_LOGIN, {"participant": participant_id}).one_or_none()
    if found is None:
        raise NotFound
    time_zone, locked_at, last_day = found
    today = days.today_for(now, time_zone)
    if locked_at is None and (last_day is None or last_day < today):
        session.add(LoginDay(participant_id=participant_id, day=today))
        session.flush()


def get(session: Session, participant_id: uuid.UUID) -> Participant:
    """Return the row of a participant, for a change. Raises NotFound."""
    participant = session.get(Participant, participant_id)
    if participant is None:
        raise NotFound
    return participant

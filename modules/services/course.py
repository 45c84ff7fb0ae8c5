"""From enrolment to withdrawal: the steps of one participant, in the order the protocol demands."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    *,
    time_zone: str | None = None,
) -> uuid.UUID:
    """Take a person into the study: care begins today, in a trial screening begins.

    `time_zone`: by which clock the person lives (IANA name); the protocol's where none is given.
    """
    zone = time_zone or protocol.time_zone
    today = days.today_for(now, zone)
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
        time_zone=zone,
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
    if signed_on > days.today_for(now, participant.zones):
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
    """Record the screening form; asking again replaces it until the participant has begun.

    Raises InvalidEntry naming each field, AlreadyRecorded once day 1 is set.
    """
    participant = get(session, participant_id)
    if participant.day_one is not None and protocol.is_trial:
        raise AlreadyRecorded
    _check_screening(protocol, form)
    row = session.scalar(select(Screening).where(Screening.participant_id == participant_id))
    if row is None:
        row = Screening(participant_id=participant_id)
        session.add(row)
    row.answers = dict(form.answers)
    row.age_years = form.age_years
    row.sex = form.sex
    row.height_cm = form.height_cm
    row.weight_kg = form.weight_kg
    row.comorbidities = sorted(form.comorbidities)
    row.activity_level = form.activity_level
    row.recorded_by = recorded_by
    row.recorded_at = now
    session.flush()


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
    select(Participant, func.max(LoginDay.day))
    .outerjoin(LoginDay, LoginDay.participant_id == Participant.id)
    .where(Participant.id == bindparam("participant"))
    .group_by(Participant.id)
)


def record_login(session: Session, participant_id: uuid.UUID, now: datetime) -> None:
    """Count today as a log-in day; a second launch on the same day changes nothing."""
    found = session.execute(_LAST_LOGIN, {"participant": participant_id}).one_or_none()
    if found is None:
        raise NotFound
    participant, last_day = found
    today = days.today_for(now, participant.zones)
    if last_day is None or last_day < today:
        session.add(LoginDay(participant_id=participant_id, day=today))
        session.flush()


def get(session: Session, participant_id: uuid.UUID) -> Participant:
    """Return the row of a participant, for a change. Raises NotFound."""
    participant = session.get(Participant, participant_id)
    if participant is None:
        raise NotFound
    return participant

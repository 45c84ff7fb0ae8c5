"""From enrolment to withdrawal: the steps of one participant, in the order the protocol demands."""

import secrets
import uuid
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.models import (
    Consent,
    LoginDay,
    Participant,
    ParticipantStatus,
    Study,
)
from modules.study import days
from modules.study.protocol import Protocol

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


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


def note_notice(session: Session, participant_id: uuid.UUID, version: str) -> bool:
    """Keep which version of the privacy notice a participant has read; return whether it is new."""
    participant = get(session, participant_id)
    if participant.notice_read == version:
        return False
    participant.notice_read = version
    session.flush()
    return True


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
    select(Participant, Study.locked_at, func.max(LoginDay.day))
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
    participant, locked_at, last_day = found
    today = days.today_for(now, participant.zones)
    if locked_at is None and (last_day is None or last_day < today):
        session.add(LoginDay(participant_id=participant_id, day=today))
        session.flush()


def get(session: Session, participant_id: uuid.UUID) -> Participant:
    """Return the row of a participant, for a change. Raises NotFound."""
    participant = session.get(Participant, participant_id)
    if participant is None:
        raise NotFound
    return participant

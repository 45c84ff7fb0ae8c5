"""The lock of a study: once set, no outcome is added and none changes."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, NotFound, StudyLocked
from modules.records.models import Participant, Study


def lock(session: Session, study_key: str, now: datetime) -> uuid.UUID:
    """Close the outcomes of a study for good and return its key.

    Whoever is writing at this moment finishes first. Raises NotFound, AlreadyRecorded.
    """
    study = session.scalar(select(Study).where(Study.key == study_key).with_for_update())
    if study is None:
        raise NotFound(study_key)
    if study.locked_at is not None:
        raise AlreadyRecorded
    study.locked_at = now
    session.flush()
    return study.id


def require_open(session: Session, participant_id: uuid.UUID) -> None:
    """Raise StudyLocked when the participant's study is closed, and hold the lock off until then.

    The study is held against change for the rest of the transaction: what begins before the lock
    is in, what begins after it is not.
    """
    query = (
        select(Study)
        .join(Participant, Participant.study_id == Study.id)
        .where(Participant.id == participant_id)
        .with_for_update(read=True, of=Study)
        .execution_options(populate_existing=True)
    )
    study = session.scalar(query)
    if study is not None and study.locked_at is not None:
        raise StudyLocked

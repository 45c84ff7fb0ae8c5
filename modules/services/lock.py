"""The lock of a study: once set, `modules.records.study_lock` refuses every write."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, NotFound
from modules.records.models import Study


def lock(session: Session, study_key: str, now: datetime) -> uuid.UUID:
    """Close a study for good and return its key.

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

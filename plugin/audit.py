"""The audit trail: one function, append only."""

import uuid
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from plugin.models import AuditEvent

_RECORD = insert(AuditEvent.__table__)


def record(
    session: Session,
    action: str,
    now: datetime,
    *,
    study_id: uuid.UUID | None = None,
    actor_id: uuid.UUID | None = None,
    subject_id: uuid.UUID | None = None,
    **detail: str,
) -> None:
    """Add one event; `detail` takes codes only, never names, numbers or answers."""
    session.flush()  # what it is about comes first
    values = {
        "at": now,
        "study_id": study_id,
        "actor_id": actor_id,
        "action": action,
        "subject_id": subject_id,
        "detail": detail,
    }
    session.execute(_RECORD, values)

"""The one way into the audit trail: who did what, when. Rows are added and never changed."""

import uuid
from datetime import datetime

from flask import g
from sqlalchemy import insert
from sqlalchemy.orm import Session

from plugin.audit_trail import chain
from plugin.audit_trail.actions import Action
from plugin.models import AuditEvent
from plugin.tool import current_tool

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
    """Add one event; it is chained when its transaction is committed.

    `action`: one of `Action`. `detail` takes codes only, never names, numbers or answers. Raises
    ValueError for an action that `Action` does not name.
    """
    session.flush()  # what it is about comes first
    values = {
        "id": uuid.uuid4(),
        "at": now,
        "study_id": study_id,
        "actor_id": actor_id,
        "action": Action(action).value,
        "subject_id": subject_id,
        "detail": detail,
    }
    session.execute(_RECORD, values)
    chain.will_hold(session, values["id"])


def note(action: str, subject_id: uuid.UUID | None = None, **detail: str) -> None:
    """Add what whoever is here does in the study of this page; see `record`."""
    record(
        g.session,
        action,
        current_tool().now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        subject_id=subject_id,
        **detail,
    )

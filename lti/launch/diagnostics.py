"""What happened to a login or launch, for an admin to read afterwards: no claim and no person.

A `Trail` is filled while a message is checked; `record` keeps it. People who are refused see only
the short reference, and an admin finds the record by it.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from lti.errors import LtiError
from lti.launch.login_attempts import random_letters
from lti.models import LaunchRecord, LoginAttempt
from modules.prepared import add_row

KEPT = timedelta(days=90)
LETTERS = "23456789BCDFGHJKMNPQRTVWXY"
"""No letter that sounds or looks like another, none that makes words."""


@dataclass
class Trail:
    """The checks one message has passed so far, in order, and numbers that help to explain."""

    step: str
    passed: list[str] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)
    platform_id: uuid.UUID | None = None
    attempt_id: uuid.UUID | None = None
    """The login attempt this launch proved to be the browser of; used up when it is refused."""
    unknown_deployment: str | None = None
    """A deployment an authentic launch named and nobody has approved."""

    def __call__(self, check: str) -> None:
        """Note that a check was passed."""
        self.passed.append(check)


def new_reference() -> str:
    """Return eight characters that can be read out over the telephone, as `K7MX-29QD`."""
    letters = random_letters(LETTERS, 8)
    return f"{letters[:4]}-{letters[4:]}"


def record(session: Session, trail: Trail, now: datetime, error: LtiError | None = None) -> str:
    """Keep what happened; return the reference."""
    reference = new_reference()
    add_row(
        session,
        LaunchRecord,
        reference=reference,
        platform_id=trail.platform_id,
        at=now,
        step=trail.step,
        accepted=error is None,
        passed=list(trail.passed),
        failed=error.code if error else None,
        status=error.status if error else 303,
        detail=dict(trail.detail),
    )
    return reference


def recent(
    session: Session, platform_id: uuid.UUID | None = None, limit: int = 50
) -> list[LaunchRecord]:
    """Return the last records, newest first; of one platform, or of all."""
    newest = select(LaunchRecord).order_by(LaunchRecord.at.desc()).limit(limit)
    if platform_id is not None:
        newest = newest.where(LaunchRecord.platform_id == platform_id)
    return list(session.scalars(newest))


def unanswered(session: Session, now: datetime) -> dict[uuid.UUID, int]:
    """Return how many logins of the last day never came back, by platform.

    Only those since the platform's last accepted launch: a person may close a window, but where
    nobody comes in any more, the platform itself turns them away, and tells us nothing of it.
    """
    came_in = (
        select(LaunchRecord.platform_id, func.max(LaunchRecord.at).label("last"))
        .where(LaunchRecord.accepted, LaunchRecord.step == "launch")
        .group_by(LaunchRecord.platform_id)
        .subquery()
    )
    rows = session.execute(
        select(LoginAttempt.platform_id, func.count())
        .outerjoin(came_in, came_in.c.platform_id == LoginAttempt.platform_id)
        .where(
            LoginAttempt.consumed_at.is_(None),
            LoginAttempt.expires_at <= now,
            or_(came_in.c.last.is_(None), came_in.c.last < LoginAttempt.created_at),
        )
        .group_by(LoginAttempt.platform_id)
    )
    return {row[0]: row[1] for row in rows}


def find(session: Session, reference: str) -> LaunchRecord | None:
    """Return the record a person reads a reference from."""
    wanted = reference.strip().upper()
    return session.scalar(select(LaunchRecord).where(LaunchRecord.reference == wanted))


def sweep(session: Session, now: datetime) -> int:
    """Delete records older than ninety days; return how many."""
    result = session.execute(
        delete(LaunchRecord)
        .where(LaunchRecord.at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

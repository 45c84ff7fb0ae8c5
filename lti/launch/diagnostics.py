"""What happened to a login or launch, for an admin to read afterwards: no claim and no person.

A `LaunchChecks` is filled while a message is checked; `record` keeps it. People who are refused see
only the short reference, and an admin finds the record by it.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from lti.errors import LtiError
from lti.launch.login_attempts import LIFE, random_letters
from lti.models import LaunchRecord

KEPT = timedelta(days=90)
UNANSWERED_WITHIN = timedelta(days=1)
LETTERS = "23456789BCDFGHJKMNPQRTVWXY"
"""No letter that sounds or looks like another, none that makes words."""


@dataclass
class LaunchChecks:
    """The checks one message has passed so far, in order, and numbers that help to explain."""

    step: str
    passed: list[str] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)
    platform_id: uuid.UUID | None = None
    nonce: str | None = None
    """Of the login this launch proved to be the browser of; used up when it is refused."""
    unknown_deployment: str | None = None
    """A deployment an authentic launch named and nobody has approved."""

    def __call__(self, check: str) -> None:
        """Note that a check was passed."""
        self.passed.append(check)


def new_reference() -> str:
    """Return eight characters that can be read out over the telephone, as `K7MX-29QD`."""
    letters = random_letters(LETTERS, 8)
    return f"{letters[:4]}-{letters[4:]}"


_RECORD = insert(LaunchRecord.__table__)


def record(
    session: Session, checks: LaunchChecks, now: datetime, error: LtiError | None = None
) -> str:
    """Keep what happened; return the reference."""
    reference = new_reference()
    values = {
        "reference": reference,
        "platform_id": checks.platform_id,
        "at": now,
        "step": checks.step,
        "accepted": error is None,
        "passed": list(checks.passed),
        "failed": error.code if error else None,
        "status": error.status if error else 303,
        "detail": dict(checks.detail),
    }
    session.execute(_RECORD, values)
    return reference


class QuietPlatforms:
    """When one worker last heard of each platform; threads may share it.

    A login stores nothing, unless nothing was heard of its platform for ten minutes: then it is
    recorded, so that an admin learns of a platform that turns everybody away (`unanswered`).
    """

    def __init__(self) -> None:
        self._heard: dict[uuid.UUID, datetime] = {}

    def heard_from(self, platform_id: uuid.UUID, now: datetime) -> bool:
        """Take note of a login or an accepted launch; return whether it was quiet before."""
        before = self._heard.get(platform_id)
        self._heard[platform_id] = now
        return before is None or abs(now - before) >= LIFE


def recent(
    session: Session, platform_id: uuid.UUID | None = None, limit: int = 50
) -> list[LaunchRecord]:
    """Return the last records, newest first; of one platform, or of all.

    A login that only went on to its platform is none: see `unanswered`.
    """
    ended = or_(LaunchRecord.step == "launch", LaunchRecord.accepted.is_(False))
    newest = select(LaunchRecord).where(ended).order_by(LaunchRecord.at.desc()).limit(limit)
    if platform_id is not None:
        newest = newest.where(LaunchRecord.platform_id == platform_id)
    return list(session.scalars(newest))


def unanswered(session: Session, now: datetime) -> dict[uuid.UUID, int]:
    """Return how many recorded logins of the last day never came back, by platform.

    Only those since the last launch, accepted or not: a person may close a window, but where nobody
    comes back any more, the platform itself turns them away, and tells us nothing of it.
    """
    came_back = (
        select(LaunchRecord.platform_id, func.max(LaunchRecord.at).label("last"))
        .where(LaunchRecord.step == "launch")
        .group_by(LaunchRecord.platform_id)
        .subquery()
    )
    rows = session.execute(
        select(LaunchRecord.platform_id, func.count())
        .outerjoin(came_back, came_back.c.platform_id == LaunchRecord.platform_id)
        .where(
            LaunchRecord.step == "login",
            LaunchRecord.accepted,
            LaunchRecord.at.between(now - UNANSWERED_WITHIN, now - LIFE),
            or_(came_back.c.last.is_(None), came_back.c.last < LaunchRecord.at),
        )
        .group_by(LaunchRecord.platform_id)
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

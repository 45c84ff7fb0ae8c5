"""Pauses of a channel or of one text: one fault is not repeated for every row in the queue.

A pause ends by itself: then one message tries. If it fails the pause doubles, if it is accepted
the pause is gone. All workers see it, since it stands in the database.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notifications.models import Pause

log = logging.getLogger(__name__)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
STOPPED_PAUSE = timedelta(minutes=10)
PARKED_PAUSE = timedelta(hours=1)


def template_scope(channel: str, kind: str, language: str) -> str:
    """The name of a pause of one text on one channel."""
    return f"{channel}/{kind}.{language}"


def pause(
    session: Session, scope: str, reason: str, now: datetime, length: timedelta | None = None
) -> datetime:
    """Begin or lengthen a pause; returns its end. `length` None: 30 s, doubling up to 15 min.

    The log has one error for a pause, however often it is lengthened.
    """
    row = session.scalars(select(Pause).where(Pause.scope == scope).with_for_update()).one_or_none()
    if row is None:
        log.error("sending is paused scope=%s reason=%s", scope, reason)
        row = Pause(scope=scope, since=now, until=now, reason=reason, strikes=0)
        session.add(row)
    row.strikes += 1
    row.reason = reason
    growing = min(FIRST_PAUSE * 2 ** min(row.strikes - 1, 10), LONGEST_PAUSE)
    row.until = max(row.until, now + (growing if length is None else length))
    session.flush()
    return row.until


def paused_until(session: Session, scopes: tuple[str, ...], now: datetime) -> datetime | None:
    """The end of the longest pause among these, None when nothing is paused."""
    ends = session.scalars(select(Pause.until).where(Pause.scope.in_(scopes), Pause.until > now))
    return max(ends.all(), default=None)


def release(session: Session, *scopes: str) -> None:
    """End pauses: a message went through, or staff have mended the fault."""
    session.execute(delete(Pause).where(Pause.scope.in_(scopes)))

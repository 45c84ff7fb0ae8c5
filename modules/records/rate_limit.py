"""How much one visitor may ask for in a while, counted together by all processes on one database.

A bucket for each visitor: `burst` at once, `per_second` after that. Every process may spend a small
share of it by itself, so that whoever asks in ordinary measure costs no statement. Only a visitor
who has spent that share makes the process fetch more, a few at a time, from the one bucket in the
database: one short write for many requests, and at most one in a second where it is empty. Nothing
is held while the database is asked. Where it cannot be asked, the process refills its own share at
the ordinary rate: a limit must shut nobody out because something else is broken.
"""

import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from modules.records import crypto
from modules.records.db import Base, Database, Identified, UtcDateTime, outside_writing

SHARES = 12
"""A process spends a twelfth by itself, and fetches a twelfth at a time."""
ASK_AGAIN = timedelta(seconds=1)
KEPT = timedelta(hours=1)
"""Longer than any bucket takes to fill."""
MOST_VISITORS = 10_000
"""Visitors a process remembers."""


class RateLimitBucket(Identified, Base):
    """What a visitor may still ask for; who it is cannot be read from it."""

    __tablename__ = "rate_limit_buckets"

    visitor: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of what is limited and for whom."""
    left: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When so much was left."""


@dataclass
class _Share:
    """What this process may give one visitor without asking."""

    left: float
    at: datetime
    shut_until: datetime


class RateLimit:
    """Lets each visitor pass `burst` times at once and `per_second` times a second after that."""

    def __init__(
        self,
        what: str,
        burst: int,
        per_second: float,
        database: Database,
        now: Callable[[], datetime],
    ) -> None:
        self._what, self._rate, self._database, self._now = what, per_second, database, now
        self._share = max(1, burst // SHARES)
        self._shared = burst - self._share
        self._fills_in = timedelta(seconds=min(burst / per_second, KEPT.total_seconds()))
        self._visitors: OrderedDict[str, _Share] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, visitor: str) -> bool:
        """Whether this visitor may pass now. Call with no writing transaction open."""
        now = self._now()
        with self._lock:
            own = self._own(visitor, now)
            if own.left >= 1:
                own.left -= 1
                return True
            if own.at <= now < own.shut_until:
                return False
        fetched = self._fetch(visitor, now)
        with self._lock:
            own = self._own(visitor, now)
            own.left = min(self._share, own.left + self._refill(own, now, fetched))
            own.at, own.shut_until = now, now if fetched else now + ASK_AGAIN
            admitted = own.left >= 1
            own.left -= admitted
        return admitted

    def give_back(self, visitor: str) -> None:
        """Forget one request of this visitor: it was an honest one."""
        with self._lock:
            if visitor in self._visitors:
                own = self._visitors[visitor]
                own.left = min(self._share, own.left + 1)

    def _own(self, visitor: str, now: datetime) -> _Share:
        own = self._visitors.pop(visitor, None)
        if own is None or now - own.at >= self._fills_in:
            own = _Share(self._share, now, now)
        self._visitors[visitor] = own
        while len(self._visitors) > MOST_VISITORS:
            self._visitors.popitem(last=False)
        return own

    def _refill(self, own: _Share, now: datetime, fetched: int | None) -> float:
        if fetched is not None:
            return fetched
        return max(0.0, (now - own.at).total_seconds()) * self._rate

    def _fetch(self, visitor: str, now: datetime) -> int | None:
        """Take up to a share out of the common bucket; None where it cannot be asked."""
        outside_writing("asking for a rate limit")
        secret = crypto.keyring().secret_for("rate-limit")
        key = hmac.new(secret, f"{self._what} {visitor}".encode(), hashlib.sha256).hexdigest()
        try:
            with self._database.writing() as session:
                return self._take(session, key, now)
        except SQLAlchemyError:
            # Away, or two processes made the visitor's first row at the same moment.
            return None

    def _take(self, session: Session, key: str, now: datetime) -> int:
        known = select(RateLimitBucket).where(RateLimitBucket.visitor == key).with_for_update()
        bucket = session.scalar(known)
        if bucket is None:
            bucket = RateLimitBucket(visitor=key, left=self._shared, at=now)
            session.add(bucket)
        filled = max(0.0, (now - bucket.at).total_seconds()) * self._rate
        left = min(float(self._shared), bucket.left + filled)
        taken = min(self._share, int(left))
        bucket.left, bucket.at = left - taken, now
        return taken


def sweep(session: Session, now: datetime) -> None:
    """Forget buckets that have long been full again."""
    session.execute(delete(RateLimitBucket).where(RateLimitBucket.at < now - KEPT))

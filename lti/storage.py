"""Login attempts: one row for each login on its way, used by exactly one launch.

State and nonce of a login live in one row, so a nonce belongs to its state; the row also holds a
hash of the cookie that was set, so both belong to one browser. It is consumed by one UPDATE whose
row count decides, so that of two launches at the same instant, on any number of workers, one wins.
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti.models import LoginAttempt

LIFE = timedelta(minutes=10)
"""How long a person may take between the click in the course and the platform's answer."""
KEPT = timedelta(days=1)
"""How long an attempt is remembered after that, so that a replay is told from an unknown state.
Longer than any token may be old (`lti.message.MAX_AGE`)."""


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex. Not for passwords: those have no entropy."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(secret: str, stored_hash: str) -> bool:
    """Compare a secret with a stored hash in constant time."""
    return hmac.compare_digest(digest(secret), stored_hash)


@dataclass(frozen=True)
class NewAttempt:
    """What a login has to remember: three secrets and where it was going."""

    state: str
    nonce: str
    binding: str
    target_link_uri: str
    deployment_hint: str | None


def remember(session: Session, platform_id: uuid.UUID, new: NewAttempt, now: datetime) -> None:
    """Store a login attempt, and forget those that are long over."""
    sweep(session, now)
    session.add(
        LoginAttempt(
            state_hash=digest(new.state),
            nonce=new.nonce,
            platform_id=platform_id,
            deployment_hint=new.deployment_hint,
            target_link_uri=new.target_link_uri,
            binding_hash=digest(new.binding),
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    session.flush()


def find(session: Session, state: str) -> LoginAttempt | None:
    """Return the attempt with this state, used or not."""
    return session.scalar(select(LoginAttempt).where(LoginAttempt.state_hash == digest(state)))


def consume(session: Session, attempt_id: uuid.UUID, now: datetime) -> bool:
    """Use up an attempt. True for exactly one caller, whatever happens at the same instant."""
    result = session.execute(
        update(LoginAttempt)
        .where(LoginAttempt.id == attempt_id, LoginAttempt.consumed_at.is_(None))
        .values(consumed_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def nonce_was_used(session: Session, nonce: str) -> bool:
    """Whether a nonce of ours has already brought somebody in."""
    used = select(LoginAttempt.id).where(
        LoginAttempt.nonce == nonce, LoginAttempt.consumed_at.is_not(None)
    )
    return session.scalar(used) is not None


def sweep(session: Session, now: datetime) -> int:
    """Delete attempts that ended more than a day ago; return how many."""
    result = session.execute(
        delete(LoginAttempt)
        .where(LoginAttempt.expires_at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

"""Login attempts: one row for each login on its way, used by exactly one launch.

State and nonce of a login live in one row, so a nonce belongs to its state; the row also holds a
hash of the cookie that was set, so both belong to one browser. It is consumed by one UPDATE whose
row count decides, so that of two launches at the same instant, on any number of workers, one wins.
"""

import functools
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from lti.models import LoginAttempt
from modules.prepared import Prepared, insertion
from modules.records.db import Database

LIFE = timedelta(minutes=10)
"""How long a person may take between the click in the course and the platform's answer."""
KEPT = timedelta(days=1)
"""How long an attempt is remembered after that, so that a replay is told from an unknown state.
Longer than any token may be old (`lti.launch.validation.MAX_AGE`)."""
SWEPT_EACH = timedelta(hours=1)
"""How often a worker forgets what is long over, besides the periodic task."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


_attempts = LoginAttempt.__table__
_CONSUME = Prepared(
    update(_attempts)  # type: ignore[arg-type]
    .where(_attempts.c.id == bindparam("attempt"), _attempts.c.consumed_at.is_(None))
    .values(consumed_at=bindparam("moment"))
)


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex. Not for passwords: those have no entropy."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(secret: str, stored_hash: str) -> bool:
    """Compare a secret with a stored hash in constant time."""
    return hmac.compare_digest(digest(secret), stored_hash)


def until_restart(database: Database, binding: str) -> str:
    """Return what a browser's cookie is compared as: another text once this machine has restarted.

    Where the database is a file of this machine, a login under way does not outlive a power cut:
    none that was used can be used again after one, even where the cut undid its being used up
    (docs/decisions/0015). A database server keeps that itself, and may serve several machines.
    """
    return f"{_this_boot()} {binding}" if ends_with_the_machine(database) else binding


def ends_with_the_machine(database: Database) -> bool:
    """Whether logins under way end when this machine restarts. Only Linux tells that it did."""
    return database.is_file and bool(_this_boot())


@functools.cache
def _this_boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def random_letters(alphabet: str, length: int) -> str:
    """Return so many letters, each equally likely, from one draw."""
    drawn = secrets.randbelow(len(alphabet) ** length)
    letters = []
    for _ in range(length):
        drawn, place = divmod(drawn, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)


@dataclass(frozen=True)
class NewAttempt:
    """What a login has to remember: three secrets and where it was going."""

    state: str
    nonce: str
    binding: str
    target_link_uri: str
    deployment_hint: str | None


def remember(database: Database, platform_id: uuid.UUID, new: NewAttempt, now: datetime) -> None:
    """Store a login attempt."""
    values: dict[str, object] = dict(  # noqa: C408 - reads as the row it is
        id=uuid.uuid4(),
        state_hash=digest(new.state),
        nonce=new.nonce,
        platform_id=platform_id,
        deployment_hint=new.deployment_hint,
        target_link_uri=new.target_link_uri,
        binding_hash=digest(until_restart(database, new.binding)),
        created_at=now,
        expires_at=now + LIFE,
        consumed_at=None,
    )
    database.note(insertion(LoginAttempt, *values), **values)


def find(session: Session, state: str) -> LoginAttempt | None:
    """Return the attempt with this state, used or not."""
    return session.scalar(select(LoginAttempt).where(LoginAttempt.state_hash == digest(state)))


def consume(session: Session, attempt_id: uuid.UUID, now: datetime) -> bool:
    """Use up an attempt. True for exactly one caller, whatever happens at the same instant."""
    return _CONSUME.change_in(session, attempt=attempt_id, moment=now) == 1


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

"""Sessions, one for each launch: one person, in one course, in one tab, for twelve hours at most.

The address carries a short name (`/t/<ref>/`), which opens nothing; the cookie
`__Host-columna-<ref>` carries the secret, of which only a hash is stored. Two tabs are two sessions
and never mix. When somebody else launches in the same browser (a shared tablet in a clinic), the
earlier person's sessions in that browser end.
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload, make_transient_to_detached

from lti.launch.claims import Launch
from lti.launch.login_attempts import digest, random_letters, same
from lti.launch.users import Arrival
from lti.models import LaunchSession, Platform, Standing

LIFE = timedelta(hours=12)
HANDOVER = timedelta(minutes=10)
"""How long a session without a cookie may be taken into a window of its own."""
COOKIE_PREFIX = "__Host-columna-"
MOST_IN_ONE_BROWSER = 20
"""Sessions of one person kept alive in one browser; more cookies would not fit into a request."""
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
AFTER_END = timedelta(days=7)
"""How long after its end a page of a session may still send what was written on it."""


@dataclass(frozen=True)
class Opened:
    """A new session, and its secret, which exists only here and in the browser's cookie."""

    launch_session: LaunchSession
    secret: str


_OPEN = insert(LaunchSession.__table__)


def open_session(
    session: Session, launch: Launch, platform_id: uuid.UUID, who: Arrival, now: datetime
) -> Opened:
    """Open the session of an accepted launch."""
    secret = secrets.token_urlsafe(32)
    values = {
        "id": uuid.uuid4(),
        "ref": random_letters(_LETTERS, 12),
        "secret_hash": digest(secret),
        "platform_id": platform_id,
        "lti_user_id": who.user_id,
        "course_id": who.course_id,
        "membership_id": who.membership_id,
        "message_type": launch.message_type,
        "role": launch.role.value,
        "locale": launch.locale,
        "resource_link_id": launch.resource_link_id,
        "custom": dict(launch.custom),
        "deep_linking": dict(launch.deep_linking.raw) if launch.deep_linking else None,
        "document_target": launch.document_target,
        "return_url": launch.return_url,
        "csrf_secret": secrets.token_urlsafe(32),
        "created_at": now,
        "expires_at": now + LIFE,
    }
    session.execute(_OPEN, values)
    opened = LaunchSession(**values)
    make_transient_to_detached(opened)  # it is what the row is: nothing to write, nothing to read
    session.add(opened)
    return Opened(opened, secret)


def cookie_name(ref: str) -> str:
    """Return the name of the cookie that holds a session's secret."""
    return COOKIE_PREFIX + ref


def load(session: Session, ref: str, secret: str | None, now: datetime) -> LaunchSession | None:
    """Return the session if the secret is its own and it is alive; else None, without a reason."""
    found = find(session, ref)
    return found if found is not None and is_open(found, secret, now) else None


def find(session: Session, ref: str) -> LaunchSession | None:
    """Return a session by its address, whoever asks and whether or not it is over."""
    return session.scalar(BY_REF, {"ref": ref}) if is_ref(ref) else None


def is_ref(written: str) -> bool:
    """Whether this can be the address of a session."""
    return written.isascii() and written.isalnum()


_ASKED_BY_ALL = Platform.status, Platform.issuer, Platform.auth_login_url, Platform.frame_origins
"""What every request asks: whether the registration is active, and who may frame it."""
BY_REF = (
    select(LaunchSession)
    .where(LaunchSession.ref == bindparam("ref"))
    .options(joinedload(LaunchSession.platform).load_only(*_ASKED_BY_ALL))
)
"""A session by its address, `ref`."""


def is_open(found: LaunchSession, secret: str | None, now: datetime) -> bool:
    """Whether the secret is this session's own and it is alive.

    A session also ends when its registration is no longer active.
    """
    # A session that began «later» than now began before the clock was set back.
    alive = found.ended_at is None and now < found.expires_at
    mine = bool(secret) and same(str(secret), found.secret_hash)
    return mine and alive and found.platform.status is Standing.ACTIVE


def load_to_save(
    session: Session, ref: str, path: str, token: str, now: datetime
) -> LaunchSession | None:
    """Return a session that may be over, by the `saving_token` of a form of its pages; else None.

    So what somebody wrote is saved though their session ended meanwhile. The token opens one
    address for sending, for `AFTER_END`, and nothing for reading.
    """
    found = find(session, ref)
    if found is None or not hmac.compare_digest(
        saving_token(found, path).encode(), token.encode("utf-8", "replace")
    ):
        return None
    in_time = now < found.expires_at + AFTER_END
    return found if in_time and found.platform.status is Standing.ACTIVE else None


def saving_token(launch_session: LaunchSession, path: str) -> str:
    """Return the token by which a form of this session can be sent to `path` after its end."""
    said = f"save {launch_session.ref} {path}".encode()
    return hmac.new(launch_session.csrf_secret.encode(), said, hashlib.sha256).hexdigest()


def hand_over(session: Session, ref: str, secret: str, now: datetime) -> Opened | None:
    """Give a session that was opened without cookies to a window that keeps some; once only.

    The secret that was on the page opens nothing afterwards. None: unknown, used, or too late.
    """
    found = load(session, ref, secret, now)
    if found is None or now >= found.created_at + HANDOVER:
        return None
    fresh = secrets.token_urlsafe(32)
    result = session.execute(
        update(LaunchSession)
        .where(LaunchSession.id == found.id, LaunchSession.secret_hash == digest(secret))
        .values(secret_hash=digest(fresh))
        .execution_options(synchronize_session=False)
    )
    return Opened(found, fresh) if result.rowcount == 1 else None  # type: ignore[attr-defined]


def end(session: Session, launch_session: LaunchSession, now: datetime) -> None:
    """End a session; what its launch carried is forgotten."""
    launch_session.ended_at = now
    launch_session.custom = {}
    launch_session.deep_linking = None
    launch_session.return_url = None
    session.flush()


def end_others(
    session: Session, cookies: Mapping[str, str], user_id: uuid.UUID, now: datetime
) -> list[str]:
    """End what this browser still holds of other people; return the refs whose cookies can go.

    Of the same person the newest sessions stay. A cookie counts only with the right secret, so
    nobody can end a session by naming it.
    """
    held = {
        name.removeprefix(COOKIE_PREFIX): secret
        for name, secret in cookies.items()
        if name.startswith(COOKIE_PREFIX) and name.isascii()
    }
    if not held:
        return []
    rows = session.scalars(
        select(LaunchSession)
        .where(LaunchSession.ref.in_(list(held)[:200]))
        .order_by(LaunchSession.created_at.desc())
    ).all()
    real = [row for row in rows if same(held[row.ref], row.secret_hash)]
    alive = [row for row in real if row.ended_at is None and row.expires_at > now]
    theirs = [row for row in alive if row.lti_user_id != user_id]
    own = [row for row in alive if row.lti_user_id == user_id]
    for row in theirs + own[MOST_IN_ONE_BROWSER - 1 :]:
        end(session, row, now)
    kept = {row.ref for row in own[: MOST_IN_ONE_BROWSER - 1]}
    return [ref for ref in held if ref not in kept]


def csrf_token(launch_session: LaunchSession) -> str:
    """Return the form token of a session; no other session accepts it."""
    key = launch_session.csrf_secret.encode()
    return hmac.new(key, launch_session.ref.encode(), hashlib.sha256).hexdigest()


def csrf_holds(launch_session: LaunchSession, token: str | None) -> bool:
    """Whether a form token is this session's."""
    return bool(token) and hmac.compare_digest(
        csrf_token(launch_session).encode(), str(token).encode("utf-8", "replace")
    )


def sweep(session: Session, now: datetime) -> int:
    """Forget what ended and expired sessions carried (return address, parameters); return how many.

    The rows stay: they say when somebody was there.
    """
    over = or_(LaunchSession.expires_at <= now, LaunchSession.ended_at.is_not(None))
    carrying = or_(LaunchSession.return_url.is_not(None), LaunchSession.deep_linking.is_not(None))
    result = session.execute(
        update(LaunchSession)
        .where(over, carrying)
        .values(return_url=None, deep_linking=None, custom={})
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

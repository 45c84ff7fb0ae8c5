"""Login attempts: signed and sent along as `state`, bound to one browser, used by one launch.

Nothing is stored while somebody is on their way through the platform. What has to be known when
they come back is in the `state` itself, which only this installation can sign; it also holds a hash
of the secret that the browser keeps in a cookie, so that both belong together. What is stored is
that a login was used: one row with its nonce, which is unique, so that of two launches at the same
instant, on any number of workers, one wins.
"""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti.errors import AlreadyUsed, Code
from lti.models import UsedNonce
from modules.records import crypto

LIFE = timedelta(minutes=10)
"""How long a person may take between the click in the course and the platform's answer."""
KEPT = timedelta(days=1)
"""How long a used nonce is remembered. Longer than a login lives, and than any token may be old
(`lti.launch.validation.MAX_AGE`), so that neither can come back when it is forgotten."""
STATE_PREFIX = "state-"
"""What pylti1.3 writes before each state."""


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex. Not for passwords: those have no entropy."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(secret: str, stored_hash: str) -> bool:
    """Compare a secret with a stored hash in constant time."""
    return hmac.compare_digest(digest(secret), stored_hash)


def random_letters(alphabet: str, length: int) -> str:
    """Return so many letters, each equally likely, from one draw."""
    drawn = secrets.randbelow(len(alphabet) ** length)
    letters = []
    for _ in range(length):
        drawn, place = divmod(drawn, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)


@dataclass(frozen=True)
class LoginAttempt:
    """One login on its way. Of what is only compared, a hash is enough: a state stays short."""

    nonce: str
    """The nonce that belongs to this state and to no other."""
    platform_id: uuid.UUID
    """The registration that was asked; a token of another one is a mix-up."""
    target_hash: str
    """`digest` of the login request's `target_link_uri`; the token must say the same."""
    deployment_hash: str | None
    """`digest` of its `lti_deployment_id`, if sent; the token must name the same."""
    binding_hash: str
    """`digest` of the secret in the browser that started; nobody else can finish."""
    expires_at: datetime
    """Ten minutes after the start, in whole seconds."""

    def signed(self) -> str:
        """Return this attempt as a text that `read_state` accepts once `STATE_PREFIX` is put on."""
        return _serializer().dumps(
            [
                self.nonce,
                self.platform_id.hex,
                self.target_hash,
                self.deployment_hash,
                self.binding_hash,
                int(self.expires_at.timestamp()),
            ]
        )


def read_state(state: str) -> LoginAttempt | None:
    """Return the login attempt a state stands for; None if this installation did not sign it."""
    try:
        values = _serializer().loads(state.removeprefix(STATE_PREFIX))
    except (BadData, UnicodeError):
        return None
    nonce, platform_id, target_hash, deployment_hash, binding_hash, expires = values
    return LoginAttempt(
        nonce,
        uuid.UUID(platform_id),
        target_hash,
        deployment_hash,
        binding_hash,
        datetime.fromtimestamp(expires, UTC),
    )


def _serializer() -> URLSafeSerializer:
    # Another meaning of the values needs another salt: states on their way survive an update.
    return URLSafeSerializer(
        crypto.keyring().secret_for("lti-login"),
        salt="state-1",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


_USE = insert(UsedNonce.__table__)


def use_up(session: Session, nonce: str, now: datetime) -> None:
    """Use up a login. Raises AlreadyUsed for all callers but one, even at the same instant.

    The transaction, or the part of it, that meets AlreadyUsed is over.
    """
    try:
        session.execute(_USE, {"nonce": nonce, "used_at": now})
    except IntegrityError:
        raise AlreadyUsed(Code.STATE_USED) from None


def was_used(session: Session, nonce: str) -> bool:
    """Whether a login was used up, by a launch that came in or by one that was refused."""
    return session.scalar(select(UsedNonce.id).where(UsedNonce.nonce == nonce)) is not None


def sweep(session: Session, now: datetime) -> int:
    """Forget nonces that were used more than a day ago; return how many."""
    result = session.execute(
        delete(UsedNonce)
        .where(UsedNonce.used_at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]

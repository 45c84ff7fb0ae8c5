"""This tool's own signing keys: made, rotated with overlap, published without their private half.

2048-bit RSA, encrypted at rest. Parsing a private PEM costs tens of milliseconds, so each process
parses a key once and keeps the object. A new key is published for a day before anything is signed
with it, and the old one stays published for a week after: platforms that cache our key set never
meet a signature they cannot check.
"""

import json
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti.models import ToolKey

BITS = 2048
ALGORITHM = "RS256"
ANNOUNCED = timedelta(days=1)
"""A new key is published this long before it signs."""
OVERLAP = timedelta(days=7)
"""An old key stays published this long after the new one began to sign."""
LIFE = timedelta(days=90)
"""Age at which the scheduled task makes a new key."""


@dataclass(frozen=True)
class SigningKey:
    """What is needed to sign: the id to put into the header, and the key object."""

    kid: str
    key: RSAPrivateKey


_parsed: dict[str, RSAPrivateKey] = {}
_parsing = threading.Lock()


def signing_key(session: Session, now: datetime) -> SigningKey:
    """Return the key to sign with now. Raises RuntimeError when start-up made none (`ensure`)."""
    in_use = (
        select(ToolKey.kid)
        .where(ToolKey.not_before <= now, _published(now))
        .order_by(ToolKey.not_before.desc())
        .limit(1)
    )
    kid = session.scalar(in_use)
    if kid is None:
        raise RuntimeError("the tool has no signing key")
    return SigningKey(kid, _private_key(session, kid))


def _private_key(session: Session, kid: str) -> RSAPrivateKey:
    with _parsing:
        if kid not in _parsed:
            pem = session.scalar(select(ToolKey.private_pem).where(ToolKey.kid == kid)) or ""
            key = load_pem_private_key(pem.encode(), password=None)
            if not isinstance(key, RSAPrivateKey):
                raise RuntimeError("the tool's signing key is not an RSA key")
            _parsed[kid] = key
        return _parsed[kid]


def key_set(session: Session, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return our published key set (RFC 7517), public halves only."""
    rows = session.scalars(
        select(ToolKey.public_jwk).where(_published(now)).order_by(ToolKey.not_before.desc())
    )
    return {"keys": list(rows)}


def ensure(session: Session, now: datetime) -> None:
    """Make the first key if there is none that may sign; for start-up."""
    usable = select(ToolKey.id).where(ToolKey.not_before <= now, _published(now))
    if session.scalar(usable) is None:
        _make(session, now, not_before=now)


def rotate(session: Session, now: datetime, overlap: timedelta = OVERLAP) -> str:
    """Announce a new key and set the end of those in use; forget the expired. Returns its kid.

    The new key signs after a day; until then, and for `overlap` after, the old ones stay published.
    """
    takes_over = now + ANNOUNCED
    for key in session.scalars(select(ToolKey)):
        if key.retire_at is None:
            key.retire_at = takes_over + overlap
        elif key.retire_at <= now:
            session.delete(key)
            _parsed.pop(key.kid, None)
    return _make(session, now, not_before=takes_over)


def rotate_if_due(session: Session, now: datetime) -> str | None:
    """Rotate when the newest key is older than `LIFE`; for a scheduled task."""
    newest = session.scalar(select(ToolKey.created_at).order_by(ToolKey.created_at.desc()).limit(1))
    return rotate(session, now) if newest is None or now - newest >= LIFE else None


def _published(now: datetime) -> Any:
    return or_(ToolKey.retire_at.is_(None), ToolKey.retire_at > now)


def _make(session: Session, now: datetime, not_before: datetime) -> str:
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    kid = _thumbprint(public)
    jwk = {"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": kid}
    jwk |= {"n": public["n"], "e": public["e"]}
    session.add(
        ToolKey(kid=kid, private_pem=pem, public_jwk=jwk, created_at=now, not_before=not_before)
    )
    session.flush()
    return kid


def _thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638: the same key has the same name everywhere."""
    canonical = json.dumps(
        {"e": jwk["e"], "kty": "RSA", "n": jwk["n"]}, separators=(",", ":"), sort_keys=True
    )
    digest = sha256(canonical.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")

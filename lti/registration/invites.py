"""One-time links by which a platform's administrator registers this tool.

A link is shown once, works once, and ends by itself. Only the hash of its secret is kept.
"""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lti.registration.models import RegistrationInvite
from modules.records.db import Database

PATH = "/lti/register"
LIFE = timedelta(days=7)
CLAIM_LIFE = timedelta(minutes=2)
"""A registration that was cut off gives its link back after this."""


class InviteRefused(Exception):
    """The link is unknown, over, used, or being used at this moment."""


def invite(session: Session, now: datetime, label: str = "", life: timedelta = LIFE) -> str:
    """Make a one-time link; return its secret, which cannot be shown again."""
    secret = secrets.token_urlsafe(24)
    session.add(
        RegistrationInvite(
            token_hash=_hash(secret), label=label[:255], created_at=now, expires_at=now + life
        )
    )
    session.flush()
    return secret


def invite_url(public_url: str, secret: str) -> str:
    """Return the link the platform's administrator enters."""
    return f"{public_url}{PATH}?{urlencode({'invite': secret})}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_open(session: Session, secret: str, now: datetime) -> bool:
    """Say whether a link can still be used."""
    found = select(RegistrationInvite.id).where(
        RegistrationInvite.token_hash == _hash(secret),
        RegistrationInvite.used_at.is_(None),
        RegistrationInvite.expires_at > now,
    )
    return session.scalar(found) is not None


def claim(database: Database, secret: str, now: datetime) -> RegistrationInvite:
    """Be the one who uses this link now: one UPDATE decides. Raises InviteRefused."""
    rested = or_(
        RegistrationInvite.claimed_at.is_(None), RegistrationInvite.claimed_at <= now - CLAIM_LIFE
    )
    with database.writing() as session:
        result = session.execute(
            update(RegistrationInvite)
            .where(
                RegistrationInvite.token_hash == _hash(secret),
                RegistrationInvite.used_at.is_(None),
                RegistrationInvite.expires_at > now,
                rested,
            )
            .values(claimed_at=now)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise InviteRefused
        return session.scalars(
            select(RegistrationInvite).where(RegistrationInvite.token_hash == _hash(secret))
        ).one()


def give_back(database: Database, invite_id: uuid.UUID) -> None:
    """Let a link be used again after a registration that failed."""
    with database.writing() as session:
        session.get_one(RegistrationInvite, invite_id).claimed_at = None

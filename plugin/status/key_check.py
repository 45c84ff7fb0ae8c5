"""Are these the secrets that the database was written with? A wrong one is refused at the start.

Without this a mistyped secret is noticed by the first person whose name cannot be read, and what
was written meanwhile needs both.
"""

import enum
from datetime import datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lti.models import ToolKey
from modules.errors import CourseError
from modules.records import crypto
from modules.records.crypto import CannotDecrypt
from modules.records.db import Database
from notifications.models import insert_once
from plugin.status.models import KeyCheck

NAME = "installation"
KNOWN = "columna"
CONTEXT = "key_checks.index_digest"


class Secrets(enum.StrEnum):
    """How the secrets fit what is stored."""

    FIT = "fit"
    NONE_YET = "none_yet"
    """Nothing is stored yet that could tell."""
    WRONG = "wrong"
    """What is stored was encrypted by a secret that is not among them."""
    OLDEST = "oldest"
    """What is stored can be read, but the oldest secret is gone or no longer the last one."""


class WrongSecret(CourseError):
    """COLUMNA_SECRETS is not what this database was written with."""

    code = "wrong_secret"


_WORDS = {
    Secrets.WRONG: (
        "COLUMNA_SECRETS does not hold the secret this database was written with. Nothing was"
        " changed. Give the former secret; to change it, put a new one in front and keep the"
        " former one behind it."
    ),
    Secrets.OLDEST: (
        "the oldest secret must stay the last one in COLUMNA_SECRETS: numbers are found by it."
        " Nothing was changed. Put new secrets in front and take none away."
    ),
}


def compare(session: Session) -> Secrets:
    """Compare the installed secrets with the check value, or before there is one with our keys."""
    try:
        known = session.scalar(select(KeyCheck).where(KeyCheck.name == NAME))
        if known is None:
            session.scalars(select(ToolKey.private_pem).limit(1)).first()
            return Secrets.NONE_YET
    except CannotDecrypt:
        return Secrets.WRONG
    same = known.index_digest == crypto.keyring().blind_index(KNOWN, CONTEXT)
    return Secrets.FIT if same else Secrets.OLDEST


def require(database: Database, now: datetime) -> None:
    """Refuse secrets that do not fit; at the first start, write the check value.

    Does nothing before the database has the table for it. Raises WrongSecret.
    """
    if not inspect(database.engine).has_table(KeyCheck.__tablename__):
        return
    with database.reading() as session:
        found = compare(session)
    if found in _WORDS:
        raise WrongSecret(_WORDS[found])
    if found is Secrets.NONE_YET:
        _write(database, now)


def _write(database: Database, now: datetime) -> None:
    digest = crypto.keyring().blind_index(KNOWN, CONTEXT)
    row = {"name": NAME, "sealed": KNOWN, "index_digest": digest, "made_at": now}
    with database.writing() as session:
        insert_once(session, KeyCheck, row)

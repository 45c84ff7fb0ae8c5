"""Whether people are written to from here, or this is a copy of the database somewhere else.

A restored backup, a clone for trying something out and the installation itself hold the same
people. Only from where the database was claimed does anything leave: messages, mails, grades. The
first worker of a new database claims it; after that somebody says so.
"""

import enum
import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.records.db import Database
from notifications.models import insert_once
from plugin.settings import Settings
from plugin.status.models import Claim

MACHINE = Path("/etc/machine-id")


class Place(enum.StrEnum):
    """What this place is to its database."""

    OURS = "ours"
    FREE = "free"
    """Nobody has claimed it yet."""
    MOVED = "moved"
    """The address is new, the former one is in COLUMNA_FORMER_URLS, the machine is the same."""
    COPY = "copy"


def machine() -> str:
    """Return what tells this machine from others, hashed; empty where it has no id."""
    try:
        own = MACHINE.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(f"columna {own}".encode()).hexdigest() if own else ""


def place(session: Session, settings: Settings) -> Place:
    """Return what this place is."""
    claims = {tuple(row) for row in session.execute(select(Claim.public_url, Claim.machine))}
    here = machine()
    if not claims:
        return Place.FREE
    if (settings.public_url, here) in claims:
        return Place.OURS
    moved = any((former, here) in claims for former in settings.former_urls)
    return Place.MOVED if moved else Place.COPY


def may_send(database: Database, settings: Settings, now: datetime) -> bool:
    """Say whether anything may leave from here; a new or moved installation is claimed by it."""
    with database.reading() as session:
        found = place(session, settings)
    if found in (Place.FREE, Place.MOVED):
        claim(database, settings, now)
    return found is not Place.COPY


def claim(database: Database, settings: Settings, now: datetime) -> None:
    """Let everything leave from here from now on."""
    row = {"public_url": settings.public_url, "machine": machine(), "claimed_at": now}
    with database.writing() as session:
        insert_once(session, Claim, row)

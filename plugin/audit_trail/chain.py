"""The chain of the audit trail: each event with the digest of itself and of all before it.

An event is chained in the transaction that records it, as the last thing before its commit: so the
chain has one end at any time, transactions wait for it only while they commit, and an event without
its link cannot be stored. On SQLite one transaction writes at a time anyhow; on PostgreSQL an
advisory lock of the transaction keeps it so.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence

from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from modules.records.db import WritingSession
from plugin.models import AuditEvent, AuditLink

BEFORE_THE_FIRST = "0" * 64
"""What stands in the first digest for all before it."""
_LOCK = text("SELECT pg_advisory_xact_lock(4179340454199820289)")
_WAITING = "audit_events"
_LAST = select(AuditLink).order_by(AuditLink.place.desc()).limit(1)


def digest_of(place: int, event: AuditEvent, before: str) -> str:
    """Return the SHA-256 of an event, its place from 1 and the digest before it, in hexadecimal.

    What is digested is JSON (RFC 8259) without spaces, keys in order, moments in UTC with
    microseconds.
    """
    said = {
        "place": place,
        "before": before,
        "id": str(event.id),
        "at": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "study": _key(event.study_id),
        "actor": _key(event.actor_id),
        "action": event.action,
        "subject": _key(event.subject_id),
        "detail": event.detail,
    }
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def _key(key: uuid.UUID | None) -> str | None:
    return None if key is None else str(key)


def will_hold(session: Session, event_id: uuid.UUID) -> None:
    """Note that an event of this transaction is to be chained with its commit."""
    session.info.setdefault(_WAITING, []).append(event_id)


def _link(session: Session) -> None:
    waiting: list[uuid.UUID] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK)
    last = session.scalar(_LAST)
    place, before = (last.place, last.digest) if last else (0, BEFORE_THE_FIRST)
    links = []
    for each in _as_stored(session, waiting):
        place += 1
        before = digest_of(place, each, before)
        links.append({"place": place, "event_id": each.id, "digest": before})
    if links:
        session.execute(insert(AuditLink.__table__), links)


def _as_stored(session: Session, keys: Sequence[uuid.UUID]) -> list[AuditEvent]:
    """Return the events as a later reader will read them, in the order in which they happened.

    What a savepoint took back is not among them.
    """
    query = select(AuditEvent).where(AuditEvent.id.in_(keys))
    found = {each.id: each for each in session.scalars(query)}
    return [found[key] for key in keys if key in found]


event.listen(WritingSession, "before_commit", _link)

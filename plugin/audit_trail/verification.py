"""Whether the audit trail is what it was: nothing altered, missing, moved, cut off or added.

The chain alone cannot tell that its end was cut off together with the events there: whoever wants
to know that keeps its end elsewhere (`Head`, `columna audit head`) and brings it along.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from modules.errors import InvalidEntry
from modules.text import LabelledEnum
from plugin.audit_trail.chain import BEFORE_THE_FIRST, digest_of
from plugin.models import AuditEvent, AuditLink

PAGE = 1000
NEWEST = 500
"""So many of the newest events are looked at by whoever asks often."""
_HEAD = re.compile(r"^\s*(\d{1,18})\s+([0-9a-f]{64})\s*$")


class Wrong(LabelledEnum):
    """What is wrong with one place of the chain, or with one event."""

    ALTERED = "altered", "cambiado o puesto en otro lugar", "altered, or put elsewhere"
    EVENT_MISSING = "event_missing", "falta el registro", "its event is missing"
    LINK_MISSING = "link_missing", "falta en la cadena", "missing in the chain"
    NOT_CHAINED = (
        "not_chained",
        "registro que no está en la cadena",
        "an event that stands in no chain",
    )
    CUT_OFF = "cut_off", "falta el final", "the end is missing"
    REWRITTEN = "rewritten", "la cadena se escribió de nuevo", "the chain was written anew"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `place` in the chain, `event_id` where the event is known."""

    wrong: Wrong
    place: int | None = None
    event_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some time: its last place and the digest there."""

    place: int
    digest: str

    def __str__(self) -> str:
        """Return it as it is published."""
        return f"{self.place} {self.digest}"

    @classmethod
    def read(cls, written: str) -> "Head":
        """Read one as it was published. Raises InvalidEntry."""
        match = _HEAD.match(written)
        if match is None:
            raise InvalidEntry({"head": "unknown"})
        return cls(int(match[1]), match[2])


def head(session: Session) -> Head:
    """Return the end of the chain; place 0 where nothing was recorded yet."""
    last = session.scalar(select(AuditLink).order_by(AuditLink.place.desc()).limit(1))
    return Head(last.place, last.digest) if last else Head(0, BEFORE_THE_FIRST)


def faults(session: Session, known: Head | None = None, since: int = 0) -> Iterator[Fault]:
    """Yield what is wrong, in the order of the chain; nothing where it is whole.

    `known`: its end at some time before. `since`: the place from which on it is looked at; what
    stands there is believed. Holds one page of events at a time.
    """
    before = _digest_at(session, since) or BEFORE_THE_FIRST
    place = since
    for link, found in _links(session, since):
        yield from (Fault(Wrong.LINK_MISSING, missing) for missing in range(place + 1, link.place))
        if link.place != place + 1:
            before = ""  # what it was is not known
        place = link.place
        if found is None:
            yield Fault(Wrong.EVENT_MISSING, place, link.event_id)
        elif before and digest_of(place, found, before) != link.digest:
            yield Fault(Wrong.ALTERED, place, found.id)
        before = link.digest
        if known and known.place == place and known.digest != link.digest:
            yield Fault(Wrong.REWRITTEN, place)
    if known and place < known.place:
        yield Fault(Wrong.CUT_OFF, place + 1)
    if since == 0:
        yield from _unchained(session)


def newest_faults(session: Session) -> Iterator[Fault]:
    """Yield what is wrong among the newest events."""
    yield from faults(session, since=max(0, head(session).place - NEWEST))


def _links(session: Session, since: int) -> Iterator[Row[tuple[AuditLink, AuditEvent | None]]]:
    query = (
        select(AuditLink, AuditEvent)
        .join(AuditEvent, AuditEvent.id == AuditLink.event_id, isouter=True)
        .order_by(AuditLink.place)
        .limit(PAGE)
    )
    while True:
        found = session.execute(query.where(AuditLink.place > since)).all()
        yield from found
        if len(found) < PAGE:
            return
        since = found[-1][0].place
        session.expunge_all()


def _digest_at(session: Session, place: int) -> str | None:
    return session.scalar(select(AuditLink.digest).where(AuditLink.place == place))


def _unchained(session: Session) -> Iterator[Fault]:
    chained = select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id)
    query = select(AuditEvent.id).where(~chained.exists()).order_by(AuditEvent.at, AuditEvent.id)
    for key in session.scalars(query.execution_options(yield_per=PAGE)):
        yield Fault(Wrong.NOT_CHAINED, event_id=key)

"""By which clock a participant lives: one time zone, and from a day on another. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """From which local day on another time zone (IANA name) counts."""

    since: date
    zone: str


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones of one participant: the first one, and every change by its day.

    A change holds from the moment its day begins, on the old clock or on the new one, whichever is
    earlier. So its day and all later ones are whole days of the new clock, the day before is some
    hours longer or shorter, and no day comes twice or not at all.
    """

    first: str
    changes: tuple[ZoneChange, ...] = ()

    @classmethod
    def read(cls, first: str, stored: Iterable[Iterable[str]]) -> Self:
        """Return the zones as they are stored: the first name, and pairs of ISO day and name."""
        changes = tuple(ZoneChange(date.fromisoformat(day), zone) for day, zone in stored)
        return cls(first, changes)

    def stored(self) -> list[list[str]]:
        """Return the changes as `read` takes them."""
        return [[change.since.isoformat(), change.zone] for change in self.changes]

    def changed(self, since: date, zone: str) -> Self:
        """Return the zones with `zone` from a day on, whatever was planned for later days."""
        before = type(self)(self.first, tuple(c for c in self.changes if c.since < since))
        if before.name_on(since) == zone:
            return before
        return type(self)(self.first, (*before.changes, ZoneChange(since, zone)))

    def name_on(self, day: date) -> str:
        """Return the name of the zone to which a local day belongs."""
        begun = [change.zone for change in self.changes if change.since <= day]
        return begun[-1] if begun else self.first

    def name_at(self, moment: datetime) -> str:
        """Return the name of the zone that counts at a moment."""
        found = self.first
        for change in self.changes:
            if moment < min(_start(change.since, found), _start(change.since, change.zone)):
                break
            found = change.zone
        return found


Zone = str | Zones
"""One time zone by its IANA name, or those of a participant."""


def at(zone: Zone, moment: datetime) -> ZoneInfo:
    """Return the clock that counts at a moment. Raises ZoneInfoNotFoundError for no such zone."""
    return ZoneInfo(zone if isinstance(zone, str) else zone.name_at(moment))


def on(zone: Zone, day: date) -> ZoneInfo:
    """Return the clock to which a local day belongs."""
    return ZoneInfo(zone if isinstance(zone, str) else zone.name_on(day))


def _start(day: date, name: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(name)).astimezone(UTC)

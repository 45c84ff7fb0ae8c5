"""Wall-clock arithmetic for reminders: local hours, quiet hours, days a clock changes.

Most of Mexico has had no daylight saving time since 2022, but the border towns (Tijuana, Ciudad
Juárez, Ojinaga, Matamoros) still change their clocks. A reminder keeps its local hour there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from modules.study.protocol import ReminderLimits


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall time.

    A time that the clock skips (02:30 on the spring change) becomes the same distance after the
    gap (03:30); a time that happens twice is the first of the two.
    """
    return datetime.combine(day, wall, tzinfo=zone).replace(fold=0).astimezone(UTC)


def local(now: datetime, zone: ZoneInfo) -> datetime:
    """`now` on the person's own clock; `now` must be aware."""
    if now.tzinfo is None:
        raise ValueError("a naive datetime has no place on anybody's clock")
    return now.astimezone(zone)


@dataclass(frozen=True)
class QuietHours:
    """The local hours in which nobody is written to; `start` equal to `end` means none."""

    start: time
    end: time

    @classmethod
    def of(cls, limits: ReminderLimits) -> Self:
        """The quiet hours of a protocol: the one source, for planning and for sending."""
        return cls(time(limits.quiet_from_hour), time(limits.quiet_until_hour))

    def cover(self, wall: time) -> bool:
        """Whether a local wall time lies inside (start included, end not)."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def next_allowed(self, now: datetime, zone: ZoneInfo) -> datetime:
        """`now` itself outside the quiet hours, otherwise the UTC instant at which they end."""
        here = local(now, zone)
        if not self.cover(here.time()):
            return now.astimezone(UTC)
        crosses_midnight = self.end <= here.time()
        return instant(here.date() + timedelta(days=crosses_midnight), self.end, zone)

    def next_start(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The next UTC instant at which the quiet hours begin; None when there are none."""
        if self.start == self.end:
            return None
        today = local(now, zone).date()
        coming = (instant(today + timedelta(days=n), self.start, zone) for n in (0, 1))
        return next(start for start in coming if start > now)

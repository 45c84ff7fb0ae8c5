"""Live sessions: when a group meets, when one may enter, what counts as attended. Pure."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from modules.errors import InvalidEntry
from modules.study.days import today_for, week_of
from modules.study.zones import Zone

ENTER_BEFORE = timedelta(minutes=15)
ATTENDED_SHARE = 0.5
"""Share of a session's minutes that makes it attended."""
SHORTEST, LONGEST = 5, 240
MOST_WEEKS = 52
LONGEST_NAME, LONGEST_LINK = 60, 500
ROOM = "{room}"


@dataclass(frozen=True, slots=True)
class LiveSessionFacts:
    """One live session of one group; moments in UTC."""

    id: uuid.UUID
    group_id: uuid.UUID
    group: str
    number: int
    starts_at: datetime
    minutes: int
    link: str
    cancelled: bool
    sequence: int
    changed_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def occurrence(self) -> str:
        """What makes a message about it this one: the session, and how often it was changed."""
        return f"{self.id.hex}:{self.sequence}"

    def may_enter(self, now: datetime) -> bool:
        """Whether the way in is open: from a quarter of an hour before until it ends."""
        return not self.cancelled and self.starts_at - ENTER_BEFORE <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """What is known of one participant at one session."""

    session_id: uuid.UUID
    participant_id: uuid.UUID
    joined_at: datetime | None
    present: bool | None
    minutes: int | None
    confirmed_by: uuid.UUID | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The sessions of a study: those for everybody, and those of each member's group."""

    everyone: tuple[LiveSessionFacts, ...] = ()
    own: Mapping[uuid.UUID, tuple[LiveSessionFacts, ...]] = field(default_factory=dict)

    def of(self, participant_id: uuid.UUID) -> tuple[LiveSessionFacts, ...]:
        """Return the sessions one participant is invited to, the earliest first."""
        both = {*self.everyone, *self.own.get(participant_id, ())}
        return tuple(sorted(both, key=lambda each: (each.starts_at, each.id.hex)))


def weekly(begins_on: date, starts: time, time_zone: str, weeks: int) -> list[datetime]:
    """Return the starts of weekly sessions in UTC: always at the same local hour."""
    zone = ZoneInfo(time_zone)
    days = [begins_on + timedelta(weeks=number) for number in range(weeks)]
    return [datetime.combine(day, starts, zone).astimezone(UTC) for day in days]


def check(name: str, link: str, minutes: int, weeks: int) -> None:
    """Raise InvalidEntry naming the fields that cannot be taken."""
    faults: dict[str, str] = {}
    if not name.strip():
        faults["name"] = "required"
    elif len(name) > LONGEST_NAME:
        faults["name"] = "too_long"
    if not SHORTEST <= minutes <= LONGEST:
        faults["minutes"] = "out_of_range"
    if not 1 <= weeks <= MOST_WEEKS:
        faults["weeks"] = "out_of_range"
    if not is_link(link):
        faults["link"] = "no_link"
    if faults:
        raise InvalidEntry(faults)


def is_link(link: str) -> bool:
    """Return whether this is an address of the web that people may be sent to (https)."""
    if len(link) > LONGEST_LINK or re.search(r"[\s\"'<>\\]", link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def link_of(template: str, room: str) -> str:
    """Return the address of a room: `{room}` of the template is filled in, if it has one."""
    return template.replace(ROOM, room)


def attended(session_minutes: int, present: bool | None, minutes: int | None) -> bool | None:
    """Say whether a session counts as attended: half of it, or a tick of staff without minutes.

    None while staff have said nothing: a click on the link alone is not attendance.
    """
    if present is None:
        return None
    if not present or minutes is None:
        return present
    return minutes >= ATTENDED_SHARE * session_minutes


def in_programme(
    sessions: Iterable[LiveSessionFacts], day_one: date | None, weeks: int, time_zone: Zone
) -> list[LiveSessionFacts]:
    """Return the sessions on the days of somebody's programme; none before it has a day 1."""
    if day_one is None:
        return []
    return [
        each
        for each in sessions
        if 1 <= week_of(today_for(each.starts_at, time_zone), day_one) <= weeks
    ]


def coming(sessions: Iterable[LiveSessionFacts], now: datetime) -> list[LiveSessionFacts]:
    """Return what is still to come or under way, the next one first; cancelled ones stay in."""
    return sorted((s for s in sessions if s.ends_at > now), key=lambda each: each.starts_at)


def by_week(
    sessions: Iterable[LiveSessionFacts],
    confirmed: Mapping[uuid.UUID, bool],
    day_one: date,
    time_zone: Zone,
    now: datetime,
) -> dict[int, tuple[int, int]]:
    """Return week -> (attended, offered), of the sessions about which the team has said something.

    `confirmed`: session -> whether it counts as attended. What nobody has confirmed is unknown, and
    neither offered nor missed.
    """
    counts: dict[int, tuple[int, int]] = {}
    for each in sessions:
        if each.cancelled or each.ends_at > now or each.id not in confirmed:
            continue
        week = week_of(today_for(each.starts_at, time_zone), day_one)
        done, offered = counts.get(week, (0, 0))
        counts[week] = (done + confirmed[each.id], offered + 1)
    return counts

"""What a kind of reminder is, and the facts its producer may know (pure: no database, no clock)."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from modules.course.progression import ModuleState
from modules.diary.slots import Slot, last_day
from modules.study import zones
from modules.study.live_sessions import LiveSessionFacts
from modules.study.protocol import COMPONENTS, Protocol
from modules.study.schedule import VisitState
from modules.study.zones import Zone
from modules.text import LANGUAGES, Text

PLACES = {"1": "{name}", "2": "{date}", "3": "{link}"}
"""The values of every text, as WhatsApp numbers them."""

LONGEST_KEY = 32
KEY = re.compile(r"[a-z][a-z_]*")


@dataclass(frozen=True)
class Reply:
    """A reply of the team that has not been read: an opaque key, and the local day of writing."""

    key: str
    written_on: date


@dataclass(frozen=True)
class Preferences:
    """What a participant chose of the reminders that leave a choice; otherwise the protocol counts.

    `hour`: 0 to 23 on their clock. `weekdays`: 1 to 7, Monday first; empty: every day of the
    protocol. `without`: kinds they do not want.
    """

    hour: int | None = None
    weekdays: frozenset[int] = frozenset()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReminderFacts:
    """What the rules may know of a participant: no name, no address, no arm. Days are local.

    `visits`: those with a questionnaire that can be answered now. `sessions`: the live sessions
    the participant is invited to, cancelled and past ones too. `modules_before`: yesterday's state.
    """

    participant_id: uuid.UUID
    protocol: Protocol
    components: frozenset[str]
    time_zone: Zone
    now: datetime
    agreed_on: date
    assessments_only: bool = False
    preferences: Preferences = Preferences()
    day_one: date | None = None
    login_days: frozenset[date] = frozenset()
    diary: tuple[Slot, ...] = ()
    visits: tuple[VisitState, ...] = ()
    modules: tuple[ModuleState, ...] = ()
    modules_before: tuple[ModuleState, ...] = ()
    replies: tuple[Reply, ...] = ()
    sessions: tuple[LiveSessionFacts, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The person's clock."""
        return zones.at(self.time_zone, self.now)

    @property
    def today(self) -> date:
        """The person's calendar day."""
        return self.now.astimezone(self.zone).date()

    @property
    def in_programme(self) -> bool:
        """Whether today is one of the programme's days."""
        if self.day_one is None:
            return False
        return self.day_one <= self.today <= last_day(self.day_one, self.protocol.duration_weeks)


@dataclass(frozen=True)
class Task:
    """Something a person has not done yet.

    `occurrence`: what makes it this one and no other (at most 70 characters): the local date of a
    diary day, the key of a visit. `due_on`: the local day to remind of it. `closes_at`: after this
    instant it cannot be done. `named`: the day or moment that the words name; None is `due_on`.
    """

    occurrence: str
    due_on: date
    closes_at: datetime | None = None
    named: date | datetime | None = None


@dataclass(frozen=True)
class ReminderKind:
    """One occasion on which somebody is written to; every file of `kinds/` holds one, its `KIND`.

    `component`: what an arm must consist of to get it. `open_tasks`: what one person has not done
    yet. `priority`: lower goes first when the caps leave room for few. `held_back`: whether the
    caps of a day and a week may hold it back. `choice`: what a participant reads who may leave it
    out and choose its hour, None where that is not left to them; `own_days`: whether its days of
    the week too. Those of assessments come to both arms alike. `hour` (local) and `lifetime` (how
    long after its hour it is still worth sending) are those of a protocol that names none.
    `announced`: it is sent when something happens, so that no protocol can plan it. `text`: what it
    says, with {name}, {date} and {link} once each, in this order, none of them first or last.
    """

    key: str
    component: str
    priority: int
    label: Text
    text: Text
    open_tasks: Callable[[ReminderFacts], Iterable[Task]]
    held_back: bool = True
    choice: Text | None = None
    own_days: bool = False
    announced: bool = False
    hour: time = time(18)
    lifetime: timedelta = timedelta(hours=3)

    def __post_init__(self) -> None:
        """Refuse what could never be stored, planned or approved. Raises ValueError."""
        if not KEY.fullmatch(self.key) or len(self.key) > LONGEST_KEY:
            raise ValueError(f"{self.key!r}: a key is at most {LONGEST_KEY} letters a-z and _")
        if self.component == "assessments" and self.choice:
            raise ValueError(f"{self.key}: what both arms are asked comes at the same hour")
        if self.component not in COMPONENTS:
            raise ValueError(f"{self.key}: no arm has a component {self.component!r}")
        for text in map(self.text.get, LANGUAGES):
            if re.findall(r"\{.*?\}", text) != list(PLACES.values()) or text.endswith("}"):
                raise ValueError(f"{self.key}: a text has {' '.join(PLACES.values())} inside it")

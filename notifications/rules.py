"""Which reminders are due for whom (pure: people and `now` come in, reminders go out).

The plan is data of the protocol. Two things are fixed here, because a study depends on them: a
programme kind belongs to the programme component, so a participant of an arm without a programme
can never be sent one; and an assessment reminder is never held back by anything of the programme,
so that both arms get the same ones at the same hour.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from modules.text import LabelledEnum
from notifications.hours import QuietHours, instant, local


class Kind(LabelledEnum):
    """The occasions on which somebody is written to, most important first."""

    WELCOME = "welcome", "Bienvenida", "Welcome"
    SESSION_CHANGED = "session_changed", "Cambio de sesión", "Session changed"
    SESSION_DUE = "session_due", "Sesión", "Session"
    ASSESSMENT_DUE = "assessment_due", "Evaluación", "Assessment"
    DIARY_DUE = "diary_due", "Diario", "Diary"
    REPLY_WAITING = "reply_waiting", "Respuesta", "Reply"
    MODULE_OPEN = "module_open", "Módulo nuevo", "New module"
    INACTIVITY = "inactivity", "Sin acceso", "Not seen"


class Component(StrEnum):
    """What of a study a reminder belongs to, by the name that an arm's components have."""

    PROGRAMME = "programme_reminders"
    ASSESSMENT = "assessments"


COMPONENT_OF: Mapping[Kind, Component] = {
    Kind.WELCOME: Component.ASSESSMENT,
    Kind.ASSESSMENT_DUE: Component.ASSESSMENT,
    Kind.SESSION_CHANGED: Component.PROGRAMME,
    Kind.SESSION_DUE: Component.PROGRAMME,
    Kind.DIARY_DUE: Component.PROGRAMME,
    Kind.REPLY_WAITING: Component.PROGRAMME,
    Kind.MODULE_OPEN: Component.PROGRAMME,
    Kind.INACTIVITY: Component.PROGRAMME,
}
PRIORITY = tuple(Kind)
NEVER_HELD_BACK = frozenset(
    {Kind.WELCOME, Kind.SESSION_CHANGED, Kind.SESSION_DUE, Kind.ASSESSMENT_DUE}
)
EVERY_DAY = frozenset(range(1, 8))
OFFSET = re.compile(r"@[+-]\d+d$")


@dataclass(frozen=True)
class PlanItem:
    """One occasion of a plan.

    `hour`: local time of day when the person has chosen none. `weekdays`: 1 = Monday to 7.
    `offsets`: days from the due day on which to write (-1 = the day before).
    `lifetime`: how long after its hour the reminder is still worth sending.
    """

    kind: Kind
    component: Component
    hour: time = time(18, 0)
    weekdays: frozenset[int] = EVERY_DAY
    offsets: tuple[int, ...] = (0,)
    lifetime: timedelta = timedelta(hours=3)

    def __post_init__(self) -> None:
        """Refuse a programme occasion dressed as an assessment, and values that send nothing."""
        if COMPONENT_OF[self.kind] is not self.component:
            raise ValueError(f"{self.kind} belongs to the component {COMPONENT_OF[self.kind]}")
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError(f"{self.kind}: weekdays are 1 (Monday) to 7 and at least one")
        if not self.offsets or self.lifetime <= timedelta(0):
            raise ValueError(f"{self.kind}: at least one offset and a lifetime above zero")


@dataclass(frozen=True)
class ReminderPlan:
    """What a protocol reminds of, and how often at most.

    `daily_cap`, `weekly_cap`: programme messages for one person in a local day and in any seven
    local days in a row. Sessions and assessments are never held back, but count.
    """

    items: tuple[PlanItem, ...]
    daily_cap: int = 1
    weekly_cap: int = 4
    quiet: QuietHours = field(default_factory=QuietHours)

    def __post_init__(self) -> None:
        """Refuse two items of one kind and caps below zero."""
        kinds = [item.kind for item in self.items]
        if len(set(kinds)) != len(kinds):
            raise ValueError("each kind of reminder may stand in the plan once")
        if self.daily_cap < 0 or self.weekly_cap < 0:
            raise ValueError("a cap is 0 or more")


@dataclass(frozen=True)
class OpenTask:
    """Something a person has not done yet.

    `occurrence`: what makes it this one and no other: the local date of a diary day, the key of a
    visit, the key and start of a session. `closes_at`: after this instant it cannot be done.
    `starts_at`: for what happens at an hour (a session).
    """

    kind: Kind
    occurrence: str
    due_on: date
    closes_at: datetime | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Reminded:
    """A reminder already in the outbox, by the local day it was meant for.

    `settled`: no longer merely planned. `counts`: takes a place within the caps; one that was
    cancelled or never went out does not.
    """

    kind: Kind
    occurrence: str
    on: date
    settled: bool = True
    counts: bool = True


@dataclass(frozen=True)
class Person:
    """What the rules may know of a participant; no name, no number, no arm."""

    participant_id: uuid.UUID
    time_zone: str
    locale: str
    channels: frozenset[str]
    components: frozenset[str]
    preferred_hour: time | None = None
    open_tasks: tuple[OpenTask, ...] = ()
    history: tuple[Reminded, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an unknown time zone where it enters, not in the middle of a run."""
        ZoneInfo(self.time_zone)

    @property
    def zone(self) -> ZoneInfo:
        """The person's clock."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Reminder:
    """One message that should reach one person; unique on participant, kind and occurrence."""

    participant_id: uuid.UUID
    kind: Kind
    occurrence: str
    not_before: datetime
    expires_at: datetime
    on: date
    variables: Mapping[str, str] = field(default_factory=dict)


def due(people: Iterable[Person], now: datetime, plan: ReminderPlan) -> list[Reminder]:
    """The reminders of everybody's local today that are not settled and not over yet.

    `now`: aware. A reminder for later today is returned at once, with its `not_before`; one that
    waits in the outbox is returned again, so that a changed hour or zone reaches it.
    """
    return [reminder for person in people for reminder in _due_for(person, now, plan)]


def _due_for(person: Person, now: datetime, plan: ReminderPlan) -> list[Reminder]:
    if not person.channels:
        return []
    known = {(past.kind, past.occurrence) for past in person.history if past.settled}
    wanted = [
        reminder
        for reminder in _candidates(person, now, plan)
        if (reminder.kind, reminder.occurrence) not in known
    ]
    wanted.sort(key=lambda reminder: (PRIORITY.index(reminder.kind), reminder.occurrence))
    return _within_caps(wanted, person, plan)


def _candidates(person: Person, now: datetime, plan: ReminderPlan) -> Iterator[Reminder]:
    today = local(now, person.zone).date()
    items = {item.kind: item for item in plan.items if item.component in person.components}
    for task in person.open_tasks:
        item = items.get(task.kind)
        if item is None or today.isoweekday() not in item.weekdays:
            continue
        for offset in item.offsets:
            if task.due_on + timedelta(days=offset) == today:
                reminder = _reminder(person, task, item, offset, today, plan.quiet)
                if reminder.not_before < reminder.expires_at and now < reminder.expires_at:
                    yield reminder


def _reminder(
    person: Person, task: OpenTask, item: PlanItem, offset: int, today: date, quiet: QuietHours
) -> Reminder:
    wanted = instant(today, person.preferred_hour or item.hour, person.zone)
    not_before = quiet.next_allowed(wanted, person.zone)
    ends = [wanted + item.lifetime, quiet.next_start(not_before, person.zone), task.closes_at]
    return Reminder(
        participant_id=person.participant_id,
        kind=task.kind,
        occurrence=occurrence_of(task.occurrence, offset),
        not_before=not_before,
        expires_at=min(end for end in ends if end is not None).astimezone(UTC),
        on=today,
        variables=_variables(task, person.zone),
    )


def occurrence_of(occurrence: str, offset: int) -> str:
    """The key of one reminder of a task: the task's own, with the day when it is another one."""
    return occurrence if offset == 0 else f"{occurrence}@{offset:+d}d"


def task_of(occurrence: str) -> str:
    """The key of the task that a reminder belongs to: the same for its repeats."""
    return OFFSET.sub("", occurrence)


def _variables(task: OpenTask, zone: ZoneInfo) -> dict[str, str]:
    """The absolute day (and hour) the words speak of: true however late the message is read."""
    if task.starts_at is not None:
        here = local(task.starts_at, zone)
        return {"date": here.date().isoformat(), "time": here.strftime("%H:%M")}
    if task.kind is Kind.ASSESSMENT_DUE and task.closes_at is not None:
        last = local(task.closes_at - timedelta(seconds=1), zone)
        return {"date": last.date().isoformat()}
    return {"date": task.due_on.isoformat()}


def _within_caps(wanted: list[Reminder], person: Person, plan: ReminderPlan) -> list[Reminder]:
    taken = {(past.kind, past.occurrence): past.on for past in person.history if past.counts}
    kept: list[Reminder] = []
    for reminder in wanted:
        itself = taken.pop((reminder.kind, reminder.occurrence), None)
        if reminder.kind in NEVER_HELD_BACK or _has_room(reminder.on, taken, plan):
            kept.append(reminder)
            taken[reminder.kind, reminder.occurrence] = reminder.on
        elif itself is not None:
            taken[reminder.kind, reminder.occurrence] = itself
    return kept


def _has_room(day: date, taken: Mapping[tuple[Kind, str], date], plan: ReminderPlan) -> bool:
    """Whether one more message fits into the day and into the seven days that end with it.

    The day counts every message, the week those of the programme.
    """
    of_the_day = [kind for (kind, _), on in taken.items() if on == day]
    of_the_week = [
        kind
        for (kind, _), on in taken.items()
        if day - timedelta(days=7) < on <= day and COMPONENT_OF[kind] is Component.PROGRAMME
    ]
    return len(of_the_day) < plan.daily_cap and len(of_the_week) < plan.weekly_cap

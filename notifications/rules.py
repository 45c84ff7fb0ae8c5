"""Which reminders are due for whom (pure: facts come in, reminders go out).

When and of what to remind is data of the protocol; what a kind of reminder is stands in its file
in `kinds/`. Two things are fixed because a study depends on them: a programme kind belongs to the
programme component, so a participant of an arm without a programme can never be sent one; and an
assessment reminder is never held back by anything of the programme, so that both arms get the same
ones at the same hour.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from modules.reading.document import Misfit
from modules.study import zones
from modules.study.protocol import Protocol, ReminderLimits, ReminderPlan
from modules.study.zones import Zone
from notifications.hours import QuietHours, instant, local
from notifications.kind import ReminderFacts, ReminderKind, Task
from notifications.kinds import KINDS

PROGRAMME = "programme_reminders"
"""The component whose messages the week counts."""

OFFSET = re.compile(r"@[+-]\d+d$")


@dataclass(frozen=True)
class Reminded:
    """A reminder already in the outbox, by the local day it was meant for.

    `settled`: no longer merely planned. `counts`: takes a place within the caps; one that was
    cancelled or never went out does not. `window`: from when and until when it may go out.
    """

    kind: str
    occurrence: str
    on: date
    settled: bool = True
    counts: bool = True
    window: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Reminder:
    """One message that should reach one person; unique on participant, kind and occurrence."""

    participant_id: uuid.UUID
    kind: str
    occurrence: str
    not_before: datetime
    expires_at: datetime
    on: date
    variables: Mapping[str, str] = field(default_factory=dict)


def misfits(protocol: Protocol) -> Iterator[Misfit]:
    """Yield the reminders a protocol plans that could never be sent, with the reason."""
    planned = [entry.kind for entry in protocol.reminders]
    for place, entry in enumerate(protocol.reminders):
        if reason := _misfit(entry, planned):
            yield ("reminders", place, "kind"), reason


def _misfit(entry: ReminderPlan, planned: list[str]) -> str | None:
    kind = KINDS.get(entry.kind)
    if kind is None or kind.announced:
        could_be = sorted(key for key, each in KINDS.items() if not each.announced)
        return f"no such reminder can be planned; must be one of: {', '.join(could_be)}"
    if entry.component not in (None, kind.component):
        return f"belongs to the component {kind.component}"
    return "stands twice" if planned.count(entry.kind) > 1 else None


def due(facts: ReminderFacts, history: Iterable[Reminded] = ()) -> list[Reminder]:
    """The reminders of a participant's local today that are not settled and not over yet.

    A reminder for later today is returned at once, with its `not_before`; one that waits in the
    outbox is returned again, so that a changed hour or zone reaches it.
    """
    tasks = {
        entry.kind: tuple(KINDS[entry.kind].open_tasks(facts)) for entry in facts.protocol.reminders
    }
    return reminders_of(tasks, facts, history)


def reminders_of(
    tasks: Mapping[str, Iterable[Task]], facts: ReminderFacts, history: Iterable[Reminded] = ()
) -> list[Reminder]:
    """The reminders of tasks given by kind: those for this arm and day, within the caps."""
    past = tuple(history)
    settled = {(each.kind, each.occurrence) for each in past if each.settled}
    wanted = [
        reminder
        for entry in facts.protocol.reminders
        if _is_wanted(KINDS[entry.kind], facts)
        for reminder in _of_today(entry, tasks.get(entry.kind, ()), facts)
        if (reminder.kind, reminder.occurrence) not in settled
    ]
    wanted.sort(key=lambda each: (KINDS[each.kind].priority, each.kind, each.occurrence))
    return _within_caps(wanted, past, facts.protocol.reminder_limits)


def news(reminders: Iterable[Reminder], history: Iterable[Reminded]) -> list[Reminder]:
    """Those that do not stand in the outbox as they are: nothing has to be written of the rest."""
    standing = {(each.kind, each.occurrence, each.window) for each in history}
    return [
        each
        for each in reminders
        if (each.kind, each.occurrence, (each.not_before, each.expires_at)) not in standing
    ]


def may_be_sent(facts: ReminderFacts, kind_key: str) -> bool:
    """Whether a kind still exists, concerns the person's arm and is planned (or announced)."""
    kind = KINDS.get(kind_key)
    planned = {entry.kind for entry in facts.protocol.reminders}
    return kind is not None and _is_wanted(kind, facts) and (kind.announced or kind.key in planned)


def _is_wanted(kind: ReminderKind, facts: ReminderFacts) -> bool:
    """Whether the person's arm has it and they did not leave it out, where that is left to them."""
    left_out = kind.choice and kind.key in facts.preferences.without
    return kind.component in facts.components and not left_out


def is_open(facts: ReminderFacts, kind_key: str, occurrence: str) -> bool:
    """Whether the task of a reminder is still to be done."""
    tasks = KINDS[kind_key].open_tasks(facts)
    return task_of(occurrence) in {task.occurrence for task in tasks}


def _of_today(
    entry: ReminderPlan, tasks: Iterable[Task], facts: ReminderFacts
) -> Iterator[Reminder]:
    chosen = facts.preferences.weekdays if KINDS[entry.kind].own_days else frozenset()
    if facts.today.isoweekday() not in (chosen or entry.weekdays):
        return
    for task in tasks:
        if task.due_on - timedelta(days=entry.days_before) == facts.today:
            reminder = _reminder(KINDS[entry.kind], entry, task, facts)
            if reminder.not_before < reminder.expires_at and facts.now < reminder.expires_at:
                yield reminder


def _reminder(
    kind: ReminderKind, entry: ReminderPlan, task: Task, facts: ReminderFacts
) -> Reminder:
    quiet = QuietHours.of(facts.protocol.reminder_limits)
    hour = kind.hour if entry.hour is None else time(entry.hour)
    own = facts.preferences.hour if kind.choice else None
    if own is not None and not quiet.cover(time(own)):
        hour = time(own)
    hours = entry.expires_after_hours
    wanted = instant(facts.today, hour, facts.zone)
    not_before = quiet.next_allowed(wanted, facts.zone)
    late = wanted + (kind.lifetime if hours is None else timedelta(hours=hours))
    ends = [late, quiet.next_start(not_before, facts.zone), task.closes_at]
    return Reminder(
        participant_id=facts.participant_id,
        kind=kind.key,
        occurrence=occurrence_of(task.occurrence, -entry.days_before),
        not_before=not_before,
        expires_at=min(end for end in ends if end is not None).astimezone(UTC),
        on=facts.today,
        variables=variables_of(task.due_on if task.named is None else task.named, facts.time_zone),
    )


def occurrence_of(occurrence: str, offset: int) -> str:
    """The key of one reminder of a task: the task's own, with the day when it is another one."""
    return occurrence if offset == 0 else f"{occurrence}@{offset:+d}d"


def task_of(occurrence: str) -> str:
    """The key of the task that a reminder belongs to: the same for its repeats."""
    return OFFSET.sub("", occurrence)


def variables_of(named: date | datetime, zone: Zone) -> dict[str, str]:
    """The absolute day (and hour) the words speak of: true however late the message is read."""
    if not isinstance(named, datetime):
        return {"date": named.isoformat()}
    here = local(named, zones.at(zone, named))
    return {"date": here.date().isoformat(), "time": here.strftime("%H:%M")}


def _within_caps(
    wanted: list[Reminder], past: Iterable[Reminded], limits: ReminderLimits
) -> list[Reminder]:
    taken = {(each.kind, each.occurrence): each.on for each in past if each.counts}
    kept: list[Reminder] = []
    for reminder in wanted:
        itself = taken.pop((reminder.kind, reminder.occurrence), None)
        if not KINDS[reminder.kind].held_back or _has_room(reminder.on, taken, limits):
            kept.append(reminder)
            taken[reminder.kind, reminder.occurrence] = reminder.on
        elif itself is not None:
            taken[reminder.kind, reminder.occurrence] = itself
    return kept


def _has_room(day: date, taken: Mapping[tuple[str, str], date], limits: ReminderLimits) -> bool:
    """Whether one more message fits into the day and into the seven days that end with it.

    The day counts every message, the week those of the programme.
    """
    of_the_day = [kind for (kind, _), on in taken.items() if on == day]
    of_the_week = [
        kind
        for (kind, _), on in taken.items()
        if day - timedelta(days=7) < on <= day
        and (kind not in KINDS or KINDS[kind].component == PROGRAMME)
    ]
    return len(of_the_day) < limits.most_a_day and len(of_the_week) < limits.most_a_week

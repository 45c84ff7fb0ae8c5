"""Which entries of the diary can be written on a day, and which one is due. Pure.

`daily`    one entry a day.
`session`  one entry a training session, several a day are possible; the sessions of a week are
           spread evenly over its seven days.
`weekend`  one entry a week, kept under the Saturday; a Sunday belongs to the day before.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from modules.study.protocol import DiaryPlan

MOST_SESSIONS_A_DAY = 3
SATURDAY = 5
KEPT_FOR = timedelta(days=7)
"""How long a device may keep an entry that could not be sent."""
CLOCKS_DIFFER_BY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """The place of one entry: its local day, and which entry of that day it is (1, 2, …)."""

    day: date
    occurrence: int = 1


def days_open(plan: DiaryPlan, day_one: date | None, weeks: int, today: date) -> list[date]:
    """Return the days that may be written today, newest first; none outside the programme."""
    if day_one is None:
        return []
    longest = plan.back_entry_days + (1 if plan.mode == "weekend" else 0)
    days = [today - timedelta(days=back) for back in range(longest + 1)]
    if plan.mode == "weekend":
        days = [day for day in days if day.weekday() == SATURDAY]
    return [day for day in days if day_one <= day <= last_day(day_one, weeks)]


def slots_open(
    plan: DiaryPlan,
    day_one: date | None,
    weeks: int,
    today: date,
    written: Collection[Slot],
) -> list[Slot]:
    """Return the places that may be written today: newest day first, a day's next place last."""
    return [
        slot
        for day in days_open(plan, day_one, weeks, today)
        for slot in _of_the_day(plan, day, written)
    ]


def _of_the_day(plan: DiaryPlan, day: date, written: Collection[Slot]) -> list[Slot]:
    if plan.mode != "session":
        return [Slot(day)]
    there = max((slot.occurrence for slot in written if slot.day == day), default=0)
    return [Slot(day, number) for number in range(1, min(there + 1, MOST_SESSIONS_A_DAY) + 1)]


def due(
    plan: DiaryPlan,
    day_one: date | None,
    weeks: int,
    today: date,
    written: Collection[Slot],
) -> Slot | None:
    """Return the entry that should be written today; None when there is nothing to write.

    After a session was written nothing more is due on that day; a session missed is due on the
    days that follow, in its own week only.
    """
    if day_one is None or not day_one <= today <= last_day(day_one, weeks) + _overhang(plan):
        return None
    if plan.mode == "weekend":
        if today.weekday() < SATURDAY:
            return None
        slot = Slot(today - timedelta(days=today.weekday() - SATURDAY))
        can_be_written = slot.day in days_open(plan, day_one, weeks, today)
        return slot if can_be_written and slot not in written else None
    if any(slot.day == today for slot in written):
        return None
    if plan.mode == "session" and not _session_waits(plan, day_one, today, written):
        return None
    return Slot(today)


def _overhang(plan: DiaryPlan) -> timedelta:
    # The last day may be a Saturday: its Sunday still belongs to that weekend.
    return timedelta(days=1 if plan.mode == "weekend" else 0)


def _session_waits(plan: DiaryPlan, day_one: date, today: date, written: Collection[Slot]) -> bool:
    begins = today - timedelta(days=(today - day_one).days % 7)
    done = sum(1 for slot in written if begins <= slot.day <= today)
    return done < sum(1 for day in session_days(plan, begins) if day <= today)


def session_days(plan: DiaryPlan, week_begins: date) -> list[date]:
    """Return the days of a week on which its sessions are planned, spread evenly.

    Three a week fall on its days 1, 3 and 5. More than seven a week give some days two.
    """
    wanted = plan.sessions_per_week
    return [week_begins + timedelta(days=number * 7 // wanted) for number in range(wanted)]


def last_day(day_one: date, weeks: int) -> date:
    """Return the last day of the programme."""
    return day_one + timedelta(days=7 * weeks - 1)


def when_written(now: datetime, written_at: datetime, sent_at: datetime | None = None) -> datetime:
    """Return when an entry counts as written that a device kept and sends at `now`.

    `written_at` and `sent_at` are what the device's own clock said: a clock that is wrong is wrong
    at both, so what lies between them is believed. Without `sent_at` the clock is taken as ours.
    A device is believed for `KEPT_FOR`, and never beyond the arrival; anything else counts from it.
    """
    ago = (sent_at or now) - written_at
    return now - max(ago, timedelta(0)) if -CLOCKS_DIFFER_BY <= ago <= KEPT_FOR else now


def moment(text: str | None) -> datetime | None:
    """Return the moment a device wrote down (ISO 8601 with a zone); None when it is none."""
    try:
        said = datetime.fromisoformat((text or "").strip())
        return None if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar have no UTC
        return None

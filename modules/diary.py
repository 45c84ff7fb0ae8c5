"""What a diary entry may hold, which days can be filled, adherence counted from it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from modules.days import week_of
from modules.errors import InvalidEntry, TooLate
from modules.protocol import DiaryPlan, Protocol

MOST_MINUTES = 240
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class DiaryForm:
    """One diary entry as it is sent: pain in mm (0–100), effort CR10 (0–10), time in minutes."""

    day: date
    exercises: tuple[str, ...]
    minutes: int
    effort: int | None = None
    pain_before_mm: int | None = None
    pain_after_mm: int | None = None
    note: str = ""


def check(form: DiaryForm, known_exercises: Collection[str]) -> None:
    """Raise InvalidEntry naming every field that cannot be taken; nothing is clipped or guessed."""
    faults: dict[str, str] = {}
    _range(faults, "minutes", form.minutes, 0, MOST_MINUTES)
    _range(faults, "effort", form.effort, 0, 10)
    _range(faults, "pain_before_mm", form.pain_before_mm, 0, 100)
    _range(faults, "pain_after_mm", form.pain_after_mm, 0, 100)
    if set(form.exercises) - set(known_exercises):
        faults["exercises"] = "unknown"
    if form.exercises and form.minutes == 0:
        faults["minutes"] = "needs_minutes"
    if len(form.note) > LONGEST_NOTE:
        faults["note"] = "too_long"
    if faults:
        raise InvalidEntry(faults)


def _range(faults: dict[str, str], field: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        faults[field] = "out_of_range"


def days_open(plan: DiaryPlan, day_one: date | None, weeks: int, today: date) -> list[date]:
    """Return the days that may be filled today, newest first: today and the days allowed back."""
    if day_one is None:
        return []
    last = day_one + timedelta(days=7 * weeks - 1)
    days = [today - timedelta(days=back) for back in range(plan.back_entry_days + 1)]
    return [day for day in days if day_one <= day <= last]


def require_open(plan: DiaryPlan, day: date, day_one: date | None, weeks: int, today: date) -> None:
    """Raise TooLate when `day` may not be filled any more, or not yet."""
    if day not in days_open(plan, day_one, weeks, today):
        raise TooLate


@dataclass(frozen=True, slots=True)
class Adherence:
    """The protocol's components, kept apart (row 4-16), in percent of what was expected so far.

    None where nothing was expected yet.
    """

    login_days: int
    login_percent: float | None
    diary_days: int
    diary_percent: float | None


def adherence(
    protocol: Protocol,
    login_days: Collection[date],
    diary_days: Collection[date],
    day_one: date | None,
    today: date,
) -> Adherence:
    """Count log-in days and diary days against the target, in proportion to the weeks begun."""
    if day_one is None or today < day_one:
        return Adherence(0, None, 0, None)
    weeks = min(week_of(today, day_one), protocol.duration_weeks)
    share = weeks / protocol.duration_weeks
    end = day_one + timedelta(days=7 * protocol.duration_weeks)
    logins = sum(1 for day in set(login_days) if day_one <= day < end)
    entries = sum(1 for day in set(diary_days) if day_one <= day < end)
    return Adherence(
        logins,
        _percent(logins, protocol.adherence.login_days_target * share),
        entries,
        _percent(entries, protocol.adherence.diary_sessions_target * share),
    )


def _percent(done: int, expected: float) -> float | None:
    return None if expected <= 0 else min(100.0, 100.0 * done / expected)


def by_week(days: Mapping[date, int] | Collection[date], day_one: date) -> dict[int, int]:
    """Return how many entries fall into each programme week."""
    counts: dict[int, int] = {}
    for day in days:
        week = week_of(day, day_one)
        counts[week] = counts.get(week, 0) + 1
    return counts

"""The diary calendar of one participant: one row per week of the programme. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modules.records.queries import DiaryFacts
from modules.text import LabelledEnum


class DayState(LabelledEnum):
    """What is known of one day."""

    WRITTEN = "written", "diario escrito", "diary written"
    SEEN = "seen", "entró, sin escribir", "logged in, nothing written"
    EMPTY = "empty", "nada", "nothing"
    AHEAD = "ahead", "por venir", "still to come"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day; minutes of exercise and pain after it (mm) where a diary says them."""

    day: date
    state: DayState
    is_today: bool
    minutes: int | None = None
    pain_mm: int | None = None


def weeks(
    day_one: date,
    number: int,
    diary: Sequence[DiaryFacts],
    login_days: Collection[date],
    today: date,
) -> tuple[tuple[CalendarDay, ...], ...]:
    """Return `number` weeks of seven days from day 1 on."""
    written: dict[date, list[DiaryFacts]] = {}
    for entry in diary:
        written.setdefault(entry.day, []).append(entry)
    return tuple(
        tuple(
            _day(day_one + timedelta(days=7 * week + offset), written, login_days, today)
            for offset in range(7)
        )
        for week in range(number)
    )


def _day(
    day: date,
    written: Mapping[date, Sequence[DiaryFacts]],
    login_days: Collection[date],
    today: date,
) -> CalendarDay:
    entries = written.get(day, ())
    if entries:
        pains = [e.pain_after_mm for e in entries if e.pain_after_mm is not None]
        minutes = sum(entry.minutes for entry in entries)
        pain = pains[-1] if pains else None
        return CalendarDay(day, DayState.WRITTEN, day == today, minutes, pain)
    if day in login_days:
        return CalendarDay(day, DayState.SEEN, day == today)
    return CalendarDay(day, DayState.AHEAD if day >= today else DayState.EMPTY, day == today)

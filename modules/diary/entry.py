"""What a diary entry may hold, and which days can be filled. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from modules.diary import amounts
from modules.diary.amounts import Amount
from modules.diary.slots import Slot, last_day, slots_open
from modules.errors import InvalidEntry, TooLate
from modules.safety.symptoms import Symptom
from modules.study.days import week_of
from modules.study.protocol import DiaryPlan

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
    symptoms: tuple[str, ...] | None = None
    """What is new, as `Symptom`; empty = asked and nothing, None = not answered."""
    occurrence: int = 1
    """Which entry of its day it is; above 1 only where a protocol wants one entry a session."""
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    """How much of each exercise ticked; of one without an amount no more is known."""
    listed: tuple[str, ...] | None = None
    """The exercises on the list of that day; None where nobody knows."""

    @property
    def slot(self) -> Slot:
        """The place of the entry."""
        return Slot(self.day, self.occurrence)


def most_minutes(plan: DiaryPlan) -> int:
    """Return the most minutes one entry may hold: of a day, or of a week in a weekend diary."""
    return MOST_MINUTES * (7 if plan.mode == "weekend" else 1)


def check(
    form: DiaryForm, known_exercises: Collection[str], longest_minutes: int = MOST_MINUTES
) -> None:
    """Raise InvalidEntry naming every field that cannot be taken; nothing is clipped or guessed."""
    faults: dict[str, str] = {}
    _range(faults, "minutes", form.minutes, 0, longest_minutes)
    _range(faults, "effort", form.effort, 0, 10)
    _range(faults, "pain_before_mm", form.pain_before_mm, 0, 100)
    _range(faults, "pain_after_mm", form.pain_after_mm, 0, 100)
    if {*form.exercises, *(form.listed or ())} - set(known_exercises):
        faults["exercises"] = "unknown"
    if form.exercises and form.minutes == 0:
        faults["minutes"] = "needs_minutes"
    if set(form.symptoms or ()) - set(Symptom):
        faults["symptoms"] = "unknown"
    if len(form.note) > LONGEST_NOTE:
        faults["note"] = "too_long"
    if faults:
        raise InvalidEntry(faults)
    amounts.check(form.amounts, form.exercises)


def _range(faults: dict[str, str], name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        faults[name] = "out_of_range"


def require_open(
    plan: DiaryPlan,
    slot: Slot,
    day_one: date | None,
    weeks: int,
    today: date,
    written: Collection[Slot],
) -> None:
    """Raise TooLate when an entry may not be written any more, or not yet."""
    if slot not in slots_open(plan, day_one, weeks, today, written):
        raise TooLate


def require_past(slot: Slot, day_one: date | None, weeks: int, today: date) -> None:
    """Raise TooLate unless the day lies in the programme and is not ahead: what paper may say."""
    if day_one is None or not day_one <= slot.day <= min(today, last_day(day_one, weeks)):
        raise TooLate


def by_week(days: Mapping[date, int] | Collection[date], day_one: date) -> dict[int, int]:
    """Return how many entries fall into each programme week."""
    counts: dict[int, int] = {}
    for day in days:
        week = week_of(day, day_one)
        counts[week] = counts.get(week, 0) + 1
    return counts

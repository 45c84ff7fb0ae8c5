"""One true sentence after a diary entry, chosen by what happened. Pure.

It says what was done and never what was not: no count of days in a row, and a day of rest breaks
nothing. It belongs to the programme; an arm without one is told only that the entry is saved.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from modules.diary.amounts import Amount, is_short
from modules.study.days import week_of
from modules.study.protocol import DiaryPlan
from modules.text import LabelledEnum

GAP_DAYS = {"daily": 5, "session": 5, "weekend": 10}
"""From so many days after the entry before it on, by how the diary is kept, somebody is back."""
HIGHER_MM = 10
"""By so much more (mm) pain before the exercises is called higher than the last time."""


class Encouragement(LabelledEnum):
    """What happened, and the sentence about it."""

    FIRST = (
        "first",
        "Es tu primer registro: así empieza.",
        "This is your first entry: that is how it begins.",
    )
    BACK = (
        "back",
        "Qué bueno que volviste. Sigues desde donde estás; no hay nada que recuperar.",
        "Good that you are back. You go on from where you are; there is nothing to make up for.",
    )
    PAIN_HIGHER = (
        "pain_higher",
        "Hoy empezaste con más dolor que la última vez y aun así hiciste algo. En un día así, "
        "hacer menos también está bien.",
        "Today you began with more pain than last time, and you still did something. On such a day "
        "doing less is fine too.",
    )
    WEEK_COMPLETE = (
        "week_complete",
        "Con este registro completas las sesiones de tu semana. Descansar los otros días es parte "
        "del plan.",
        "With this entry the sessions of your week are complete. Resting on the other days is part "
        "of the plan.",
    )
    DOSE_RAISED = (
        "dose_raised",
        "Tu dosis subió en al menos un ejercicio, y la hiciste completa.",
        "Your dose went up in at least one exercise, and you did all of it.",
    )


class Entry(Protocol):
    """What is asked of a diary entry; pain in mm."""

    @property
    def day(self) -> date:
        """Local day of it."""

    @property
    def occurrence(self) -> int:
        """Which entry of its day it is, from 1."""

    @property
    def exercises(self) -> tuple[str, ...]:
        """Ids of what was done."""

    @property
    def pain_before_mm(self) -> int | None:
        """Pain before the exercises; None where it was not said."""

    @property
    def amounts(self) -> Mapping[str, Amount]:
        """How much of each exercise was asked for and done."""


@dataclass(frozen=True, slots=True)
class _Story:
    """A new entry among the others; `past` oldest first, `newest` where none is of a later day."""

    entry: Entry
    past: tuple[Entry, ...]
    newest: bool
    plan: DiaryPlan
    day_one: date


def after(
    entry: Entry, others: Collection[Entry], plan: DiaryPlan, day_one: date
) -> Encouragement | None:
    """Return what to say about a new entry; None where nothing of it happened.

    `others`: every other entry that counts. An entry that replaces one is no new one: do not ask.
    """
    ordered = sorted(others, key=_place)
    past = tuple(each for each in ordered if _place(each) < _place(entry))
    story = _Story(entry, past, len(past) == len(ordered), plan, day_one)
    return next((said for said, happened in _RULES.items() if happened(story)), None)


def _place(entry: Entry) -> tuple[date, int]:
    return entry.day, entry.occurrence


def _is_first(story: _Story) -> bool:
    return story.newest and not story.past


def _is_back(story: _Story) -> bool:
    if not (story.newest and story.past):
        return False
    return (story.entry.day - story.past[-1].day).days >= GAP_DAYS[story.plan.mode]


def _came_in_more_pain(story: _Story) -> bool:
    now = story.entry.pain_before_mm
    before = [each.pain_before_mm for each in story.past if each.pain_before_mm is not None]
    if now is None or not before or not story.entry.exercises:
        return False
    return now - before[-1] >= HIGHER_MM


def _completes_the_week(story: _Story) -> bool:
    """Whether this is the last session that the week asks for; a weekend's entry is the week."""
    if story.plan.mode == "weekend" or not story.entry.exercises or not story.newest:
        return False
    week = week_of(story.entry.day, story.day_one)
    trained = [each for each in story.past if each.exercises]
    sessions = [each for each in trained if week_of(each.day, story.day_one) == week]
    return len(sessions) + 1 == story.plan.sessions_per_week


def _did_a_raised_dose(story: _Story) -> bool:
    return any(
        _is_raised(key, amount, story.past) and not is_short(amount)
        for key, amount in story.entry.amounts.items()
    )


def _is_raised(key: str, amount: Amount, past: tuple[Entry, ...]) -> bool:
    """Whether more of any number was asked for than the last time, and of none less."""
    before = next((each.amounts[key].asked for each in reversed(past) if key in each.amounts), None)
    if before is None or set(before) != set(amount.asked):
        return False
    steps = [amount.asked[name] - before[name] for name in before]
    return min(steps, default=0) >= 0 and max(steps, default=0) > 0


_RULES: Mapping[Encouragement, Callable[[_Story], bool]] = {
    Encouragement.FIRST: _is_first,
    Encouragement.BACK: _is_back,
    Encouragement.PAIN_HIGHER: _came_in_more_pain,
    Encouragement.WEEK_COMPLETE: _completes_the_week,
    Encouragement.DOSE_RAISED: _did_a_raised_dose,
}
"""The first one that holds is said."""

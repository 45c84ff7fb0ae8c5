"""What a participant wants to do again, in their own words, with a 0–10 scale of their own. Pure.

The scale is patient-specific: 0 is "I cannot do it", 10 "I do it as I want to". What was answered
stays; a later answer stands beside it.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from modules.errors import InvalidEntry
from modules.reading.document import distinct
from modules.study.days import week_of
from modules.study.measures import WEEK, Data

MOST_GOALS = 3
"""Standing at one time."""
LONGEST_GOAL = 120
"""Characters."""
LOWEST, HIGHEST = 0, 10


class GoalPlan(Data):
    """In which study weeks goals are asked about again, and for how many weeks each time."""

    asked_again_weeks: Annotated[
        tuple[Annotated[int, Field(ge=2, le=52)], ...], Field(min_length=1), distinct()
    ]
    open_weeks: int = Field(default=2, ge=1, le=8)
    """From the first day of the week on, until it is answered or the next one is asked."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer on the scale, and the local day of it."""

    on: date
    value: int


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal; `ratings` oldest first, the first one from when it was set."""

    id: uuid.UUID
    words: str
    set_on: date
    ratings: tuple[Rating, ...]
    set_aside_on: date | None = None
    """Local day on which the participant laid it down; what was answered stays."""

    @property
    def stands(self) -> bool:
        """Whether it is still a goal."""
        return self.set_aside_on is None

    @property
    def over_time(self) -> tuple[Rating, ...]:
        """The last answer of each day, oldest first."""
        return tuple({rating.on: rating for rating in self.ratings}.values())


def standing(goals: Collection[Goal]) -> tuple[Goal, ...]:
    """Return the goals that still are some."""
    return tuple(goal for goal in goals if goal.stands)


def due(
    goals: Collection[Goal], plan: GoalPlan, day_one: date | None, today: date
) -> tuple[Goal, ...]:
    """Return the goals to be asked about today: not answered since the newest asking began."""
    began = _asked_since(plan, day_one, today)
    if began is None:
        return ()
    return tuple(goal for goal in standing(goals) if goal.ratings[-1].on < began)


def _asked_since(plan: GoalPlan, day_one: date | None, today: date) -> date | None:
    if day_one is None:
        return None
    week = week_of(today, day_one)
    begun = [asked for asked in plan.asked_again_weeks if asked <= week]
    if not begun or week >= max(begun) + plan.open_weeks:
        return None
    return day_one + timedelta(days=WEEK * (max(begun) - 1))


def check(words: str, value: int | None, goals: Sequence[Goal]) -> None:
    """Raise InvalidEntry where a goal cannot be set beside those that there are."""
    faults = {}
    if not words:
        faults["words"] = "required"
    elif not words.isprintable():
        faults["words"] = "unprintable"
    elif len(words) > LONGEST_GOAL:
        faults["words"] = "too_long"
    if value is None:
        faults["value"] = "required"
    elif not LOWEST <= value <= HIGHEST:
        faults["value"] = "out_of_range"
    if len(standing(goals)) >= MOST_GOALS:
        faults["words"] = "too_many_goals"
    if faults:
        raise InvalidEntry(faults)

"""After the programme: what a participant goes on with by their own choice. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from modules.errors import InvalidEntry

MOST_EXERCISES = 6
"""A plan that fits into a day outlives one that does not."""
FEWEST_DAYS, MOST_DAYS = 1, 7
USUAL_DAYS = 3
"""Offered first: three days a week, as in the programme."""
SUGGESTED = 3
"""So many of what was done most often are ticked at first."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What a participant chose to go on with: exercises by id, days a week, and the day of it."""

    exercises: tuple[str, ...]
    days_a_week: int
    chosen_on: date


def most_done(entries: Iterable[Collection[str]], known: Sequence[str]) -> list[tuple[str, int]]:
    """Return known exercises by on how many entries of a diary they stand, most often first."""
    order = {exercise: place for place, exercise in enumerate(known)}
    counts = Counter(each for entry in entries for each in set(entry) if each in order)
    return sorted(counts.items(), key=lambda pair: (-pair[1], order[pair[0]]))


def check(exercises: Collection[str], days_a_week: int | None, offered: Collection[str]) -> None:
    """Raise InvalidEntry, by field, for a plan that cannot be."""
    faults = {}
    if not exercises:
        faults["exercises"] = "no_marks"
    elif not set(exercises) <= set(offered):
        faults["exercises"] = "unknown"
    elif len(set(exercises)) > MOST_EXERCISES:
        faults["exercises"] = "too_many_exercises"
    if days_a_week is None or not FEWEST_DAYS <= days_a_week <= MOST_DAYS:
        faults["days_a_week"] = "out_of_range"
    if faults:
        raise InvalidEntry(faults)

"""Whether every list that a course can make keeps its promises, asked of all standings there are.

A standing is a week of the protocol, a direction or none, a level in each module that has levels,
and one contraindication or none: with every module open whose week has come. Pure.

Where a contraindication stops every exercise the list is empty, otherwise it is a session.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from modules.course import plan, prescription
from modules.course.curriculum import Curriculum
from modules.course.exercise import PHASES, Direction
from modules.course.levels import HIGHEST, LOWEST
from modules.course.plan import FEWEST_MINUTES, MOST_MINUTES, Plan, Standing
from modules.course.prescription import Prescription
from modules.safety.texts import Safety
from modules.study.protocol import Protocol


def _fits_the_time(here: Standing, made: Plan, safety: Safety) -> bool:
    if here.contraindications & safety.stopping:
        return not made.ids
    return bool(made.ids) and FEWEST_MINUTES <= made.minutes <= MOST_MINUTES


def _is_safe(here: Standing, made: Plan, _safety: Safety) -> bool:
    return not any(set(each.contra) & here.contraindications for each in made.exercises)


def _goes_the_right_way(here: Standing, made: Plan, _safety: Safety) -> bool:
    return {each.direction for each in made.exercises} <= {Direction.NEUTRAL, here.direction}


def _has_its_order(_here: Standing, made: Plan, _safety: Safety) -> bool:
    places = [PHASES.index(each.phase) for each in made.exercises]
    return places == sorted(places)


PROMISES: Mapping[str, Callable[[Standing, Plan, Safety], bool]] = {
    f"takes {FEWEST_MINUTES} to {MOST_MINUTES} minutes, or none at a stop": _fits_the_time,
    "holds nothing contraindicated": _is_safe,
    "holds nothing against the direction": _goes_the_right_way,
    "goes from warm-up to breathing": _has_its_order,
}
"""What every list must be."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that some lists break: how many, and the first standing and list that do."""

    promise: str
    number: int
    here: Standing
    made: Plan

    def __str__(self) -> str:
        codes = ", ".join(self.here.contraindications) or "none"
        return (
            f"{self.number} lists break “{self.promise}”, the first in week {self.here.week},"
            f" direction {self.here.direction or 'none'}, levels {dict(self.here.levels)},"
            f" contraindication {codes}: {self.made.minutes} minutes, {', '.join(self.made.ids)}"
        )


def every_standing(curriculum: Curriculum, protocol: Protocol) -> Iterator[Standing]:
    """Yield all standings of a protocol that has modules; nothing of one that has none."""
    if not protocol.modules:
        return
    own = [curriculum.module(each.key) for each in protocol.modules]
    directions: list[dict[str, str]] = [
        {},
        *({m.key: group.key} for m in own if m.choose_one for group in m.groups),
    ]
    levelled = [key for key in prescription.levelled(curriculum) if key in {m.key for m in own}]
    levels = list(product(range(LOWEST, HIGHEST + 1), repeat=len(levelled)))
    codes = [frozenset(), *(frozenset({c.code}) for c in curriculum.safety.contraindications)]
    weeks = range(1, protocol.duration_weeks + 1)
    for week, direction, level, code in product(weeks, directions, levels, codes):
        open_ones = frozenset(e.key for e in protocol.modules if e.unlock.week <= week)
        held = Prescription(directions=direction)
        reached = dict(zip(levelled, level, strict=True))
        yield Standing(week, open_ones, held, reached, code)


def breaches(curriculum: Curriculum, protocol: Protocol) -> list[Breach]:
    """Return each promise that is broken by a list of this protocol."""
    found: dict[str, list[tuple[Standing, Plan]]] = {}
    for here in every_standing(curriculum, protocol):
        made = plan.of_day(curriculum, protocol.modules, here)
        for promise, holds in PROMISES.items():
            if not holds(here, made, curriculum.safety):
                found.setdefault(promise, []).append((here, made))
    return [Breach(promise, len(broken), *broken[0]) for promise, broken in found.items()]

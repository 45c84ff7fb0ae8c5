"""What is done second by second in one exercise: the steps that its dose is made of. Pure.

A guided session plays them one after the other and adds nothing. All of them but finding one's
place and changing sides take as long as `Dose.estimated_seconds` says.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from modules.course.dose import SECONDS_FOR_ONE_REPETITION, Dose
from modules.course.exercise import Exercise, Family

PREPARE_S, CHANGE_S = 15, 6
"""Time to find one's place before an exercise, and to change sides."""
IN_S, OUT_S = 4, 6
"""The pace of breathing: six breaths a minute, as the films show it."""
STRETCH_S = 15
"""A short stretch of time is told in pieces of this length, so that a part of it counts."""


class StepKind(StrEnum):
    """What is done in one step."""

    PREPARE = "prepare"
    MOVE = "move"
    """There and, where nothing is held, back."""
    HOLD = "hold"
    RETURN = "return"
    STEADY = "steady"
    """Going on for a time: walking, lying, relaxing."""
    INHALE = "inhale"
    EXHALE = "exhale"
    TENSE = "tense"
    RELEASE = "release"
    REST = "rest"
    CHANGE = "change"
    """To the other side."""


class Side(StrEnum):
    """Which side of the body; the films begin with the right one."""

    RIGHT = "right"
    LEFT = "left"


BESIDE = frozenset({StepKind.PREPARE, StepKind.CHANGE})
"""What the dose does not count."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its length in seconds, and the set and repetition it belongs to (0: to none)."""

    kind: StepKind
    seconds: int
    side: Side | None = None
    set: int = 0
    rep: int = 0


def steps_of(dose: Dose, *, breathing: bool = False) -> tuple[Step, ...]:
    """Return the steps of one sitting of an exercise, the first one finding one's place.

    `breathing`: the minutes are told by breath; otherwise by muscle group where the dose says how
    long to tense, or as one stretch of time.
    """
    sides = tuple(Side) if dose.sides == 2 else (None,)
    return (Step(StepKind.PREPARE, PREPARE_S, sides[0]), *_work(dose, sides, breathing))


def of_exercise(exercise: Exercise) -> tuple[Step, ...]:
    """Return the steps of one sitting of an exercise with the dose it has."""
    return steps_of(exercise.dose, breathing=exercise.family is Family.BREATHING)


def minutes_of(exercises: Iterable[Exercise]) -> int:
    """Return about how many minutes these exercises take in a session, one after the other."""
    return math.ceil(sum(map(seconds_of, exercises)) / 60)


def seconds_of(exercise: Exercise) -> int:
    """Return how long one sitting takes in a session, with the time to find one's place."""
    dose = exercise.dose
    changes = (dose.sides - 1) * (dose.sets + (0 if dose.rest_s else dose.sets - 1))
    return PREPARE_S + dose.estimated_seconds() + changes * CHANGE_S


def _work(dose: Dose, sides: tuple[Side | None, ...], breathing: bool) -> Iterator[Step]:
    if dose.minutes is not None:
        return _timed(dose, dose.minutes * 60, breathing)
    if dose.is_one_stretch_of_time():
        piece = 60 if dose.hold_s % 60 == 0 and dose.hold_s > 300 else STRETCH_S
        return _each_side(sides, [list(_steady(dose.hold_s, piece, side)) for side in sides])
    return chain.from_iterable(_set(dose, sides, number) for number in range(1, dose.sets + 1))


def _timed(dose: Dose, seconds: int, breathing: bool) -> Iterator[Step]:
    if breathing:
        return _breaths(seconds // (IN_S + OUT_S))
    if dose.tense_s and dose.release_s:
        return _groups(dose, dose.tense_s, dose.release_s, seconds)
    return _steady(seconds, 60)


def _breaths(number: int) -> Iterator[Step]:
    for breath in range(1, number + 1):
        yield Step(StepKind.INHALE, IN_S, rep=breath)
        yield Step(StepKind.EXHALE, OUT_S, rep=breath)


def _groups(dose: Dose, tense_s: int, release_s: int, seconds: int) -> Iterator[Step]:
    """Each muscle group as often in a row as the time allows; what is left is for lying still."""
    rounds, left = divmod(seconds, dose.reps * (tense_s + release_s))
    for group in range(1, dose.reps + 1):
        for _round in range(rounds):
            yield Step(StepKind.TENSE, tense_s, rep=group)
            yield Step(StepKind.RELEASE, release_s, rep=group)
    yield from _steady(left, 60)


def _steady(seconds: int, piece: int, side: Side | None = None) -> Iterator[Step]:
    for begins in range(0, seconds, piece):
        yield Step(StepKind.STEADY, min(piece, seconds - begins), side)


def _set(dose: Dose, sides: tuple[Side | None, ...], number: int) -> Iterator[Step]:
    yield from _each_side(sides, [list(_repetitions(dose, side, number)) for side in sides], number)
    if number < dose.sets and dose.rest_s:
        yield Step(StepKind.REST, dose.rest_s, sides[0], number + 1)
    elif number < dose.sets and len(sides) > 1:
        yield Step(StepKind.CHANGE, CHANGE_S, sides[0], number + 1)


def _each_side(
    sides: tuple[Side | None, ...], work: list[list[Step]], number: int = 0
) -> Iterator[Step]:
    for side, steps in zip(sides, work, strict=True):
        if side is not sides[0]:
            yield Step(StepKind.CHANGE, CHANGE_S, side, number)
        yield from steps


def _repetitions(dose: Dose, side: Side | None, number: int) -> Iterator[Step]:
    for rep in range(1, dose.reps + 1):
        yield from _repetition(dose, side, number, rep)
        if rep < dose.reps and dose.rest_s and dose.rests_after_holds():
            yield Step(StepKind.REST, dose.rest_s, side, number, rep + 1)


def _repetition(dose: Dose, side: Side | None, number: int, rep: int) -> Iterator[Step]:
    if not dose.hold_s:
        yield Step(StepKind.MOVE, SECONDS_FOR_ONE_REPETITION, side, number, rep)
        return
    there = SECONDS_FOR_ONE_REPETITION // 2
    yield Step(StepKind.MOVE, there, side, number, rep)
    yield Step(StepKind.HOLD, dose.hold_s, side, number, rep)
    yield Step(StepKind.RETURN, SECONDS_FOR_ONE_REPETITION - there, side, number, rep)

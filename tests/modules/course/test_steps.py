"""The steps of a session are the dose, second by second: nothing is left out, nothing is added."""

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content
from modules.course.dose import Dose
from modules.course.exercise import Family
from modules.course.steps import (
    BESIDE,
    PREPARE_S,
    Side,
    StepKind,
    minutes_of,
    of_exercise,
    steps_of,
)

COURSE = content.load()
repeated = st.builds(
    Dose,
    sets=st.integers(1, 10),
    reps=st.integers(1, 50),
    freq_per_week=st.integers(1, 7),
    hold_s=st.integers(0, 1800),
    rest_s=st.integers(0, 600),
    per_side=st.booleans(),
)
timed = st.builds(
    Dose,
    sets=st.just(1),
    reps=st.integers(1, 30),
    freq_per_week=st.integers(1, 7),
    minutes=st.integers(1, 90),
    per_side=st.booleans(),
    tense_s=st.one_of(st.none(), st.integers(1, 60)),
    release_s=st.one_of(st.none(), st.integers(1, 120)),
)
doses = st.one_of(repeated, timed)


@given(doses, st.booleans())
def test_the_steps_take_as_long_as_the_dose_says(dose, breathing):
    played = [s.seconds for s in steps_of(dose, breathing=breathing) if s.kind not in BESIDE]
    assert sum(played) == dose.estimated_seconds()
    assert all(played)


@given(doses, st.booleans())
def test_finding_ones_place_comes_first_and_every_change_of_sides_is_told(dose, breathing):
    steps = steps_of(dose, breathing=breathing)
    changes = [s for s in steps if s.kind is StepKind.CHANGE]
    assert (steps[0].kind, steps[0].seconds) == (StepKind.PREPARE, PREPARE_S)
    back = 0 if dose.rest_s else dose.sets - 1  # in a rest one changes sides anyway
    assert len(changes) == (dose.sides - 1) * (dose.sets + back)


@given(repeated.filter(lambda dose: not dose.is_one_stretch_of_time()))
def test_every_repetition_of_every_set_and_side_is_there_once(dose):
    found = Counter((s.set, s.side, s.rep) for s in steps_of(dose) if s.kind is StepKind.MOVE)
    sides = tuple(Side) if dose.per_side else (None,)
    wanted = {
        (number, side, rep)
        for number in range(1, dose.sets + 1)
        for side in sides
        for rep in range(1, dose.reps + 1)
    }
    assert found == dict.fromkeys(wanted, 1)


@given(repeated.filter(lambda dose: dose.hold_s and not dose.is_one_stretch_of_time()))
def test_every_repetition_is_held_for_as_long_as_prescribed(dose):
    steps = steps_of(dose)
    threes = zip(steps, steps[1:], steps[2:], strict=False)
    held = [(a.kind, b.seconds, c.kind) for a, b, c in threes if b.kind is StepKind.HOLD]
    assert held == [(StepKind.MOVE, dose.hold_s, StepKind.RETURN)] * (
        dose.sets * dose.reps * dose.sides
    )


@given(doses, st.booleans())
def test_the_side_changes_only_where_it_is_told(dose, breathing):
    for before, after in pairwise(steps_of(dose, breathing=breathing)):
        if before.side != after.side:
            assert StepKind.CHANGE in (before.kind, after.kind) or after.kind is StepKind.REST


@given(doses, st.booleans())
def test_nobody_rests_before_or_after_the_work(dose, breathing):
    kinds = [s.kind for s in steps_of(dose, breathing=breathing)]
    assert kinds[0] is StepKind.PREPARE
    assert {kinds[1], kinds[-1]}.isdisjoint({StepKind.REST, *BESIDE})


def test_the_rest_of_a_single_set_of_long_holds_lies_between_the_holds():
    kinds = [s.kind.value for s in steps_of(Dose(1, 2, 3, hold_s=30, rest_s=15))]
    assert kinds == ["prepare", "move", "hold", "return", "rest", "move", "hold", "return"]


def test_the_rest_after_short_repetitions_lies_between_the_sets():
    steps = steps_of(Dose(2, 3, 3, hold_s=2, rest_s=60))
    assert [(s.set, s.seconds) for s in steps if s.kind is StepKind.REST] == [(2, 60)]


def test_breathing_goes_in_for_four_seconds_and_out_for_six():
    steps = steps_of(Dose(1, 30, 7, minutes=5), breathing=True)[1:]
    assert [(s.kind.value, s.seconds, s.rep) for s in steps[:2]] == [
        ("inhale", 4, 1),
        ("exhale", 6, 1),
    ]
    assert steps[-1].rep == 30


def test_every_muscle_group_is_tensed_as_often_as_the_time_allows():
    steps = steps_of(Dose(1, 16, 5, minutes=20, tense_s=6, release_s=25))
    groups = Counter(s.rep for s in steps if s.kind is StepKind.TENSE)
    assert groups == dict.fromkeys(range(1, 17), 2)


@pytest.mark.parametrize("exercise", COURSE.exercises.values(), ids=lambda each: each.id)
def test_every_exercise_of_the_course_can_be_played(exercise):
    steps = of_exercise(exercise)
    assert len(steps) > 1
    assert any(s.side for s in steps) == exercise.dose.per_side
    assert (exercise.family is Family.BREATHING) == any(s.kind is StepKind.INHALE for s in steps)


def test_a_list_takes_as_long_as_its_steps():
    hurried = replace(COURSE.exercise("e5_walk"), dose=Dose(3, 8, 3, per_side=True))
    exercises = [*COURSE.exercises.values(), hurried]
    played = [step.seconds for each in exercises for step in of_exercise(each)]

    assert minutes_of(exercises) == math.ceil(sum(played) / 60)
    assert minutes_of([]) == 0

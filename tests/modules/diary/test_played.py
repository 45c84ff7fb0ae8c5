"""What is written of an exercise that was played in part: never more than was done."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course.dose import Dose
from modules.course.steps import BESIDE, StepKind, steps_of
from modules.diary.amounts import asked_of
from modules.diary.played import amounts_after
from tests.modules.course.test_steps import doses


@given(doses, st.booleans())
def test_after_the_last_step_it_is_the_dose(dose, breathing):
    steps = steps_of(dose, breathing=breathing)
    assert list(amounts_after(dose, steps))[-1] == asked_of(dose)


@given(doses, st.booleans())
def test_it_never_falls_and_never_passes_the_dose(dose, breathing):
    steps = steps_of(dose, breathing=breathing)
    counts = [math.prod(one.values()) if one else 0 for one in amounts_after(dose, steps)]
    assert counts == sorted(counts)
    assert counts[0] == 0


@pytest.mark.parametrize(
    ("dose", "share", "done"),
    [
        (Dose(2, 10, 3, hold_s=5), 3 * 13, {"sets": 2, "reps": 6, "hold_s": 5}),
        (Dose(4, 10, 3), 31, {"sets": 3, "reps": 10}),
        (Dose(2, 8, 3), 5, {"sets": 1, "reps": 5}),
        (Dose(1, 4, 3, per_side=True), 6, {"sets": 1, "reps": 2}),
        (Dose(4, 1, 3, hold_s=15), 3 * 2, {"sets": 2, "hold_s": 15}),
        (Dose(1, 1, 5, hold_s=600), 4, {"minutes": 4}),
        (Dose(1, 1, 5, hold_s=60), 2, {"hold_s": 30}),
    ],
)
def test_what_is_left_early_is_told_by_what_was_whole(dose, share, done):
    worked = [
        found
        for step, found in zip(steps_of(dose), amounts_after(dose, steps_of(dose)), strict=True)
        if step.kind not in {*BESIDE, StepKind.REST}
    ]
    assert worked[share - 1] == done

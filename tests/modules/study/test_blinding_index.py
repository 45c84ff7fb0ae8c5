"""The indices of blinding against published figures, and at their ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.study.blinding_index import Guesses, bang, james

TREATMENT, PLACEBO = Guesses(48, 4, 330), Guesses(30, 22, 319)
"""The example of the R package BI (Schwartz and Mercaldo), as its port to Julia prints it."""
CRISP = Guesses(82, 25, 170), Guesses(29, 27, 83)
"""The cholesterol study in Bang 2004."""

counts = st.integers(0, 400)
arms = st.builds(Guesses, counts, counts, counts)


def rounded(index) -> tuple[float, ...]:
    return tuple(round(each, 3) for each in (index.value, index.low, index.high))


def test_bangs_index_of_each_arm_is_the_published_one():
    assert rounded(bang(TREATMENT)) == (0.115, 0.08, 0.15)
    assert rounded(bang(PLACEBO)) == (0.022, -0.016, 0.06)


def test_james_index_of_the_trial_is_the_published_one():
    assert rounded(james(TREATMENT, PLACEBO)) == (0.896, 0.875, 0.918)


def test_the_cholesterol_study_has_the_values_of_the_paper():
    assert [round(bang(each).value, 2) for each in CRISP] == [0.21, 0.01]
    assert round(james(*CRISP).value, 2) == 0.75


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        (Guesses(20, 0, 0), Guesses(20, 0, 0), 0.0),
        (Guesses(10, 10, 0), Guesses(10, 10, 0), 0.5),
        (Guesses(0, 0, 20), Guesses(0, 0, 20), 1.0),
    ],
)
def test_james_index_at_its_ends(first, second, value):
    assert james(first, second).value == pytest.approx(value)


def test_nobody_asked_is_no_index():
    assert bang(Guesses(0, 0, 0)) is None
    assert james(Guesses(0, 0, 0), Guesses(0, 0, 0)) is None


@given(arms)
def test_bangs_index_lies_in_its_interval_and_turns_with_the_guesses(arm):
    index = bang(arm)
    if index is None:
        assert arm.total == 0
        return
    assert -1 <= index.low <= index.value <= index.high <= 1
    turned = bang(Guesses(arm.wrong, arm.right, arm.unknown))
    assert turned.value == pytest.approx(-index.value)


@given(arms, arms)
def test_james_index_lies_in_its_interval_and_knows_no_order_of_arms(first, second):
    index, turned = james(first, second), james(second, first)
    assert (index is None) == (turned is None)
    if index is not None:
        assert -1e-9 <= index.value <= 1 + 1e-9
        assert index.low - 1e-9 <= index.value <= index.high + 1e-9
        assert turned.value == pytest.approx(index.value)

"""Rounding and reading numbers, where a small slip changes a band or a responder."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.outcomes.questionnaire import ScoringError
from modules.outcomes.scales import (
    exact,
    half_up,
    prorated_sum,
    shown,
)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [("0.5", 0, "1"), ("52.5", 0, "53"), ("2.675", 2, "2.68"), ("-0.5", 0, "-1"), ("0.49", 0, "0")],
)
def test_halves_go_away_from_zero(value, decimals, rounded):
    assert half_up(Fraction(value), decimals) == Fraction(rounded)


@given(st.fractions(0, 1000), st.integers(0, 3))
def test_rounding_moves_a_value_by_half_a_step_at_most(value, decimals):
    assert abs(half_up(value, decimals) - value) <= Fraction(1, 2 * 10**decimals)


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_stored_score_is_read_back_exactly(total, possible):
    score = Fraction(100 * total, possible)
    assert exact(float(score), "percent") == score


@pytest.mark.parametrize("value", [True, "3", [], float("inf"), float("nan"), 10**400])
def test_what_is_no_sensible_number_is_refused(value):
    with pytest.raises(ScoringError):
        exact(value, "baseline")


def test_nothing_answered_is_never_prorated():
    assert prorated_sum([None, None], 2) is None


def test_only_fractions_are_rounded():
    result = {"percent": Fraction(320, 9), "band": "moderate", "scales": {"PF": Fraction(1, 3)}}
    assert shown(result, {"percent": 1}) == {
        "percent": 35.6,
        "band": "moderate",
        "scales": {"PF": 0.33},
    }

"""Time to functional recovery: intervals of study days, bounds included, nothing made up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Direction
from modules.outcomes.recovery import (
    Found,
    Outcome,
    Rule,
    rules_of,
    time_to,
)
from modules.study import protocol

SHIPPED = protocol.load()
TWENTY, FALL = rules_of(SHIPPED["imss-nct07248813"])
RMDQ = Rule("rmdq_2_twice", "rmdq", Fraction(2))
"""After Kamper 2010: a score of at most 2."""
scores = st.one_of(st.none(), st.fractions(0, 100))
measured = st.lists(
    st.tuples(st.integers(1, 60), scores), max_size=8, unique_by=lambda pair: pair[0]
)


def test_recovery_lies_between_the_last_visit_without_and_the_first_with_it():
    found = time_to(TWENTY, [(1, 44), (14, 30), (28, 20), (42, 18)])

    assert found == Found(Outcome.RECOVERED, 14, 28)


def test_exactly_twenty_percent_counts():
    assert time_to(TWENTY, [(1, 44), (28, 20), (42, 20)]).by == 28


def test_a_little_above_does_not():
    found = time_to(TWENTY, [(1, 44), (28, Fraction(2001, 100)), (42, 21)])

    assert found == Found(Outcome.NOT_RECOVERED, 42, None)


def test_once_is_not_twice():
    assert time_to(TWENTY, [(1, 44), (28, 18), (42, 30)]).outcome is Outcome.NOT_RECOVERED


def test_a_last_visit_alone_confirms_nothing_and_denies_nothing():
    assert time_to(TWENTY, [(1, 44), (28, 30), (42, 18)]) == Found(Outcome.NOT_RECOVERED, 28, None)


def test_recovered_from_the_start_has_no_day_before():
    assert time_to(TWENTY, [(1, 10), (14, 12)]) == Found(Outcome.RECOVERED, None, 1)


def test_a_visit_without_score_is_left_out():
    assert time_to(TWENTY, [(1, 44), (14, None), (28, 18), (42, 18)]).after == 1


@pytest.mark.parametrize("pairs", [[], [(1, None)]])
def test_nothing_measured_is_unknown(pairs):
    assert time_to(TWENTY, pairs) == Found(Outcome.UNKNOWN, None, None)


def test_a_fall_of_exactly_thirty_percent_counts():
    assert time_to(FALL, [(1, 40), (14, 28), (28, 28)]) == Found(Outcome.RECOVERED, 1, 14)


def test_a_fall_from_zero_is_none():
    assert time_to(FALL, [(1, 0), (14, 0), (28, 0)]).outcome is Outcome.NOT_RECOVERED


def test_two_points_of_the_other_scale_count():
    assert time_to(RMDQ, [(1, 9), (14, 2), (28, 1)]).by == 14


def test_the_definitions_are_those_of_the_protocol():
    trial = SHIPPED["imss-nct07248813"]
    (rule,) = (one for one in trial.recovery if one.key == "odi_20_twice")
    stricter = rule.model_copy(update={"at_most": 12.5, "confirm": 3})
    changed = trial.model_copy(update={"recovery": (stricter,)})

    assert rules_of(changed) == (Rule("odi_20_twice", "odi", Fraction(25, 2), None, 3),)
    assert rules_of(trial.model_copy(update={"recovery": ()})) == ()


def test_the_shipped_definitions_are_of_scores_of_which_lower_is_better():
    for rule in (one for each in SHIPPED.values() for one in rules_of(each)):
        assert INSTRUMENTS[rule.instrument].direction is Direction.HIGHER_IS_WORSE


@given(measured, st.randoms())
def test_the_order_of_the_visits_does_not_matter(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)

    assert time_to(TWENTY, shuffled) == time_to(TWENTY, pairs)


@given(measured)
def test_the_interval_is_never_empty(pairs):
    found = time_to(TWENTY, pairs)

    assert found.after is None or found.by is None or found.after < found.by


@given(measured)
def test_asking_for_more_confirmation_never_makes_it_earlier(pairs):
    once, twice = (time_to(Rule("x", "odi", Fraction(20), None, n), pairs).by for n in (1, 2))

    assert twice is None or (once is not None and once <= twice)

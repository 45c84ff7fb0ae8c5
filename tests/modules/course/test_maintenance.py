"""What is gone on with after the programme: what was done most is offered, too much is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import maintenance
from modules.errors import InvalidEntry

KNOWN = tuple("abcdefgh")
ENTRIES = st.lists(st.lists(st.sampled_from((*KNOWN, "gone")), max_size=6), max_size=20)


def faults(exercises, days_a_week) -> dict[str, str]:
    with pytest.raises(InvalidEntry) as refused:
        maintenance.check(exercises, days_a_week, KNOWN)
    return dict(refused.value.fields)


def test_a_few_exercises_on_some_days_are_a_plan():
    maintenance.check(["a", "b", "c"], 3, KNOWN)


def test_no_exercise_is_no_plan():
    assert faults([], 3) == {"exercises": "no_marks"}


def test_more_than_six_are_refused():
    assert faults(KNOWN[:7], 3) == {"exercises": "too_many_exercises"}


def test_what_was_not_offered_is_refused():
    assert faults(["z"], 3) == {"exercises": "unknown"}


@pytest.mark.parametrize("number", [None, 0, 8])
def test_a_week_has_seven_days(number):
    assert faults(["a"], number) == {"days_a_week": "out_of_range"}


@given(ENTRIES)
def test_what_was_done_on_most_entries_comes_first(entries):
    found = maintenance.most_done(entries, KNOWN)
    assert [count for _each, count in found] == sorted((n for _each, n in found), reverse=True)
    for exercise, count in found:
        assert count == sum(exercise in entry for entry in entries)


@given(ENTRIES)
def test_what_is_no_longer_known_is_left_out(entries):
    assert {each for each, _count in maintenance.most_done(entries, KNOWN)} <= set(KNOWN)


def test_of_equals_the_one_that_stands_first_in_the_course_comes_first():
    assert maintenance.most_done([["b", "a"]], KNOWN) == [("a", 1), ("b", 1)]

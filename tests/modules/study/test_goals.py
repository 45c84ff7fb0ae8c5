"""Goals: asked again in the weeks of the protocol, and nothing answered is lost."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modules.errors import InvalidEntry
from modules.study import goals
from modules.study.goals import Goal, GoalPlan, Rating

DAY_ONE = date(2026, 10, 1)
PLAN = GoalPlan(asked_again_weeks=(3, 6), open_weeks=2)
COUNTS = st.integers(0, 70)


def on(day: int) -> date:
    """Return the date of a study day."""
    return DAY_ONE + timedelta(days=day - 1)


def goal(*days: int, aside: int | None = None) -> Goal:
    """Return a goal answered on these study days."""
    ratings = tuple(Rating(on(day), 4) for day in days)
    return Goal(uuid.uuid4(), "to dance", on(days[0]), ratings, aside and on(aside))


def is_due(one: Goal, day: int, plan: GoalPlan = PLAN) -> bool:
    return goals.due([one], plan, DAY_ONE, on(day)) == (one,)


@pytest.mark.parametrize(
    ("day", "asked"),
    [(1, False), (14, False), (15, True), (28, True), (29, False), (35, False)]
    + [(36, True), (49, True), (50, False), (400, False)],
)
def test_a_goal_is_asked_about_from_the_first_day_of_its_week_for_two_weeks(day, asked):
    assert is_due(goal(1), day) is asked


def test_an_answer_settles_the_week_and_the_next_one_asks_anew():
    one = goal(1, 16)
    assert not is_due(one, 17)
    assert is_due(one, 36)


def test_a_goal_set_in_a_week_of_asking_is_not_asked_about_in_it():
    assert not is_due(goal(15), 16)


def test_what_was_set_aside_is_not_asked_about():
    assert not is_due(goal(1, aside=5), 15)


def test_nothing_is_asked_before_day_one():
    assert goals.due([goal(1)], PLAN, None, on(15)) == ()


@given(COUNTS, st.sets(st.integers(2, 10), min_size=1), st.integers(1, 8))
def test_whoever_answers_when_asked_is_asked_once_a_week_of_asking(last, weeks, open_weeks):
    plan = GoalPlan(asked_again_weeks=tuple(sorted(weeks)), open_weeks=open_weeks)
    one, asked = goal(1), []
    for day in range(1, last + 1):
        if is_due(one, day, plan):
            asked.append((day - 1) // 7 + 1)
            one = Goal(one.id, one.words, one.set_on, (*one.ratings, Rating(on(day), 6)))
    assert asked == [week for week in sorted(weeks) if (week - 1) * 7 + 1 <= last]


@given(st.lists(st.integers(0, 10), min_size=1, max_size=6))
def test_the_last_answer_of_a_day_stands_for_it(values):
    said = tuple(Rating(on(1), value) for value in values)
    assert Goal(uuid.uuid4(), "w", on(1), said).over_time == (said[-1],)


@pytest.mark.parametrize(
    ("words", "value", "faults"),
    [
        ("", 3, {"words": "required"}),
        ("x" * 121, 3, {"words": "too_long"}),
        ("a\x00b", 3, {"words": "unprintable"}),
        ("to dance", None, {"value": "required"}),
        ("to dance", 11, {"value": "out_of_range"}),
        ("to dance", -1, {"value": "out_of_range"}),
    ],
)
def test_a_goal_needs_words_and_a_number_of_the_scale(words, value, faults):
    with pytest.raises(InvalidEntry) as fault:
        goals.check(words, value, [])
    assert fault.value.fields == faults


@pytest.mark.parametrize("value", [0, 10])
def test_both_ends_of_the_scale_and_the_longest_words_can_be_said(value):
    goals.check("x" * 120, value, [])


def test_a_fourth_goal_needs_one_set_aside_first():
    three = [goal(1), goal(1), goal(1)]
    with pytest.raises(InvalidEntry) as fault:
        goals.check("to dance", 3, three)
    assert fault.value.fields == {"words": "too_many_goals"}
    goals.check("to dance", 3, [*three[:2], goal(1, aside=2)])


@pytest.mark.parametrize("weeks", [(), (1,), (3, 3)])
def test_a_plan_names_weeks_after_the_first_each_once(weeks):
    with pytest.raises(ValidationError):
        GoalPlan(asked_again_weeks=weeks)

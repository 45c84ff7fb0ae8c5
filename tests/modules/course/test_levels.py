"""Two good sessions lead up, a bad one leads down, never two steps up within 48 hours."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course.levels import Ladder, LevelSet, Step, StepReason, Training, reached, steps
from modules.study.protocol import LevelRule

RULE = LevelRule()
BEGIN = date(2026, 3, 2)
LADDER = Ladder({"one": 1, "other": 1, "two": 2, "three": 3}, {2: BEGIN, 3: BEGIN})
DONE = {1: frozenset({"one", "other"}), 2: frozenset({"two"}), 3: frozenset({"three"})}


def day(number):
    return BEGIN + timedelta(days=number)


def good(number, level=1, **facts):
    return replace(Training(day(number), DONE[level], frozenset(), 3, 30, 40), **facts)


def climb(trainings, until=30, ladder=LADDER, **given_):
    return steps(ladder, trainings, RULE, day(until), **given_)


def test_everybody_begins_at_level_1():
    assert reached(climb([])) == 1


def test_two_good_sessions_in_a_week_lead_one_level_up():
    assert climb([good(0), good(2), good(4)]) == [Step(day(4), 2, StepReason.GOOD)]


def test_a_session_is_good_only_once_the_next_day_is_known():
    assert climb([good(0), good(2)]) == []


def test_two_good_sessions_more_than_a_week_apart_lead_nowhere():
    assert climb([good(0), good(1, done=frozenset()), good(8), good(9, done=frozenset())]) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"effort": 5},
        {"effort": None},
        {"short": frozenset({"one"})},
        {"pain_after_mm": None},
        {"pain_before_mm": None},
    ],
)
def test_a_session_without_one_of_the_four_conditions_does_not_count(facts):
    assert climb([good(0, **facts), good(2), good(4)]) == []


class TestAllSets:
    """Lesson «go_up_by_levels» and the card: all sets of what the list asked for."""

    WIDE = replace(LADDER, levels={**LADDER.levels, "third": 1})

    def test_what_the_list_did_not_ask_for_is_not_missed(self):
        asked = frozenset({"one", "other", "walk"})
        done = [good(n, listed=asked) for n in (0, 2, 4)]
        assert climb(done, ladder=self.WIDE) == [Step(day(4), 2, StepReason.GOOD)]

    @pytest.mark.parametrize("left", ["one", "other"])
    def test_one_listed_exercise_of_the_level_left_out_does_not_count(self, left):
        part = DONE[1] - {left}
        assert climb([good(n, listed=DONE[1], done=part) for n in (0, 2, 4)]) == []

    def test_gentle_control_of_an_earlier_level_on_the_list_counts_too(self):
        there = LevelSet(2, day(0))
        asked = frozenset({"one", "two"})
        whole = [good(n, 2, listed=asked, done=asked) for n in (0, 2, 4)]
        without = [good(n, 2, listed=asked, done=DONE[2]) for n in (0, 2, 4)]
        assert reached(climb(whole, staff=there)) == 3
        assert reached(climb(without, staff=there)) == 2

    def test_a_list_without_an_exercise_of_the_level_says_nothing_of_it(self):
        assert climb([good(n, listed=frozenset({"walk"})) for n in (0, 2, 4)]) == []

    def test_where_nobody_knows_the_list_all_of_the_level_was_asked_for(self):
        assert climb([good(0), good(2), good(4)], ladder=self.WIDE) == []


def test_more_pain_by_one_point_the_next_day_keeps_the_level():
    assert climb([good(0), good(2, pain_before_mm=40), good(4, pain_before_mm=50)]) == []


@pytest.mark.parametrize(
    ("bad", "after", "reason"),
    [
        ({"pain_after_mm": 51}, {}, StepReason.PAIN),
        ({"signs": True}, {}, StepReason.SIGN),
        ({}, {"pain_before_mm": 51}, StepReason.NEXT_DAY),
    ],
)
def test_one_bad_session_or_pain_the_next_day_leads_one_level_down(bad, after, reason):
    up = [good(0), good(2), good(4)]
    found = climb([*up, good(6, 2, **bad), good(7, 2, **after)])
    assert [(step.level, step.reason) for step in found] == [(2, StepReason.GOOD), (1, reason)]


def rising(*points):
    """Return a diary on alternate days at level 2, begun with two good sessions at level 1; each
    point is how much more it hurt on the day after, in mm."""
    pain, found = 30, [good(0), good(2)]
    for place, more in enumerate(points):
        found.append(good(4 + 2 * place, level=2, pain_before_mm=pain))
        pain += more
    return [*found, good(4 + 2 * len(points), level=2, pain_before_mm=pain)]


def test_one_amber_session_keeps_the_level():
    assert reached(climb(rising(15))) == 2


def test_two_amber_sessions_in_a_row_lead_one_level_down():
    found = climb(rising(15, 15))
    assert (found[-1].level, found[-1].reason) == (1, StepReason.NEXT_DAY)


def test_two_amber_sessions_with_a_good_one_between_keep_the_level():
    assert reached(climb(rising(15, 0, 15))) == 2


def test_amber_that_is_gone_the_next_day_is_a_good_session():
    amber = [good(n, pain_before_mm=30, pain_after_mm=50) for n in (0, 2, 4)]
    assert reached(climb(amber)) == 2


def test_nobody_falls_below_level_1():
    assert climb([good(0, pain_after_mm=90), good(1, pain_after_mm=90)]) == []


def test_a_bad_session_takes_the_good_ones_away():
    assert climb([good(0), good(1, pain_after_mm=60), good(2), good(3)], until=3) == []


def test_a_level_waits_for_its_week():
    ladder = replace(LADDER, opens={2: day(10)})
    found = [good(0), good(2), good(4)]
    assert climb(found, until=9, ladder=ladder) == []
    assert climb(found, until=10, ladder=ladder) == [Step(day(10), 2, StepReason.GOOD)]


def test_two_steps_up_are_48_hours_apart():
    daily = [*(good(n) for n in range(3)), *(good(n, 2) for n in range(3, 6))]
    ups = [step.day for step in climb(daily)]
    assert ups == [day(2), day(5)]
    quick = LevelRule(good_sessions=1)
    ups = [s.day for s in steps(LADDER, [good(0), good(1, 2), good(2, 2)], quick, day(9))]
    assert ups == [day(1), day(3)]


def test_staff_set_a_level_and_the_rule_goes_on_from_there():
    found = climb([good(3, 3, pain_after_mm=70)], staff=LevelSet(3, day(1)), until=4)
    assert found == [
        Step(day(1), 3, StepReason.STAFF),
        Step(day(3), 2, StepReason.PAIN),
    ]


def test_sessions_without_exercises_of_the_module_say_nothing():
    elsewhere = [good(n, done=frozenset({"walk"}), pain_after_mm=90) for n in range(6)]
    assert climb(elsewhere, staff=LevelSet(2, day(0))) == [Step(day(0), 2, StepReason.STAFF)]


entries = st.builds(
    Training,
    st.integers(0, 41).map(day),
    st.frozensets(st.sampled_from(sorted(LADDER.levels))),
    st.frozensets(st.sampled_from(sorted(LADDER.levels)), max_size=1),
    st.none() | st.integers(0, 10),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(0, 100),
    st.booleans(),
)


@given(st.lists(entries, max_size=30), st.integers(0, 50))
def test_no_diary_leads_outside_the_levels_or_up_twice_within_48_hours(diary, until):
    found = climb(diary, until)
    levels = [1, *(step.level for step in found)]
    assert all(abs(b - a) == 1 and 1 <= b <= 3 for a, b in zip(levels, levels[1:], strict=False))
    ups = [step.day for step in found if step.reason is StepReason.GOOD]
    assert all(b - a >= timedelta(hours=48) for a, b in zip(ups, ups[1:], strict=False))
    assert all(step.day <= day(until) for step in found)


@given(st.lists(entries, max_size=20), st.integers(0, 41))
def test_what_was_a_step_stays_one_when_days_go_by(diary, until):
    """Nothing that is written later changes a step of an earlier day but the pain of a next day."""
    early = climb([each for each in diary if each.day <= day(until)], until)
    late = [step for step in climb(diary, 60) if step.day <= day(until)]
    assert [s for s in early if s.day <= day(until - 3)] == [
        s for s in late if s.day <= day(until - 3)
    ]

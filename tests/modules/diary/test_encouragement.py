"""What is said after a diary entry: true, chosen by what happened, and never against rest."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.diary import encouragement
from modules.diary.amounts import Amount
from modules.diary.encouragement import GAP_DAYS, Encouragement
from modules.study.protocol import DiaryPlan

FIRST_DAY = date(2026, 11, 2)
DAILY = DiaryPlan(mode="daily", back_entry_days=1, sessions_per_week=3)
ABOUT_TRAINING = {
    Encouragement.PAIN_HIGHER,
    Encouragement.WEEK_COMPLETE,
    Encouragement.DOSE_RAISED,
}


@dataclass(frozen=True)
class Written:
    """An entry of a programme day, counted from 1."""

    number: int
    exercises: tuple[str, ...] = ("bridge",)
    pain_before_mm: int | None = None
    amounts: dict[str, Amount] = field(default_factory=dict)
    occurrence: int = 1

    @property
    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.number - 1)


def rest(number: int) -> Written:
    return Written(number, ())


def dosed(number: int, reps: int, said: int | None = None) -> Written:
    amount = Amount({"sets": 2, "reps": reps}, {} if said is None else {"reps": said})
    return Written(number, amounts={"bridge": amount})


def after(*entries: Written, plan: DiaryPlan = DAILY) -> Encouragement | None:
    """Return what is said after the last of these entries."""
    return encouragement.after(entries[-1], entries[:-1], plan, FIRST_DAY)


days = st.integers(1, 42)
entries = st.builds(
    Written,
    days,
    st.sampled_from([(), ("bridge",)]),
    st.none() | st.integers(0, 100),
    st.builds(lambda reps: {"bridge": Amount({"reps": reps})}, st.integers(5, 15)),
)
diaries = st.lists(entries, max_size=20, unique_by=lambda each: each.number)
plans = st.builds(
    DiaryPlan,
    mode=st.sampled_from(["daily", "session", "weekend"]),
    back_entry_days=st.integers(0, 5),
    sessions_per_week=st.integers(1, 14),
)


def test_the_first_entry_is_called_the_first():
    assert after(Written(1)) is Encouragement.FIRST
    assert after(rest(9)) is Encouragement.FIRST


@pytest.mark.parametrize(("gap", "said"), [(4, None), (5, Encouragement.BACK)])
def test_whoever_writes_after_a_gap_is_back(gap, said):
    assert after(Written(1), Written(1 + gap)) is said


@pytest.mark.parametrize(
    ("mode", "gap", "said"),
    [("session", 4, None), ("session", 5, Encouragement.BACK), ("weekend", 9, None)],
)
def test_how_long_a_gap_is_depends_on_how_the_diary_is_kept(mode, gap, said):
    kept = DAILY.model_copy(update={"mode": mode, "sessions_per_week": 7})
    assert after(Written(1), Written(1 + gap), plan=kept) is said


def test_a_day_written_late_is_no_return_however_long_the_gap_before_it():
    assert after(Written(1), Written(12), Written(11)) is None


def test_a_week_that_is_written_at_once_completes_nothing():
    weekly = DAILY.model_copy(update={"mode": "weekend", "sessions_per_week": 1})
    assert after(Written(6), Written(13), plan=weekly) is None


def test_a_day_written_late_completes_nothing():
    assert after(Written(8), Written(9), Written(12), Written(10)) is None


def test_a_weekend_between_two_weekly_entries_is_no_gap():
    weekly = DAILY.model_copy(update={"mode": "weekend"})
    assert after(Written(6), Written(13), plan=weekly) is None
    assert after(Written(6), Written(20), plan=weekly) is Encouragement.BACK


def test_the_third_session_completes_a_week_of_three_with_rest_between():
    assert after(Written(8), rest(9), Written(10), Written(13)) is Encouragement.WEEK_COMPLETE


def test_sessions_of_the_week_before_complete_nothing():
    assert after(Written(6), Written(7), Written(8)) is None


def test_a_session_more_than_asked_for_is_not_pressed_for():
    assert after(Written(8), Written(9), Written(10), Written(11)) is None


@pytest.mark.parametrize(("now", "said"), [(49, None), (50, Encouragement.PAIN_HIGHER)])
def test_pain_ten_millimetres_higher_is_named_where_something_was_done(now, said):
    assert after(Written(1, pain_before_mm=40), Written(2, pain_before_mm=now)) is said


def test_the_pain_is_compared_with_the_last_time_and_not_with_the_first():
    first, last = Written(5, pain_before_mm=10), Written(7, pain_before_mm=50)
    assert after(first, last, Written(8, pain_before_mm=55)) is None


def test_a_day_of_rest_in_more_pain_is_not_measured():
    worse = replace(rest(2), pain_before_mm=90)
    assert after(Written(1, pain_before_mm=40), worse) is None


@pytest.mark.parametrize(
    ("reps", "said", "told"),
    [(10, None, Encouragement.DOSE_RAISED), (8, None, None), (6, None, None), (10, 9, None)],
)
def test_a_raised_dose_is_named_when_all_of_it_was_done(reps, said, told):
    assert after(dosed(1, 8), dosed(2, reps, said)) is told


@pytest.mark.parametrize(("reps", "told"), [(8, None), (9, Encouragement.DOSE_RAISED)])
def test_one_more_is_a_raise_and_as_much_is_none(reps, told):
    assert after(dosed(1, 8), dosed(2, reps)) is told


def test_an_exercise_that_is_new_is_no_raised_dose():
    plank = Written(2, amounts={"plank": Amount({"sets": 1, "reps": 5})})
    assert after(dosed(1, 8), plank) is None


def test_nothing_that_is_counted_is_no_raised_dose():
    first, second = (Written(number, amounts={"walk": Amount({})}) for number in (1, 2))
    assert after(first, second) is None


def test_one_less_of_another_number_is_no_raised_dose():
    held = Written(2, amounts={"bridge": Amount({"sets": 1, "reps": 9})})
    assert after(dosed(1, 8), held) is None


def test_more_of_one_number_for_less_of_another_is_no_raised_dose():
    held = Written(2, amounts={"bridge": Amount({"sets": 3, "reps": 5})})
    assert after(dosed(1, 8), held) is None


def test_yesterday_written_late_is_no_return():
    assert after(Written(10), Written(9)) is None


@given(diaries, entries, plans)
def test_a_day_of_rest_is_told_nothing_about_training(others, entry, plan):
    resting = replace(entry, exercises=(), amounts={})
    assert encouragement.after(resting, others, plan, FIRST_DAY) not in ABOUT_TRAINING


@given(diaries, entries, plans)
def test_what_is_said_does_not_depend_on_the_order_in_which_entries_are_read(others, entry, plan):
    told = encouragement.after(entry, others, plan, FIRST_DAY)
    assert encouragement.after(entry, others[::-1], plan, FIRST_DAY) is told


@given(diaries, plans)
def test_each_thing_is_said_only_where_it_is_true(diary, plan):
    """Written day by day: one first, one complete week a week, and no return without a gap."""
    ordered = sorted(diary, key=lambda each: each.day)
    told = [encouragement.after(e, ordered[:n], plan, FIRST_DAY) for n, e in enumerate(ordered)]
    assert [n for n, said in enumerate(told) if said is Encouragement.FIRST] == [0][: len(told)]
    complete = [
        (e.number - 1) // 7
        for e, said in zip(ordered, told, strict=True)
        if said is Encouragement.WEEK_COMPLETE
    ]
    assert len(complete) == len(set(complete))
    for before, entry, said in zip(ordered, ordered[1:], told[1:], strict=False):
        gap = entry.number - before.number >= GAP_DAYS[plan.mode]
        assert (said is Encouragement.BACK) is gap


@given(diaries, entries, st.sets(days))
def test_days_of_rest_in_between_take_nothing_away(others, entry, resting):
    """With more entries of rest before it an entry is told the same, or no longer that it is back.

    No count of days in a row can behave so.
    """
    written = {each.number for each in others} | {entry.number}
    earlier = min((each.number for each in others), default=entry.number)
    between = [rest(n) for n in resting - written if earlier < n < entry.number]
    told = encouragement.after(entry, others, DAILY, FIRST_DAY)
    with_rest = encouragement.after(entry, [*others, *between], DAILY, FIRST_DAY)
    if told is not Encouragement.BACK:
        assert with_rest is told

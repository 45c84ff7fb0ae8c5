"""Which entries can be written and which is due, for every kind of diary."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.diary.slots import (
    KEPT_FOR,
    SATURDAY,
    Slot,
    days_open,
    due,
    last_day,
    moment,
    session_days,
    slots_open,
    when_written,
)
from modules.study.protocol import DiaryPlan

FIRST = date(2026, 11, 9)
"""A Monday."""
WEEKS = 6

firsts = st.dates(date(2026, 1, 1), date(2026, 12, 31))
plans = st.builds(
    DiaryPlan,
    mode=st.sampled_from(["daily", "session", "weekend"]),
    back_entry_days=st.integers(0, 5),
    sessions_per_week=st.integers(1, 14),
)


def plan(mode: str, back: int = 1, sessions: int = 3) -> DiaryPlan:
    return DiaryPlan(mode=mode, back_entry_days=back, sessions_per_week=sessions)


def keep(kept: DiaryPlan, first: date, skips: frozenset[int] = frozenset()) -> list[Slot]:
    """Live through the programme and write whatever is due, but on the days that are skipped."""
    written: list[Slot] = []
    for number in range(7 * WEEKS + 2):
        slot = due(kept, first, WEEKS, first + timedelta(days=number), written)
        if slot is not None and number not in skips:
            written.append(slot)
    return written


@given(plans, firsts, st.integers(-3, 50))
def test_what_is_due_can_be_written(kept, first, number):
    today = first + timedelta(days=number)
    slot = due(kept, first, WEEKS, today, [])

    assert slot is None or slot in slots_open(kept, first, WEEKS, today, [])


@given(plans, firsts, st.integers(-10, 60))
def test_no_day_outside_the_programme_or_ahead_can_be_written(kept, first, number):
    today = first + timedelta(days=number)
    days = days_open(kept, first, WEEKS, today)

    assert all(first <= day <= min(today, last_day(first, WEEKS)) for day in days)


@given(plans, firsts, st.frozensets(st.integers(0, 43)))
def test_nothing_is_due_twice(kept, first, skips):
    written = keep(kept, first, skips)

    assert len(set(written)) == len(written)


@given(firsts)
def test_a_daily_diary_has_an_entry_for_every_day(first):
    days = [slot.day for slot in keep(plan("daily"), first)]

    assert days == [first + timedelta(days=number) for number in range(7 * WEEKS)]


@given(firsts, st.integers(1, 7))
def test_a_session_diary_asks_for_the_weeks_sessions_and_no_more(first, sessions):
    written = keep(plan("session", sessions=sessions), first)

    assert len(written) == sessions * WEEKS


@given(firsts, st.integers(1, 6), st.integers(0, 41))
def test_a_session_missed_is_asked_for_again_in_its_own_week(first, sessions, missed):
    kept = plan("session", sessions=sessions)
    written = keep(kept, first, frozenset({missed}))
    week = range(7 * (missed // 7), 7 * (missed // 7) + 7)
    last_planned = max(d for d in session_days(kept, first + timedelta(days=week[0])))
    room = week[-1] - max(missed, (last_planned - first).days)

    assert sessions * WEEKS - len(written) <= (0 if room > 0 else 1)


@given(firsts)
def test_a_weekend_diary_has_one_entry_for_each_weekend(first):
    written = keep(plan("weekend"), first)

    assert len(written) == WEEKS
    assert {slot.day.weekday() for slot in written} == {SATURDAY}


def test_three_sessions_fall_on_days_one_three_and_five():
    days = session_days(plan("session"), FIRST)
    assert [(day - FIRST).days for day in days] == [0, 2, 4]


def test_a_day_offers_its_next_session_until_it_has_three():
    kept, written = plan("session", back=0), [Slot(FIRST, 1)]
    assert slots_open(kept, FIRST, WEEKS, FIRST, written) == [Slot(FIRST, 1), Slot(FIRST, 2)]
    full = [Slot(FIRST, number) for number in (1, 2, 3)]
    assert slots_open(kept, FIRST, WEEKS, FIRST, full) == full


def test_a_weekend_can_be_written_on_sunday_and_the_days_allowed_back():
    saturday = FIRST + timedelta(days=5)
    kept = plan("weekend", back=1)
    writable = [
        number
        for number in range(12)
        if saturday in days_open(kept, FIRST, WEEKS, FIRST + timedelta(days=number))
    ]
    assert writable == [5, 6, 7]


def test_before_the_programme_there_is_nothing_to_write():
    assert days_open(plan("daily"), None, WEEKS, FIRST) == []
    assert due(plan("daily"), None, WEEKS, FIRST, []) is None


class TestKeptEntries:
    NOW = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)

    def test_count_from_the_moment_the_device_says(self):
        written = self.NOW - timedelta(days=2)
        assert when_written(self.NOW, written) == written

    def test_a_device_is_believed_for_a_week(self):
        week_ago = self.NOW - timedelta(days=7)
        assert when_written(self.NOW, week_ago) == week_ago

    @pytest.mark.parametrize(
        "wrong", [timedelta(days=-7, seconds=-1), timedelta(hours=2), timedelta(days=365)]
    )
    def test_a_device_that_cannot_be_right_is_not_believed(self, wrong):
        assert when_written(self.NOW, self.NOW + wrong) == self.NOW

    def test_a_clock_a_little_fast_does_not_reach_beyond_the_arrival(self):
        assert when_written(self.NOW, self.NOW + timedelta(minutes=20)) == self.NOW

    @pytest.mark.parametrize("wrong", [timedelta(days=365), timedelta(0), timedelta(days=-3650)])
    def test_a_clock_wrong_at_writing_and_at_sending_is_reckoned_by_itself(self, wrong):
        written, sent = self.NOW - timedelta(hours=5) + wrong, self.NOW + wrong
        assert when_written(self.NOW, written, sent) == self.NOW - timedelta(hours=5)

    @pytest.mark.parametrize("ago", [timedelta(days=8), timedelta(hours=-2)])
    def test_a_device_that_says_too_much_in_between_is_not_believed(self, ago):
        assert when_written(self.NOW, self.NOW - ago, self.NOW) == self.NOW

    @given(
        st.timedeltas(timedelta(days=-4000), timedelta(days=4000)),
        st.none() | st.timedeltas(timedelta(days=-4000), timedelta(days=4000)),
    )
    def test_nothing_is_written_after_it_arrived_nor_before_the_week(self, written, sent):
        sent_at = None if sent is None else self.NOW + sent
        counted = when_written(self.NOW, self.NOW + written, sent_at)
        assert self.NOW - KEPT_FOR <= counted <= self.NOW

    @pytest.mark.parametrize("text", ["", None, "yesterday", "2026-11-12T10:00:00"])
    def test_what_is_no_moment_with_a_zone_is_none(self, text):
        assert moment(text) is None

    def test_a_moment_is_read_as_a_browser_writes_it(self):
        assert moment("2026-11-12T18:00:00.000Z") == self.NOW

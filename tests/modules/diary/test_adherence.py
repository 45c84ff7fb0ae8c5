"""Adherence so far: each part capped, days counted once, in proportion to the weeks begun."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.diary.adherence import Adherence, adherence, weeks
from tests.factories import TRIAL

FIRST = date(2026, 11, 2)
DAY = timedelta(days=1)
DAYS = st.lists(st.integers(-10, 60))


@pytest.fixture
def trial(protocols):
    """Six weeks; 18 log-in days and 18 diary sessions are full participation."""
    found = protocols[TRIAL]
    targets = found.adherence.model_copy(
        update={"login_days_target": 18, "diary_sessions_target": 12}
    )
    return found.model_copy(update={"adherence": targets, "duration_weeks": 6})


def counted(protocol, logins=(), diary=(), *, on=0, first=FIRST):
    """Adherence on a day of the programme, 0 the first; logins and entries likewise."""
    return adherence(
        protocol, [FIRST + n * DAY for n in logins], [FIRST + n * DAY for n in diary], first,
        FIRST + on * DAY,
    )  # fmt: skip


def test_each_part_is_a_percentage_of_the_target_of_the_weeks_begun(trial):
    found = counted(trial, logins=(0, 3), diary=(0,), on=13)

    assert (found.login_days, found.diary_days) == (2, 1)
    assert (found.login_percent, found.diary_percent) == (Fraction(100, 3), 25)


@pytest.mark.parametrize(
    ("on", "percent"), [(0, 100), (6, 100), (7, 50), (13, 50), (14, Fraction(100, 3))]
)
def test_a_week_counts_as_a_whole_from_its_first_day_on(trial, on, percent):
    assert counted(trial, logins=(0, 1, 2), on=on).login_percent == percent


def test_more_than_was_asked_for_is_a_hundred_percent_and_no_more(trial):
    found = counted(trial, logins=range(7), diary=range(5), on=6)

    assert (found.login_days, found.diary_days) == (7, 5)
    assert (found.login_percent, found.diary_percent) == (100, 100)


@given(logins=DAYS, diary=DAYS, on=st.integers(-3, 90))
def test_no_part_and_no_composite_is_below_nothing_or_above_all(trial, logins, diary, on):
    found = counted(trial, logins, diary, on=on)
    parts = [found.login_percent, found.diary_percent, found.composite(3, 3)]

    assert all(0 <= part <= 100 for part in parts if part is not None)


def test_a_day_counts_once(trial):
    assert counted(trial, logins=(0, 0, 0), diary=(1, 1), on=1) == counted(
        trial, logins=(0,), diary=(1,), on=1
    )


def test_days_before_and_after_the_programme_do_not_count(trial):
    found = counted(trial, logins=(-1, 0, 41, 42), diary=(-1, 42), on=60)

    assert (found.login_days, found.diary_days) == (2, 0)


def test_after_the_last_week_the_whole_target_is_asked_for(trial):
    assert counted(trial, logins=range(9), on=90).login_percent == 50


@pytest.mark.parametrize("first", [None, FIRST + DAY], ids=["unknown", "tomorrow"])
def test_before_day_one_nothing_was_asked_for(trial, first):
    assert counted(trial, logins=(0,), first=first) == Adherence(0, None, 0, None)


class TestComposite:
    def test_is_the_mean_of_the_three_parts(self):
        assert Adherence(9, Fraction(50), 9, Fraction(100)).composite(1, 4) == Fraction(175, 3)

    def test_leaves_out_what_was_not_offered(self):
        assert Adherence(9, Fraction(50), 9, Fraction(100)).composite(0, 0) == 75
        assert Adherence(0, None, 0, None).composite(1, 2) == 50

    def test_is_nothing_without_any_part(self):
        assert Adherence(0, None, 0, None).composite(0, 0) is None


class TestWeeks:
    def test_count_each_day_once_in_its_week(self, trial):
        logins, diary = [FIRST, FIRST, FIRST + 6 * DAY, FIRST + 7 * DAY], [FIRST + 7 * DAY]
        one, two = weeks(trial, logins, diary, FIRST, FIRST + 8 * DAY, {2: (1, 2)})

        assert (one.login_days, one.diary_days, one.sessions) == (2, 0, None)
        assert (two.login_days, two.diary_days, two.sessions) == (1, 1, (1, 2))
        assert two.begins == FIRST + 7 * DAY

    def test_end_with_the_programme(self, trial):
        found = weeks(trial, [FIRST + 50 * DAY], [], FIRST, FIRST + 100 * DAY)

        assert [week.number for week in found] == [1, 2, 3, 4, 5, 6]
        assert sum(week.login_days for week in found) == 0

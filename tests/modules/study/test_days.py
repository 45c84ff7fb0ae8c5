"""What today is, and how days and weeks are counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.study import days

MEXICO = "America/Mexico_City"
FIRST = date(2026, 11, 2)
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))


class TestToday:
    @pytest.mark.parametrize(
        ("moment", "today"),
        [
            (datetime(2026, 11, 12, 5, 59, 59, tzinfo=UTC), date(2026, 11, 11)),
            (datetime(2026, 11, 12, 6, 0, tzinfo=UTC), date(2026, 11, 12)),
            (datetime(2026, 11, 13, 5, 59, tzinfo=UTC), date(2026, 11, 12)),
        ],
    )
    def test_the_day_changes_at_midnight_in_mexico_city(self, moment, today):
        assert days.today_for(moment, MEXICO) == today

    def test_two_participants_may_have_two_todays(self):
        moment = datetime(2026, 11, 12, 6, 30, tzinfo=UTC)

        assert days.today_for(moment, MEXICO) == date(2026, 11, 12)
        assert days.today_for(moment, "America/Tijuana") == date(2026, 11, 11)

    @given(day=DATES)
    def test_a_day_begins_when_it_becomes_today(self, day):
        begins = days.start_of(day, MEXICO)

        assert days.today_for(begins, MEXICO) == day
        assert days.today_for(begins - timedelta(seconds=1), MEXICO) == day - timedelta(days=1)


class TestStudyDay:
    @pytest.mark.parametrize(("offset", "number"), [(0, 1), (1, 2), (41, 42), (-1, -1), (-7, -7)])
    def test_the_first_day_is_one_and_there_is_no_day_zero(self, offset, number):
        assert days.study_day(FIRST + timedelta(days=offset), FIRST) == number

    @given(day=DATES, first=DATES)
    def test_a_study_day_leads_back_to_its_date(self, day, first):
        number = days.study_day(day, first)

        assert number != 0
        assert days.date_of(number, first) == day

    def test_day_zero_is_refused(self):
        with pytest.raises(ValueError, match="day 0"):
            days.date_of(0, FIRST)


class TestWeek:
    @pytest.mark.parametrize(
        ("offset", "week"), [(-1, 0), (0, 1), (6, 1), (7, 2), (41, 6), (42, 7)]
    )
    def test_seven_days_are_a_week(self, offset, week):
        assert days.week_of(FIRST + timedelta(days=offset), FIRST) == week

    @given(first=DATES, offset=st.integers(0, 400))
    def test_every_week_has_seven_days(self, first, offset):
        day = first + timedelta(days=offset)
        number = days.week_of(day, first)
        same = [days.week_of(day + timedelta(days=n), first) for n in range(-6, 7)]

        assert same.count(number) >= min(7, offset + 1)
        assert sorted(same) == same

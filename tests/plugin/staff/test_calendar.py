"""The diary calendar of a participant's page."""

from datetime import UTC, date, datetime, timedelta

from modules.records.queries import DiaryFacts
from plugin.staff.calendar import CalendarDay, DayState, weeks

DAY_ONE = date(2026, 3, 4)
TODAY = DAY_ONE + timedelta(days=9)


def written(offset: int, minutes: int = 20, pain: int | None = 31) -> DiaryFacts:
    """Return an entry written so many days after day 1."""
    day = DAY_ONE + timedelta(days=offset)
    at = datetime(2026, 3, 4, 18, tzinfo=UTC)
    return DiaryFacts(day, (), minutes, None, None, pain, None, at)


def day_of(offset: int, *entries: DiaryFacts, logins: tuple[int, ...] = ()) -> CalendarDay:
    """Return one day of a calendar of six weeks."""
    seen = {DAY_ONE + timedelta(days=each) for each in logins}
    return weeks(DAY_ONE, 6, entries, seen, TODAY)[offset // 7][offset % 7]


def test_a_week_begins_on_the_weekday_of_day_one():
    found = weeks(DAY_ONE, 6, (), (), TODAY)
    assert [week[0].day.weekday() for week in found] == [DAY_ONE.weekday()] * 6
    assert found[-1][-1].day == DAY_ONE + timedelta(days=41)


def test_a_written_day_carries_its_minutes_and_pain():
    day = day_of(3, written(3))
    assert (day.state, day.minutes, day.pain_mm) == (DayState.WRITTEN, 20, 31)


def test_two_entries_of_a_day_add_up_and_the_last_pain_counts():
    day = day_of(3, written(3, 10, 50), written(3, 15, 40))
    assert (day.minutes, day.pain_mm) == (25, 40)


def test_pain_of_zero_is_an_answer():
    assert day_of(3, written(3, pain=0)).pain_mm == 0


def test_a_day_with_a_login_alone_says_so():
    assert day_of(4, logins=(4,)).state is DayState.SEEN


def test_a_past_day_without_anything_is_empty():
    assert day_of(8).state is DayState.EMPTY


def test_today_is_not_called_empty_before_it_is_over():
    day = day_of(9)
    assert (day.state, day.is_today) == (DayState.AHEAD, True)

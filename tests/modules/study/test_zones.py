"""Another clock from a day on: no day twice, none left out, and no day that was lived moves."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.study import days, zones
from modules.study.zones import ZoneChange, Zones

MEXICO, TIJUANA, CANCUN = "America/Mexico_City", "America/Tijuana", "America/Cancun"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHANGED = date(2026, 11, 12)
CLOCKS_GO_BACK, CLOCKS_GO_ON = date(2026, 11, 1), date(2027, 3, 14)
"""The nights in which Tijuana changes its clocks; Cancún and Mexico City do not."""

NAMES = st.sampled_from([MEXICO, TIJUANA, CANCUN, "America/Hermosillo", "America/Ciudad_Juarez"])
DATES = st.one_of(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from([CLOCKS_GO_BACK, CLOCKS_GO_ON]).flatmap(
        lambda day: st.integers(-2, 2).map(lambda n: day + n * DAY)
    ),
)


def at(day: date, hour: int, minute: int = 0, zone: str = MEXICO) -> datetime:
    """Return a wall time of a place as a moment."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


@st.composite
def histories(draw) -> Zones:
    """Return zones with up to four changes, decided in any order."""
    found = Zones(draw(NAMES))
    for since in draw(st.lists(DATES, max_size=4)):
        found = found.changed(since, draw(NAMES))
    return found


class TestWestward:
    """From Mexico City to Tijuana, two hours behind in winter."""

    zone = Zones(MEXICO).changed(CHANGED, TIJUANA)

    def test_the_day_before_lasts_until_the_new_clock_says_midnight(self):
        assert days.today_for(at(CHANGED - DAY, 23, 59), self.zone) == CHANGED - DAY
        assert days.today_for(at(CHANGED, 1, 59), self.zone) == CHANGED - DAY
        assert days.today_for(at(CHANGED, 2), self.zone) == CHANGED

    def test_the_day_itself_has_all_its_hours(self):
        begins, ends = (days.start_of(day, self.zone) for day in (CHANGED, CHANGED + DAY))
        assert begins == at(CHANGED, 0, zone=TIJUANA)
        assert ends - begins == DAY


class TestEastward:
    """From Mexico City to Cancún, one hour ahead."""

    zone = Zones(MEXICO).changed(CHANGED, CANCUN)

    def test_the_day_begins_by_the_new_clock(self):
        assert days.today_for(at(CHANGED - DAY, 22, 59), self.zone) == CHANGED - DAY
        assert days.today_for(at(CHANGED - DAY, 23), self.zone) == CHANGED

    def test_the_day_itself_has_all_its_hours(self):
        begins, ends = (days.start_of(day, self.zone) for day in (CHANGED, CHANGED + DAY))
        assert ends - begins == DAY


class TestClockChanges:
    @pytest.mark.parametrize(("day", "hours"), [(CLOCKS_GO_BACK, 25), (CLOCKS_GO_ON, 23)])
    def test_a_change_on_the_night_the_clocks_change_is_one_day_of_tijuana(self, day, hours):
        zone = Zones(MEXICO).changed(day, TIJUANA)
        begins, ends = days.start_of(day, zone), days.start_of(day + DAY, zone)
        assert ends - begins == hours * HOUR
        assert days.today_for(begins, zone) == day
        assert days.today_for(begins - timedelta(seconds=1), zone) == day - DAY


class TestAnyHistory:
    @given(histories(), st.lists(st.integers(0, 2 * 365 * 24 * 60)))
    def test_no_day_ever_comes_back(self, zone, minutes):
        moments = [at(date(2026, 1, 1), 0) + timedelta(minutes=each) for each in sorted(minutes)]
        seen = [days.today_for(each, zone) for each in moments]
        assert seen == sorted(seen)

    @given(histories(), DATES)
    def test_every_day_comes_and_begins_where_the_one_before_ends(self, zone, day):
        begins = days.start_of(day, zone)
        assert days.today_for(begins, zone) == day
        assert days.today_for(begins - timedelta(seconds=1), zone) == day - DAY

    @given(histories(), DATES, NAMES, st.integers(1, 48))
    def test_a_change_moves_no_day_before_the_one_before_it(self, zone, since, name, hours):
        after = zone.changed(since, name)
        moment = days.start_of(since - DAY, zone) - hours * HOUR
        assert days.today_for(moment, after) == days.today_for(moment, zone)
        assert zones.at(after, moment) == zones.at(zone, moment)

    @given(histories(), DATES, NAMES)
    def test_from_its_day_on_the_newest_decision_counts(self, zone, since, name):
        after = zone.changed(since, name)
        assert {after.name_on(since + n * DAY) for n in (0, 1, 400)} == {name}

    @given(histories())
    def test_what_is_stored_is_read_again(self, zone):
        assert Zones.read(zone.first, zone.stored()) == zone


def test_a_later_plan_falls_when_an_earlier_day_is_decided():
    zone = Zones(MEXICO).changed(CHANGED + 9 * DAY, TIJUANA).changed(CHANGED, CANCUN)
    assert zone.changes == (ZoneChange(CHANGED, CANCUN),)


def test_to_go_back_to_what_counts_takes_the_plan_back():
    assert Zones(MEXICO).changed(CHANGED, TIJUANA).changed(CHANGED, MEXICO) == Zones(MEXICO)


def test_a_plain_name_counts_always():
    assert zones.at(TIJUANA, at(CHANGED, 0)) == zones.on(TIJUANA, CHANGED) == ZoneInfo(TIJUANA)


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        zones.at("America/Aztlan", at(CHANGED, 0))

"""A year, day by day, where Mexico's clocks differ: diary days, hours of reminders, quiet hours.

Tijuana changes its clock with California, Cancún never does, Mexico City did until 2022.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from modules.diary import slots
from modules.diary.slots import Slot
from modules.study import days
from notifications import rules
from notifications.hours import QuietHours, instant, local
from notifications.kinds import KINDS
from tests.notifications.facts import facts

ZONES = ("America/Tijuana", "America/Cancun", "America/Mexico_City")
YEARS = (2022, 2026)
CHANGES = {"America/Tijuana": (2, 2), "America/Cancun": (0, 0), "America/Mexico_City": (2, 0)}
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
NIGHT = QuietHours(time(21), time(8))

everywhere = pytest.mark.parametrize("name", ZONES)
every_year = pytest.mark.parametrize("year", YEARS)


def year_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


def moments_of(year: int) -> Iterator[datetime]:
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        yield moment
        moment += HALF_HOUR


@everywhere
def test_the_clock_changes_as_often_as_it_does(name: str):
    for year, changes in zip(YEARS, CHANGES[name], strict=True):
        starts = [days.start_of(day, name) for day in year_of(year)]
        lengths = {after - before for before, after in pairwise(starts)}
        odd = {timedelta(hours=23), timedelta(hours=25)} if changes else set()
        assert lengths == {DAY} | odd


@everywhere
@every_year
def test_every_moment_belongs_to_the_one_day_it_lies_in(name: str, year: int):
    for moment in moments_of(year):
        day = days.today_for(moment, name)
        assert days.start_of(day, name) <= moment < days.start_of(day + DAY, name)


@everywhere
@every_year
def test_the_diary_of_a_day_is_due_from_its_first_to_its_last_minute(name: str, year: int):
    plan, weeks = facts().protocol.diary, 60
    for day in year_of(year):
        first, last = days.start_of(day, name), days.start_of(day + DAY, name) - HALF_HOUR
        for moment in (first, last):
            today = days.today_for(moment, name)
            assert slots.due(plan, date(year, 1, 1), weeks, today, []) == Slot(day)
            kept = slots.when_written(moment + DAY, moment)
            assert days.today_for(kept, name) == day


@everywhere
@every_year
def test_a_reminder_keeps_its_local_hour_and_the_quiet_hours(name: str, year: int):
    zone, protocol, planned_days = ZoneInfo(name), facts().protocol, 0
    quiet = QuietHours.of(protocol.reminder_limits)
    hours = {
        entry.kind: KINDS[entry.kind].hour if entry.hour is None else time(entry.hour)
        for entry in protocol.reminders
    }
    for day in year_of(year):
        now, begun = days.start_of(day, name), day - timedelta(days=10)
        planned = rules.due(facts(time_zone=name, now=now, day_one=begun, agreed_on=begun))
        planned_days += bool(planned)
        for each in planned:
            here = local(each.not_before, zone)
            assert (here.date(), here.time()) == (day, hours[each.kind])
            assert not quiet.cover(here.time())
            assert each.not_before < each.expires_at
            assert not quiet.cover(local(each.expires_at - timedelta(seconds=1), zone).time())
    assert planned_days > 50


@everywhere
@every_year
def test_nobody_is_written_to_in_the_quiet_hours_and_they_end_once_a_day(name: str, year: int):
    zone = ZoneInfo(name)
    ends = set()
    for moment in moments_of(year):
        allowed = NIGHT.next_allowed(moment, zone)
        assert moment <= allowed <= moment + timedelta(hours=12)
        assert not NIGHT.cover(local(allowed, zone).time())
        if allowed != moment:
            ends.add(allowed)
            assert local(allowed, zone).time() == NIGHT.end
        start = NIGHT.next_start(moment, zone)
        assert start is not None
        assert moment < start <= moment + timedelta(hours=25)
        assert local(start, zone).time() == NIGHT.start
    assert len(ends) in (365, 366)


@everywhere
@every_year
@pytest.mark.parametrize("hour", [8, 18, 20])
def test_an_hour_of_the_day_comes_once_a_day(name: str, year: int, hour: int):
    zone = ZoneInfo(name)
    at = [instant(day, time(hour), zone) for day in year_of(year)]
    assert all(local(moment, zone).hour == hour for moment in at)
    assert all(timedelta(hours=23) <= b - a <= timedelta(hours=25) for a, b in pairwise(at))

"""The rules of the live sessions: hours that stay, a way in that opens, attendance that counts."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import InvalidEntry
from modules.study import live_sessions
from modules.study.live_sessions import LiveSessionFacts

START = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
ZONES = ("America/Mexico_City", "America/Tijuana", "Europe/Madrid", "UTC")
LINK = "https://meet.example.org/columna-x"


def one(
    starts_at: datetime = START, minutes: int = 45, *, cancelled: bool = False
) -> LiveSessionFacts:
    key = uuid.uuid4()
    return LiveSessionFacts(key, key, "A", 1, starts_at, minutes, LINK, cancelled, 0, START)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda t: t.replace(microsecond=0)),
    st.sampled_from(ZONES),
    st.integers(1, 12),
)
def test_every_week_has_its_session_on_the_same_weekday(first, starts, zone, weeks):
    found = live_sessions.weekly(first, starts, zone, weeks)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in found]

    assert len(found) == weeks
    # An hour that a change of clocks skips becomes the hour after it, for that one session.
    assert all(here.hour == starts.hour or here.month in (3, 4) for here in local)
    assert {(here.date() - first).days % 7 for here in local} <= {0, 1}


def test_a_change_of_clocks_does_not_move_the_hour():
    found = live_sessions.weekly(date(2026, 10, 21), time(18), "Europe/Madrid", 2)
    assert [moment.hour for moment in found] == [16, 17]


@pytest.mark.parametrize(
    ("minutes", "enters"), [(-16, False), (-15, True), (0, True), (44, True), (45, False)]
)
def test_the_way_in_opens_a_quarter_before_and_shuts_at_the_end(minutes, enters):
    assert one().may_enter(START + timedelta(minutes=minutes)) is enters


def test_nobody_enters_a_cancelled_session():
    assert not one(cancelled=True).may_enter(START)


@pytest.mark.parametrize(
    ("present", "minutes", "counts"),
    [
        (None, None, None),
        (None, 45, None),
        (False, 45, False),
        (True, None, True),
        (True, 23, True),
        (True, 22, False),
    ],
)
def test_half_of_the_minutes_or_a_tick_counts(present, minutes, counts):
    assert live_sessions.attended(45, present, minutes) is counts


@given(
    st.lists(st.tuples(st.integers(-10, 50), st.booleans(), st.none() | st.booleans()), max_size=12)
)
def test_attended_never_exceeds_offered_and_nothing_ahead_or_unconfirmed_is_offered(plan):
    day_one = date(2026, 11, 1)
    now = START + timedelta(days=10)
    known = [
        (one(START + timedelta(days=days), cancelled=cancelled), was)
        for days, cancelled, was in plan
    ]
    inside = live_sessions.in_programme([s for s, _was in known], day_one, 6, "UTC")
    said = {session.id: was for session, was in known if was is not None}
    counted = live_sessions.by_week(inside, said, day_one, "UTC", now)

    over = [s for s in inside if not s.cancelled and s.ends_at <= now and s.id in said]
    assert sum(offered for _done, offered in counted.values()) == len(over)
    assert all(0 <= done <= offered for done, offered in counted.values())
    assert all(1 <= week <= 6 for week in counted)


def test_what_nobody_has_confirmed_is_neither_offered_nor_missed():
    there, missed, unknown = (one(START + timedelta(days=days)) for days in (1, 2, 3))
    said = {there.id: True, missed.id: False}
    now = START + timedelta(days=5)
    counted = live_sessions.by_week([there, missed, unknown], said, START.date(), "UTC", now)
    assert counted == {1: (1, 2)}


def test_somebody_without_a_day_one_has_no_sessions():
    assert live_sessions.in_programme([one()], None, 6, "UTC") == []


def test_the_next_one_comes_first_and_one_under_way_is_still_there():
    later, running = one(START + timedelta(days=1)), one(START - timedelta(minutes=10))
    over = one(START - timedelta(hours=2))
    assert live_sessions.coming([later, over, running], START) == [running, later]


@pytest.mark.parametrize(
    "link",
    [
        "http://meet.example.org/x",
        "javascript:alert(1)",
        "https://",
        "https://user:pass@meet.example.org/",
        "https://meet.example.org/a b",
        'https://meet.example.org/"onclick',
        "meet.example.org",
        "https://meet.example.org/" + "x" * 500,
    ],
)
def test_only_addresses_of_the_web_are_links(link):
    assert not live_sessions.is_link(link)


def test_a_template_gives_each_room_its_address():
    assert (
        live_sessions.link_of("https://meet.example.org/{room}", "a-b")
        == "https://meet.example.org/a-b"
    )


def test_every_fault_is_named():
    with pytest.raises(InvalidEntry) as fault:
        live_sessions.check(" ", "nowhere", 0, 99)
    assert fault.value.fields == {
        "name": "required",
        "minutes": "out_of_range",
        "weeks": "out_of_range",
        "link": "no_link",
    }

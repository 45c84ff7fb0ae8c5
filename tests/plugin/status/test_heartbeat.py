"""The worker's heartbeat, and the notice that the first screens make of it."""

import logging

from sqlalchemy import func, select

from notifications.models import Pause
from plugin.status import heartbeat
from plugin.status.models import Heartbeat
from tests.statements import sent


def codes(place):
    with place.database.reading() as session:
        found = heartbeat.notices(session, place.tool.now())
    return [(each.check.key, each.finding.code) for each in found]


def test_a_worker_that_never_worked_is_said(place):
    assert codes(place) == [("worker", "never")]


def test_a_worker_that_works_is_not_worth_a_notice(place):
    heartbeat.beat(place)

    assert codes(place) == []


def test_every_beat_rewrites_one_row(place, clock):
    heartbeat.beat(place)
    clock.move(minutes=1)
    heartbeat.beat(place)

    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Heartbeat)) == 1
        assert session.scalar(select(Heartbeat.beat_at)) == clock.moment


def test_a_worker_that_went_silent_is_said_and_logged_once(place, clock, caplog):
    heartbeat.beat(place)
    clock.move(minutes=11)
    caplog.set_level(logging.INFO, "plugin.status.examine")

    assert [codes(place), codes(place)] == [[("worker", "silent")]] * 2
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["status check=worker state=bad code=silent"]


def test_what_the_worker_found_is_said_while_it_works(place):
    now = place.tool.now()
    with place.database.writing() as session:
        session.add(Pause(scope="whatsapp", since=now, until=now, reason="credentials"))
    heartbeat.beat(place)

    assert codes(place) == [("pauses", "channel")]


def test_a_beat_asks_first_and_writes_in_a_transaction_of_its_own(place):
    with sent() as asked:
        heartbeat.beat(place)
    writes = [one for one in asked if not one.startswith("SELECT")]

    assert len(writes) <= 2
    assert asked[-len(writes) :] == writes


def test_the_notice_costs_one_statement(place):
    heartbeat.beat(place)
    with sent() as asked, place.database.reading() as session:
        heartbeat.notices(session, place.tool.now())

    assert len(asked) == 1

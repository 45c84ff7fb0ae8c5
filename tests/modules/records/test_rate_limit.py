"""A limit that all processes count together: cheap in ordinary measure, never in the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from modules.records import rate_limit
from modules.records.db import HeldTooLong
from modules.records.rate_limit import RateLimit, RateLimitBucket
from tests.factories import NOON
from tests.statements import sent

BURST, PROCESSES = 24, 4
SHARE = BURST // rate_limit.SHARES


@pytest.fixture
def processes(database, clock):
    """The limits of several processes on one database."""
    return [RateLimit("door", BURST, 1.0, database, clock) for _ in range(PROCESSES)]


def passed(limit, visitor: str = "a", tries: int = 100) -> int:
    return sum(limit.admits(visitor) for _ in range(tries))


def test_one_process_lets_the_burst_through(processes):
    assert passed(processes[0]) == BURST


def test_all_processes_together_let_little_more_through(processes):
    total = sum(passed(limit) for limit in processes)

    assert total == BURST + (PROCESSES - 1) * SHARE


def test_visitors_do_not_count_for_each_other(processes):
    passed(processes[0], "a")

    assert passed(processes[1], "b") == BURST


def test_limits_do_not_count_for_each_other(processes, database, clock):
    passed(processes[0])

    assert passed(RateLimit("other", BURST, 1.0, database, clock)) == BURST


def test_what_was_spent_comes_back_with_time(processes, clock):
    for limit in processes:
        passed(limit)
    clock.move(seconds=5)

    assert sum(passed(limit) for limit in processes) == 5


def test_ordinary_measure_asks_the_database_nothing(processes):
    with sent() as statements:
        for _ in range(100):
            assert processes[0].admits("a")
            processes[0].give_back("a")

    assert statements == []


def test_a_visitor_who_is_refused_costs_a_statement_a_second_at_most(processes):
    passed(processes[0])
    with sent() as statements:
        assert passed(processes[0]) == 0

    assert statements == []


def test_what_is_given_back_can_be_spent_again(processes):
    passed(processes[0])
    processes[0].give_back("a")

    assert passed(processes[0]) == 1


def test_a_clock_set_back_shuts_nobody_out_for_longer(processes, clock):
    passed(processes[0])
    clock.move(hours=-3)
    processes[0].admits("a")
    clock.move(seconds=5)

    assert passed(processes[0]) > 0


def test_without_the_database_a_process_goes_on_by_itself(processes, database, clock, monkeypatch):
    def away():
        raise OperationalError("BEGIN", None, TimeoutError())

    monkeypatch.setattr(database, "writing", away)
    assert passed(processes[0]) == SHARE
    clock.move(seconds=2)

    assert passed(processes[0]) == 2


def test_nobody_is_counted_inside_a_writing_transaction(processes, database):
    """It would wait for itself."""
    passed(processes[0], tries=SHARE)
    with database.writing(), pytest.raises(HeldTooLong):
        processes[0].admits("a")


def test_the_database_does_not_know_who_it_was(processes, database):
    passed(processes[0], "192.0.2.7")
    with database.reading() as session:
        (key,) = session.scalars(select(RateLimitBucket.visitor))

    assert "192.0.2.7" not in key
    assert len(key) == 64


def test_old_buckets_are_forgotten(processes, database):
    passed(processes[0])
    for hours, left in ((0, 1), (2, 0)):
        with database.writing() as session:
            rate_limit.sweep(session, NOON + timedelta(hours=hours))
            assert len(session.scalars(select(RateLimitBucket)).all()) == left

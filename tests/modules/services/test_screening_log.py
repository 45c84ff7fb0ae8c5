"""The screening log: numbers without gaps, reasons that fit, counts without what was taken back."""

import threading
from datetime import timedelta

import pytest

from modules.errors import CourseError, InvalidEntry, NotFound
from modules.records.screening_log_models import Exclusion
from modules.services import lock, screening_log
from tests.factories import NOON, TODAY, Clinic

KNOWN = ("adult", "chronic", "surgery")


@pytest.fixture
def place(database, make_tool):
    return Clinic(make_tool(database))


def add(place, exclusion=Exclusion.DECLINED, criteria=(), day=TODAY):
    with place.writing() as session:
        return screening_log.add(
            session, place.study_id, day, exclusion, criteria, KNOWN, place.study_id, TODAY, NOON
        )


def counts(place):
    with place.tool.database.reading() as session:
        return screening_log.counts(screening_log.entries(session, place.study_id))


def test_numbers_begin_with_one_and_have_no_gaps(place):
    assert [add(place) for _ in range(3)] == [1, 2, 3]


def test_many_at_once_get_a_number_each(place):
    found, workers = [], []
    for _ in range(6):
        workers.append(threading.Thread(target=lambda: found.append(add(place))))
        workers[-1].start()
    for worker in workers:
        worker.join()
    assert sorted(found) == [1, 2, 3, 4, 5, 6]


def test_reasons_and_criteria_are_counted_and_what_was_taken_back_is_not(place):
    add(place)
    add(place, Exclusion.NOT_ELIGIBLE, ("chronic", "surgery"))
    add(place, Exclusion.NOT_ELIGIBLE, ("surgery",))
    with place.writing() as session:
        screening_log.take_back(session, place.study_id, 3, NOON)
    found = counts(place)
    assert list(found.reasons.values()) == [1, 1, 0]
    assert found.criteria == {"chronic": 1, "surgery": 1}
    assert found.total == 2


@pytest.mark.parametrize(
    ("exclusion", "criteria", "day", "fields"),
    [
        (Exclusion.NOT_ELIGIBLE, (), TODAY, {"criteria": "required"}),
        (Exclusion.DECLINED, ("adult",), TODAY, {"criteria": "not_asked"}),
        (Exclusion.NOT_ELIGIBLE, ("cats",), TODAY, {"criteria": "unknown"}),
        (Exclusion.OTHER, (), TODAY + timedelta(days=1), {"considered_on": "out_of_range"}),
    ],
)
def test_what_does_not_fit_is_refused_by_field(place, exclusion, criteria, day, fields):
    with pytest.raises(InvalidEntry) as refused:
        add(place, exclusion, criteria, day)
    assert refused.value.fields == fields
    assert counts(place).total == 0


def test_a_number_that_is_not_there_cannot_be_taken_back(place):
    with pytest.raises(NotFound), place.writing() as session:
        screening_log.take_back(session, place.study_id, 1, NOON)


def test_a_closed_study_takes_nothing_more(place):
    add(place)
    with place.writing() as session:
        lock.lock(session, place.study_key, NOON)
    with pytest.raises(CourseError):
        add(place)

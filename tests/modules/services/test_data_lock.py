"""The data lock: two people, and the outcomes that both of them saw."""

import uuid
from datetime import timedelta

import pytest

from modules.errors import AlreadyRecorded, DataChanged, NeedsSecondPerson, NotFound
from modules.records.data_lock_models import LockRequest
from modules.records.models import Assessment, Study
from modules.services import data_lock
from tests import factories
from tests.factories import NOON, Clinic

ANA, LUIS = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def place(database, make_tool):
    return Clinic(make_tool(database))


@pytest.fixture
def person(place):
    with place.writing() as session:
        return place.patient(session, day=14).participant_id


def snapshot(place):
    with place.tool.database.reading() as session:
        return data_lock.snapshot(session, place.study_id)


def ask(place, outcomes=None, at=NOON):
    outcomes = outcomes or snapshot(place)
    with place.writing() as session:
        data_lock.ask(session, place.study_id, outcomes, ANA, at)


def confirm(place, outcomes=None, by=LUIS):
    outcomes = outcomes or snapshot(place)
    with place.writing() as session:
        data_lock.confirm(session, place.study_id, outcomes, {by}, NOON)


def locked_at(place):
    return place.rows(Study, Study.id == place.study_id)[0].locked_at


def answer(place, person, visit="week_2"):
    with place.writing() as session:
        factories.assessment(session, person, visit, "odi")


def test_one_asks_and_another_one_confirms(place, person):
    ask(place)
    assert locked_at(place) is None
    confirm(place)
    assert locked_at(place) == NOON


def test_who_asked_cannot_confirm_by_whatever_account(place, person):
    ask(place)
    with pytest.raises(NeedsSecondPerson), place.writing() as session:
        data_lock.confirm(session, place.study_id, snapshot(place), {LUIS, ANA}, NOON)
    assert locked_at(place) is None


def test_without_a_request_nothing_is_confirmed(place, person):
    with pytest.raises(NotFound):
        confirm(place)


def test_what_was_added_since_somebody_asked_is_looked_at_again(place, person):
    ask(place)
    answer(place, person)
    with pytest.raises(DataChanged):
        confirm(place)
    assert locked_at(place) is None
    ask(place, at=NOON + timedelta(minutes=1))
    confirm(place)
    assert locked_at(place) == NOON


def test_what_is_added_between_reading_and_closing_is_noticed(place, person):
    ask(place)
    read = snapshot(place)
    answer(place, person)
    with pytest.raises(DataChanged):
        confirm(place, read)
    with pytest.raises(DataChanged):
        ask(place, read)
    assert len(place.rows(LockRequest)) == 1


def test_a_closed_study_is_asked_for_no_more(place, person):
    ask(place)
    confirm(place)
    with pytest.raises(AlreadyRecorded):
        ask(place)


def test_the_digest_is_of_what_was_answered_and_of_nothing_else(place, person):
    before = snapshot(place)
    assert snapshot(place) == before
    with place.writing() as session:
        factories.assessment(session, person, "week_2", "odi", None)  # not completed
        factories.diary_entry(session, person, factories.TODAY)
    assert snapshot(place) == before
    answer(place, person, "week_4")
    after = snapshot(place)
    assert (after.revisions, after.digest != before.digest) == (before.revisions + 1, True)
    with place.writing() as session:
        row = session.get_one(
            Assessment, place.rows(Assessment, Assessment.visit == "week_4")[0].id
        )
        row.answers = {**row.answers, next(iter(row.answers)): 5}
    assert snapshot(place).digest != after.digest

"""Everybody is met once, a page at a time; more keys than a page holds are refused."""

import uuid

import pytest

from modules.records import pages
from modules.records.models import Participant, ParticipantStatus
from tests import factories
from tests.factories import Clinic


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    return Clinic(make_tool(database))


@pytest.fixture
def everybody(anywhere, monkeypatch):
    """Seven people, and pages of three."""
    monkeypatch.setattr(pages, "PAGE", 3)
    with anywhere.writing() as session:
        return {factories.participant(session, anywhere.study_id, f"P{n}").id for n in range(7)}


def all_pages(session, study_id, *conditions):
    """Return every page in turn."""
    found, after = [], None
    while page := pages.following(session, study_id, after, *conditions):
        found.append(page)
        after = page[-1]
    return found


def test_everybody_is_met_once(anywhere, everybody):
    with anywhere.tool.database.reading() as session:
        found = all_pages(session, anywhere.study_id)

    assert [len(page) for page in found] == [3, 3, 1]
    assert {key for page in found for key in page} == everybody


def test_a_condition_on_the_participant_holds_on_every_page(anywhere, everybody):
    active = Participant.status == ParticipantStatus.ACTIVE
    with anywhere.tool.database.reading() as session:
        assert all_pages(session, anywhere.study_id, active) == []


def test_a_longer_list_of_keys_is_refused():
    with pytest.raises(ValueError, match="page"):
        pages.among(Participant.id, [uuid.uuid4() for _ in range(pages.PAGE + 1)])

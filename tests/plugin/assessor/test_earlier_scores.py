"""What was measured before leads whoever asks again: a protocol decides whether it is shown."""

import pytest

from modules.services import lock
from tests import factories

VISIT = "week_2"
NEVER = ("Pain and disability over time", "<polyline", "Week by week", "percent")


@pytest.fixture
def person(clinic):
    """A participant on day 14 with a first score and the second one to be asked."""
    with clinic.writing() as session:
        return clinic.patient(session, day=14).participant_id


@pytest.fixture
def page(client_for, person):
    """What the assessor reads about this participant now."""
    assessor = client_for("assessor", locale="en")
    return lambda: assessor.get(f"/assessor/participants/{person}").text


def test_no_score_and_no_chart_is_shown_while_something_is_still_to_be_asked(page):
    text = page()

    assert [word for word in NEVER if word in text] == []
    assert "Scores are shown once every visit has been answered" in text


def test_scores_are_shown_where_the_protocol_says_so(clinic, page):
    clinic.change_protocol(earlier_scores_shown=True)

    assert "Week by week" in page()


def test_scores_are_shown_once_every_visit_has_been_answered(clinic, person, page):
    with clinic.writing() as session:
        for visit in clinic.protocol.visits:
            for instrument in visit.instruments:
                if visit.key != "baseline":
                    factories.assessment(session, person, visit.key, instrument)

    assert "Week by week" in page()


def test_scores_are_shown_once_the_study_is_closed(clinic, page):
    with clinic.writing() as session:
        lock.lock(session, clinic.study_key, factories.NOON)

    assert "Week by week" in page()

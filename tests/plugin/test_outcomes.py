"""Scores in words: rounded half-up as their instrument says, week by week, nothing filled in."""

from datetime import timedelta
from fractions import Fraction

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from modules.records import queries
from plugin import outcomes
from tests import factories
from tests.factories import TODAY

VISIT = "week_2"
(PAIN,) = factories.answers("vas_pain")


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("odi", Fraction(320, 9), "36"),
        ("odi", Fraction(65, 2), "33"),
        ("sds", 62.5, "63"),
        ("rmdq", Fraction(72, 23), "3.13"),
        ("rmdq", 6.0, "6"),
        ("eq5d5l", 0.295, "0.295"),
        ("eq5d5l", Fraction("-0.0005"), "-0.001"),
        ("rand36", Fraction("35.575"), "35.58"),
    ],
)
def test_a_score_is_shown_as_its_instrument_says(app, key, value, shown):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert outcomes.number(INSTRUMENTS[key], value) == shown


class TestWeekByWeek:
    @pytest.fixture
    def page(self, clinic, client_for):
        """The assessor's page of somebody who has answered at the start and in week 2."""
        clinic.change_protocol(earlier_scores_shown=True)
        with clinic.writing() as session:
            person = clinic.patient(session, day=14).participant_id
        assessor = client_for("assessor")
        answers = {f"q{number}": "1" for number in range(1, 11)}
        path = f"/assessor/participants/{person}/{VISIT}/odi"
        assessor.post(path, answers | {"mode": "paper"})
        assessor.post(f"{path}/review", {"mode": "paper", "paper_language": "es"})
        return assessor.get(f"/assessor/participants/{person}").text

    def test_what_the_protocol_repeats_has_a_row_for_every_week(self, page):
        card = page.split("Semana a semana")[1]

        for week in ("inicio", "2", "4", "6"):
            assert f'<th scope="row">{week}</th>' in card

    def test_a_week_without_a_measure_says_so(self, page):
        assert "sin medición" in page.split("Semana a semana")[1]


class TestDeclinedPain:
    """Somebody may decline to say; that is shown as missing and shuts no page."""

    @pytest.fixture(params=["alone", "beside the disability", "between two measures"])
    def person(self, request, clinic):
        """A participant who has declined the pain once."""
        with clinic.writing() as session:
            person = clinic.enrolled(session, day_one=TODAY - timedelta(days=20)).participant_id
            declined = {"answers": {}, "reasons": {PAIN: "declined"}}
            factories.assessment(session, person, VISIT, "vas_pain", **declined)
            if request.param == "beside the disability":
                factories.assessment(session, person, VISIT, "odi")
            if request.param == "between two measures":
                for visit, days in (("baseline", -9), ("week_4", 9)):
                    on = TODAY + timedelta(days=days)
                    factories.assessment(session, person, visit, "vas_pain", on)
        return person

    @pytest.mark.parametrize("role", ["staff", "assessor"])
    def test_the_page_of_that_person_opens(self, clinic, client_for, person, role):
        clinic.change_protocol(earlier_scores_shown=True)
        answer = client_for(role).get(f"/{role}/participants/{person}")

        assert answer.status_code == 200
        assert "sin puntaje" in answer.text

    def test_the_trend_has_a_gap_there(self, app, clinic, person):
        with clinic.tool.database.reading() as session:
            entries = queries.course_record(session, person).assessments
        with app.test_request_context(headers={"Accept-Language": "en"}):
            picture = outcomes.trend(clinic.tool.instruments, entries)

        assert (picture is None) is (len(entries) == 1)
        assert "<polyline" not in (picture or "")

"""Scores in words: rounded half-up as their instrument says, week by week, nothing filled in."""

from fractions import Fraction

import pytest

from modules.outcomes.instruments import INSTRUMENTS
from plugin import outcomes

VISIT = "week_2"


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
        with clinic.writing() as session:
            person = clinic.patient(session, day=14).participant_id
        assessor = client_for("assessor")
        answers = {f"q{number}": "1" for number in range(1, 11)}
        assessor.post(f"/assessor/participants/{person}/{VISIT}/odi", answers | {"mode": "paper"})
        return assessor.get(f"/assessor/participants/{person}").text

    def test_what_the_protocol_repeats_has_a_row_for_every_week(self, page):
        card = page.split("Semana a semana")[1]

        for week in ("inicio", "2", "4", "6"):
            assert f'<th scope="row">{week}</th>' in card

    def test_a_week_without_a_measure_says_so(self, page):
        assert "sin medición" in page.split("Semana a semana")[1]

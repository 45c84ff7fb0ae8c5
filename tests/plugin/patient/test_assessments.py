"""Questionnaires: one question a screen, leave and go on, completed once and for all."""

import pytest
from sqlalchemy import select

from modules.records.models import Assessment

ODI, VAS = "/questions/week_2/odi", "/questions/week_2/vas_pain"


@pytest.fixture
def patient(make_patient):
    """A participant on day 13: the check of week 2 is open."""
    return make_patient(day=13)


def kept(patient, instrument: str = "odi") -> Assessment:
    with patient.tool.database.reading() as session:
        row = session.scalar(select(Assessment).where(Assessment.instrument == instrument))
        assert row is not None
        return row


def answer_all(patient, code: str = "2") -> None:
    for place in range(1, 11):
        patient.post(ODI, {"q": str(place), f"q{place}": code})


class TestOneQuestion:
    def test_comes_with_its_place(self, patient):
        assert "1 of 10" in patient.page(ODI)

    def test_is_marked_as_own_wording(self, patient):
        assert "Own wording, not the validated text" in patient.page(ODI)

    def test_answered_leads_to_the_next(self, patient):
        answer = patient.post(ODI, {"q": "1", "q1": "3"})
        assert answer.headers["Location"].endswith(f"{ODI}?q=2")

    def test_left_without_answer_asks_again(self, patient):
        answer = patient.post(ODI, {"q": "1"})
        assert answer.status_code == 422
        assert "I prefer not to answer" in answer.text

    def test_may_be_declined(self, patient):
        patient.post(ODI, {"q": "1", "q1": "declined"})
        assert (kept(patient).answers, kept(patient).reasons) == ({}, {"q1": "declined"})

    def test_a_code_that_was_not_offered_is_refused(self, patient):
        assert patient.post(ODI, {"q": "1", "q1": "9"}).status_code == 422

    @pytest.mark.parametrize("place", ["0", "11", "x"])
    def test_a_place_that_does_not_exist_is_not_found(self, patient, place):
        assert patient.get(f"{ODI}?q={place}").status_code == 404

    def test_shows_the_answer_given_before(self, patient):
        patient.post(ODI, {"q": "1", "q1": "3"})
        assert 'value="3" checked' in patient.page(f"{ODI}?q=1")

    def test_an_answer_may_be_changed_into_declined(self, patient):
        patient.post(ODI, {"q": "1", "q1": "3"})
        patient.post(ODI, {"q": "1", "q1": "declined"})
        assert kept(patient).answers == {}


class TestLeaving:
    def test_goes_on_where_it_was_left(self, patient):
        patient.post(ODI, {"q": "1", "q1": "3"})
        patient.post(ODI, {"q": "2", "q2": "declined"})
        assert "3 of 10" in patient.page(ODI)

    def test_an_optional_question_not_seen_yet_is_shown(self, patient):
        for place in range(1, 8):
            patient.post(ODI, {"q": str(place), f"q{place}": "1"})
        assert "8 of 10" in patient.page(ODI)

    def test_an_optional_question_passed_over_is_not_shown_again(self, patient):
        for place in range(1, 8):
            patient.post(ODI, {"q": str(place), f"q{place}": "1"})
        patient.post(ODI, {"q": "8"})
        assert "9 of 10" in patient.page(ODI)

    def test_keeps_the_answer_on_the_screen(self, patient):
        answer = patient.post(ODI, {"q": "1", "q1": "3", "go": "later"})
        assert answer.headers["Location"].endswith("/today")
        assert kept(patient).answers == {"q1": 3}

    def test_without_an_answer_keeps_nothing(self, patient):
        patient.post(ODI, {"q": "1", "go": "later"})
        assert kept(patient).reasons == {}


class TestReview:
    def test_shows_every_answer_with_a_way_back(self, patient):
        answer_all(patient)
        page = patient.page(ODI)
        assert "Is this right?" in page
        assert page.count(f"{ODI}?q=") == 10

    def test_sent_completes_the_form(self, patient):
        answer_all(patient)
        assert patient.post(ODI, {"q": "review"}).status_code == 303
        assert kept(patient).completed_at is not None
        assert kept(patient).answers == {f"q{place}": 2 for place in range(1, 11)}

    def test_too_early_leads_to_the_open_question(self, patient):
        patient.post(ODI, {"q": "1", "q1": "3"})
        answer = patient.post(ODI, {"q": "review"})
        assert answer.headers["Location"].endswith(f"{ODI}?q=2")
        assert kept(patient).completed_at is None

    def test_a_question_that_is_optional_may_stay_open(self, patient):
        for place in (1, 2, 3, 4, 5, 6, 7, 9, 10):
            patient.post(ODI, {"q": str(place), f"q{place}": "1"})
        patient.post(ODI, {"q": "review"})
        assert kept(patient).completed_at is not None
        assert kept(patient).reasons == {"q8": "skipped"}

    def test_a_completed_form_does_not_open_again(self, patient):
        answer_all(patient)
        patient.post(ODI, {"q": "review"})
        assert patient.get(ODI).status_code == 409
        assert patient.post(ODI, {"q": "1", "q1": "0"}).status_code == 409


class TestLine:
    def test_is_completed_at_once(self, patient):
        assert patient.post(VAS, {"q1": "52", "input_mode": "pointer"}).status_code == 303
        row = kept(patient, "vas_pain")
        assert (row.answers, row.input_mode) == ({"q1": 52}, "pointer")

    def test_untouched_is_not_an_answer(self, patient):
        assert patient.post(VAS, {"q1": ""}).status_code == 422

    def test_untouched_and_declined_is_recorded_as_declined(self, patient):
        patient.post(VAS, {"q1": "", "q1.reason": "declined"})
        assert kept(patient, "vas_pain").reasons == {"q1": "declined"}

    def test_answered_and_declined_is_asked_again(self, patient):
        sent = {"q1": "52", "q1.reason": "declined"}
        assert patient.post(VAS, sent).status_code == 422

    def test_starts_without_a_thumb(self, patient):
        assert "vas-untouched" in patient.page(VAS)

    def test_an_unknown_way_of_answering_is_not_recorded(self, patient):
        patient.post(VAS, {"q1": "52", "input_mode": "telepathy"})
        assert kept(patient, "vas_pain").input_mode is None


class TestVisits:
    def test_one_that_is_not_open_yet_is_not_found(self, patient):
        assert patient.get("/questions/week_6/odi").status_code == 404

    def test_one_that_has_closed_says_so(self, make_patient):
        assert make_patient(day=20).get(ODI).status_code == 422

    def test_an_instrument_of_another_visit_is_not_found(self, patient):
        assert patient.get("/questions/week_2/satisfaction").status_code == 404

    def test_the_list_says_until_when(self, patient):
        assert "You can answer until Monday 16 November." in patient.page("/questions")

    def test_a_control_participant_answers_in_the_same_way(self, make_patient):
        patient = make_patient(day=13, components=frozenset({"brochure", "assessments"}))
        answer_all(patient)
        assert patient.post(ODI, {"q": "review"}).status_code == 303

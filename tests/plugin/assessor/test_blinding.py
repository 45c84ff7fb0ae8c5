"""Whoever learned what a participant receives assesses them no more; what assessors think is asked
once, after the last visit, and held against the arms when the data are closed."""

import uuid

import pytest

from modules.records.blinding_models import ArmGuess, Learned, UnblindingIncident
from modules.services import blinding, lock
from plugin.models import AuditEvent
from tests import factories
from tests.factories import CONTROL, NOON, TREATED


@pytest.fixture
def person(clinic):
    with clinic.writing() as session:
        return clinic.patient(session, TREATED, day=14).participant_id


@pytest.fixture
def assessor(client_for, person):
    return client_for("assessor", locale="en")


@pytest.fixture
def custodian(client_for):
    return client_for("custodian", locale="en")


def answer_everything(clinic, person):
    with clinic.writing() as session:
        for visit in clinic.protocol.visits:
            for instrument in visit.instruments:
                if visit.key != "baseline":
                    factories.assessment(session, person, visit.key, instrument)


def learn(assessor, person, learned="participant"):
    return assessor.post(f"/assessor/participants/{person}/learned", {"learned": learned})


def think(assessor, person, arm):
    return assessor.post(f"/assessor/participants/{person}/guess", {"arm": arm})


class TestLearned:
    def test_the_participant_is_closed_to_them_on_every_page(self, assessor, person, clinic):
        code = clinic.rows(factories.Participant, factories.Participant.id == person)[0].code
        assert code in assessor.get("/assessor/").text
        assert learn(assessor, person).status_code == 303
        assert f"/participants/{person}" not in assessor.get("/assessor/").text
        for path in ("", "/week_2", "/week_2/odi", "/week_2/odi/record", "/baseline/odi/paper"):
            answer = assessor.get(f"/assessor/participants/{person}{path}")
            assert (path, answer.status_code) == (path, 403)
            assert "Somebody else assesses this participant" in answer.text
        assert assessor.post(f"/assessor/participants/{person}/week_2/odi").status_code == 403
        asked = assessor.post("/assessor/export", {"format": "csv", "participant": person})
        assert asked.status_code == 403

    def test_another_assessor_goes_on(self, assessor, person, client_for):
        learn(assessor, person)
        other = client_for("assessor")
        assert other.get(f"/assessor/participants/{person}").status_code == 200

    def test_the_same_person_by_another_account_is_no_other_assessor(
        self, assessor, person, clinic
    ):
        learn(assessor, person)
        with clinic.tool.database.reading() as session:
            accounts = {uuid.uuid4(), assessor.user_id}
            assert blinding.known_to(session, accounts) == {person}
            assert blinding.known_to(session, {uuid.uuid4()}) == frozenset()

    def test_how_is_recorded_and_never_which(self, assessor, person, clinic):
        learn(assessor, person, "team")
        (row,) = clinic.rows(UnblindingIncident)
        assert (row.learned, row.user_id) == (Learned.TEAM, assessor.user_id)
        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "blinding.lost")
        assert (event.subject_id, event.detail) == (person, {"learned": "team"})

    @pytest.mark.parametrize("said", ["", "telerehabilitation"])
    def test_without_an_answer_nothing_is_noted(self, assessor, person, clinic, said):
        assert learn(assessor, person, said).status_code == 422
        assert clinic.rows(UnblindingIncident) == []

    def test_it_can_be_noted_after_the_data_are_closed(self, assessor, person, clinic):
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, NOON)
        assert learn(assessor, person).status_code == 303

    def test_the_custodian_reads_of_whom_by_whom_and_how(self, assessor, person, custodian):
        assert "Nobody has reported that." in custodian.get("/office/blinding").text
        learn(assessor, person, "seen")
        page = custodian.get("/office/blinding").text
        assert "I saw it on paper or on a screen" in page
        assert "They assess this participant no more" in page


class TestGuess:
    def test_it_is_asked_after_the_last_visit_and_once(self, assessor, person, clinic):
        page = f"/assessor/participants/{person}"
        question = "Which care do you think this participant received?"
        assert question not in assessor.get(page).text
        assert think(assessor, person, TREATED).status_code == 404
        answer_everything(clinic, person)
        assert question in assessor.get(page).text
        assert think(assessor, person, TREATED).status_code == 303
        assert "You have said what you think." in assessor.get(page).text
        assert think(assessor, person, CONTROL).status_code == 409
        assert [row.arm for row in clinic.rows(ArmGuess)] == [TREATED]

    def test_whoever_cannot_say_says_so(self, assessor, person, clinic):
        answer_everything(clinic, person)
        think(assessor, person, "unknown")
        assert [row.arm for row in clinic.rows(ArmGuess)] == [None]

    @pytest.mark.parametrize("said", ["", "placebo"])
    def test_what_is_no_arm_is_refused(self, assessor, person, clinic, said):
        answer_everything(clinic, person)
        assert think(assessor, person, said).status_code == 422
        assert clinic.rows(ArmGuess) == []

    def test_the_trail_says_that_and_not_what(self, assessor, person, clinic):
        answer_everything(clinic, person)
        think(assessor, person, TREATED)
        (event,) = clinic.rows(AuditEvent, AuditEvent.action == "blinding.guessed")
        assert event.detail == {}

    def test_they_are_held_against_the_arms_when_the_data_are_closed(self, custodian, clinic):
        with clinic.writing() as session:
            for arm, thought in ((TREATED, TREATED), (TREATED, CONTROL), (CONTROL, None)):
                one = clinic.patient(session, arm, day=14).participant_id
                blinding.guess(session, one, one, thought, (TREATED, CONTROL), NOON)
        page = custodian.get("/office/blinding").text
        assert "3 answers of assessors" in page
        assert "held against the arms when the data are closed" in page
        assert "Bang" not in page
        with clinic.writing() as session:
            lock.lock(session, clinic.study_key, NOON)
        page = custodian.get("/office/blinding").text
        first = page.partition("Telerehabilitation plus")[2].partition("</tr>")[0]
        assert [first.count(f">{number}</td>") for number in (1, 0)] == [2, 1]
        assert "0.00 (-1.00; 1.00)" in first
        assert "James’ index:" in page

"""One message to several, seen before it is sent; a reply taken back before it is read."""

import re
import uuid

import pytest

from modules.records.care_models import DiaryReply
from notifications.models import OutboxMessage
from plugin.models import AuditEvent
from plugin.worker import Tasks
from tests.factories import CONTROL, contact

WORDS = "La clínica cierra el lunes."


def compose(team, *people, **data):
    sent = {"people": [str(each) for each in people]} | data
    return team.staff.post("/care/messages", sent)


def send(team, *people, **data):
    sent = {"people": [str(each) for each in people], "words": WORDS, "template": ""}
    sent["client_key"] = str(uuid.UUID(int=5))
    return team.staff.post("/care/messages/send", sent | data)


class TestPreview:
    def test_shows_the_words_in_both_languages_and_sends_nothing(self, team):
        one = team.participant(name="Ana")
        page = compose(team, one, action="preview", template="steady", words=WORDS).text
        assert "Gracias por llevar tu diario" in page
        assert "Thank you for keeping your diary" in page
        assert WORDS in page
        assert "Ana" in page
        assert team.clinic.rows(DiaryReply) == []

    def test_says_who_is_reminded_and_who_is_not(self, team):
        told, quiet = team.participant(name="Ana"), team.participant(name="Berta")
        with team.clinic.writing() as session:
            contact(session, told)
        page = " ".join(compose(team, told, quiet, action="preview", words=WORDS).text.split())
        assert 'Ana <span class="quiet small">· a reminder tells of it' in page
        assert 'Berta <span class="quiet small">· finds it at the next visit' in page

    def test_an_empty_message_comes_back_with_its_fault(self, team):
        answer = compose(team, team.participant(), action="preview", words=" ")
        assert answer.status_code == 422
        assert "Choose a sentence or write your own words." in answer.text

    def test_whoever_has_no_messages_is_left_out_and_named(self, team):
        one, other = team.participant(name="Ana"), team.participant(CONTROL, name="Berta")
        page = compose(team, one, other).text
        assert "no messages of the team in their course now: Berta." in page
        assert str(other) not in page

    def test_nobody_chosen_is_said(self, team):
        assert "Choose at least one participant." in compose(team).text

    @pytest.mark.parametrize("wrong", ["x", "' OR 1=1"])
    def test_what_is_no_key_is_refused(self, team, wrong):
        assert compose(team, wrong).status_code == 422


class TestSending:
    def test_reaches_each_of_those_chosen(self, team):
        people = {team.participant() for _ in range(3)}
        assert send(team, *people).status_code == 303
        rows = team.clinic.rows(DiaryReply)
        assert {(row.participant_id, row.words) for row in rows} == {(p, WORDS) for p in people}
        noted = team.clinic.rows(AuditEvent, AuditEvent.action == "message.sent")
        assert {event.subject_id for event in noted} == people

    def test_case_64_the_same_form_twice_is_one_message_to_each(self, team):
        one = team.participant()
        for _ in range(2):
            send(team, one)
        assert len(team.clinic.rows(DiaryReply)) == 1

    def test_nothing_is_sent_to_somebody_without_messages(self, team):
        one = team.participant(CONTROL)
        assert send(team, one).status_code == 422
        assert team.clinic.rows(DiaryReply) == []

    def test_case_66_nobody_of_another_study_is_reached(self, team):
        assert send(team, uuid.uuid4()).status_code == 422

    def test_only_those_who_agreed_are_told_and_the_outbox_does_it(self, team):
        agreed, other = team.participant(), team.participant()
        with team.clinic.writing() as session:
            contact(session, agreed)
        team.entry(agreed)  # a reminder of the diary would take the one place of the day
        send(team, agreed, other)
        assert team.clinic.rows(OutboxMessage) == []
        Tasks(team.clinic.tool).plan_reminders()
        rows = team.clinic.rows(OutboxMessage, OutboxMessage.kind == "reply_waiting")
        assert [row.participant_id for row in rows] == [agreed]

    def test_a_key_that_is_none_is_refused(self, team):
        assert send(team, team.participant(), client_key="x").status_code == 422


class TestTakingBack:
    @pytest.fixture
    def patient(self, team, client_for):
        """A patient who was written to and has agreed to be told."""
        browser = client_for("patient", day=10)
        with team.clinic.writing() as session:
            contact(session, browser.participant_id)
        team.entry(browser.participant_id)
        send(team, browser.participant_id)
        Tasks(team.clinic.tool).plan_reminders()
        return browser

    def take_back(self, team, patient):
        (made,) = team.clinic.rows(DiaryReply)
        one = patient.participant_id
        return team.staff.post(f"/care/participants/{one}/replies/{made.id}/take-back", {})

    def test_the_patient_sees_it_no_more(self, team, patient):
        assert WORDS in patient.get("/messages").text
        self.take_back(team, patient)
        assert WORDS not in patient.get("/messages").text
        assert "Tu equipo te respondió" not in patient.get("/today").text

    def test_nobody_is_reminded_of_it(self, team, patient):
        self.take_back(team, patient)
        Tasks(team.clinic.tool).plan_reminders()
        (row,) = team.clinic.rows(OutboxMessage, OutboxMessage.kind == "reply_waiting")
        assert row.state == "cancelled"

    def test_its_words_are_offered_again(self, team, patient):
        answer = self.take_back(team, patient)
        page = team.staff.get(answer.location.partition(team.staff.ref)[2]).text
        assert f">{WORDS}</textarea>" in page

    def test_what_was_read_stays(self, team, patient):
        (made,) = team.clinic.rows(DiaryReply)
        patient.post(f"/messages/{made.id}/read")
        answer = self.take_back(team, patient)
        assert answer.status_code == 303
        assert team.clinic.rows(DiaryReply)[0].taken_back_at is None
        assert WORDS in patient.get("/messages").text

    def test_reading_what_was_taken_back_a_moment_before_changes_nothing(self, team, patient):
        (made,) = team.clinic.rows(DiaryReply)
        self.take_back(team, patient)
        assert patient.post(f"/messages/{made.id}/read").status_code == 303
        assert team.clinic.rows(DiaryReply)[0].read_at is None

    def test_the_row_stays_as_a_record(self, team, patient):
        self.take_back(team, patient)
        (made,) = team.clinic.rows(DiaryReply)
        assert (made.words, made.taken_back_at) == (WORDS, team.clinic.tool.now())
        assert "taken back" in team.page(f"/staff/participants/{patient.participant_id}")

    def test_it_is_offered_on_the_page_after_sending(self, team):
        one = team.participant(name="Ana")
        team.entry(one)
        page = team.staff.get(f"/care/diaries/{one}").text
        names = ("client_key", "covers_until")
        hidden = {n: re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in names}
        sent = hidden | {"action": "send", "template": "steady", "words": ""}
        answer = team.staff.post(f"/care/diaries/{one}", sent)
        page = team.staff.get(answer.location.partition(team.staff.ref)[2]).text
        assert "The reply to Ana was sent." in page
        assert "/take-back" in page

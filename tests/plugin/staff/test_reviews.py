"""The weekly review: nothing unread is lost, the reply reaches the patient and nobody else."""

import re
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.records.care_models import DiaryReply, ReviewMark
from modules.records.care_queries import ReviewFacts
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord, DiaryFacts, ParticipantFacts
from modules.records.summaries import Unread
from modules.study.zones import Zones
from notifications.models import OutboxMessage
from plugin.staff import review_queue
from plugin.worker import Tasks
from tests.factories import CONTROL, NOON, TODAY, contact

DAY = timedelta(days=1)


def record(*hours, status=ParticipantStatus.ACTIVE):
    """Return a record whose entries came in so many hours before noon."""
    facts = ParticipantFacts(
        uuid.UUID(int=1),
        uuid.UUID(int=2),
        "K7F-3QX",
        status,
        TODAY,
        TODAY,
        Zones("America/Mexico_City"),
    )
    entries = tuple(
        DiaryFacts(TODAY, (), 0, None, None, None, None, NOON - timedelta(hours=h)) for h in hours
    )
    return CourseRecord(facts, diary=entries)


class TestQueue:
    @pytest.mark.parametrize(("hours", "overdue"), [(7 * 24, False), (8 * 24, True)])
    def test_an_entry_is_overdue_after_a_week(self, hours, overdue):
        assert review_queue.of_record(record(hours), ReviewFacts(), NOON).overdue is overdue

    @given(st.lists(st.integers(0, 500), max_size=8), st.integers(0, 500))
    def test_exactly_what_came_after_the_last_look_waits(self, hours, looked):
        seen = NOON - timedelta(hours=looked)
        review = ReviewFacts(covers_until=seen)
        found = review_queue.entries_of(record(*hours), review)
        item = review_queue.of_record(record(*hours), review, NOON)
        waits = sorted(h for h in hours if h < looked)
        assert sorted((NOON - e.recorded_at) // timedelta(hours=1) for e in found) == waits
        assert (item.entries if item else 0) == len(waits)

    def test_whoever_left_waits_for_nothing(self):
        left = record(5, status=ParticipantStatus.WITHDRAWN).participant
        assert review_queue.waiting([left], {left.id: Unread(1, NOON)}, NOON) == []


def fields(team, path):
    """Return the hidden fields of the reply form."""
    text = team.staff.get(path).text
    names = ("client_key", "covers_until")
    return {n: re.search(rf'name="{n}" value="([^"]*)"', text)[1] for n in names}


def reply(team, one, **data):
    """Send the form of one diary."""
    path = f"/care/diaries/{one}"
    sent = fields(team, path) | {"action": "send", "template": "steady", "words": ""} | data
    return team.staff.post(path, sent)


class TestPage:
    def test_the_diary_that_is_due_first_is_on_top(self, team):
        team.entry(team.participant(name="Ana"), TODAY)
        team.entry(team.participant(name="Berta"), TODAY - 9 * DAY)
        page = team.page("/care/diaries")
        assert page.index("Berta") < page.index("Ana")
        assert "overdue since" in page

    def test_diary_and_reply_stand_side_by_side(self, team):
        one = team.participant()
        team.entry(one, note="¿Puedo nadar?", symptoms=[])
        page = team.page(f"/care/diaries/{one}")
        assert "¿Puedo nadar?" in page
        assert "Nothing new, as the participant says" in page
        assert "Send" in page

    def test_next_and_previous_can_be_reached_by_keyboard(self, team):
        people = [team.participant(name=name) for name in ("Ana", "Berta", "Clara")]
        for number, one in enumerate(people):
            team.entry(one, TODAY - (3 - number) * DAY)
        page = team.page(f"/care/diaries/{people[1]}")
        assert f'rel="prev" href="/t/{team.staff.ref}/care/diaries/{people[0]}"' in page
        assert f'rel="next" href="/t/{team.staff.ref}/care/diaries/{people[2]}"' in page
        assert "2 of 3" in page

    def test_a_participant_without_a_programme_has_no_diary_to_answer(self, team):
        one = team.participant(CONTROL)
        assert team.staff.get(f"/care/diaries/{one}").status_code == 404


class TestAnswering:
    def test_goes_on_to_the_next_diary_and_takes_this_one_off(self, team):
        first, second = team.participant(), team.participant()
        team.entry(first, TODAY - DAY)
        team.entry(second, TODAY)
        assert f"/care/diaries/{second}?sent=" in reply(team, first).location
        assert "2 of" not in team.page(f"/care/diaries/{second}")
        assert str(first) not in team.page("/care/diaries").split("Read in the last seven days")[0]

    def test_keeps_who_read_it_and_when(self, team):
        one = team.participant()
        team.entry(one)
        reply(team, one)
        mark = team.clinic.rows(ReviewMark)[0]
        assert (mark.reviewer_id, mark.reviewed_at) == (team.staff.user_id, NOON)

    def test_an_entry_that_came_in_meanwhile_still_waits(self, team, clock):
        one = team.participant()
        team.entry(one, TODAY - DAY)
        sent = fields(team, f"/care/diaries/{one}")
        team.entry(one, TODAY, note="Algo nuevo", recorded_at=NOON + timedelta(minutes=1))
        clock.move(minutes=2)
        reply(team, one, **sent)
        assert "1 entry to read" in team.page("/care/diaries")

    def test_nothing_to_answer_only_marks_it_as_read(self, team):
        one = team.participant()
        team.entry(one)
        reply(team, one, action="read")
        assert team.clinic.rows(DiaryReply) == []
        assert "All diaries have been read" in team.page("/care/diaries")

    def test_an_empty_reply_comes_back_with_its_fault(self, team):
        one = team.participant()
        team.entry(one)
        answer = reply(team, one, template="")
        assert answer.status_code == 422
        assert "Choose a sentence or write your own words." in answer.text
        assert team.clinic.rows(ReviewMark) == []

    def test_the_same_form_twice_is_one_reply(self, team):
        one = team.participant()
        team.entry(one)
        sent = fields(team, f"/care/diaries/{one}")
        for _time in range(2):
            reply(team, one, **sent)
        assert len(team.clinic.rows(DiaryReply)) == 1

    def test_own_words_are_not_kept_in_the_clear(self, team):
        one = team.participant()
        team.entry(one)
        reply(team, one, words="Muy privado")
        with team.clinic.tool.database.engine.connect() as connection:
            stored = connection.exec_driver_sql("SELECT words FROM diary_replies").scalar()
        assert "Muy privado" not in stored

    def test_somebody_is_named_to_answer(self, team):
        one = team.participant()
        team.entry(one)
        chosen = {"reviewer": str(team.staff.user_id)}
        assert team.staff.post(f"/care/diaries/{one}/reviewer", chosen).status_code == 303
        assert "Named: staff" in team.page(f"/care/diaries/{one}")

    def test_only_the_team_is_named(self, team):
        one = team.participant()
        chosen = {"reviewer": str(uuid.uuid4())}
        assert team.staff.post(f"/care/diaries/{one}/reviewer", chosen).status_code == 404


class TestThePatient:
    @pytest.fixture
    def patient(self, team, client_for):
        """A patient whose diary was answered."""
        browser = client_for("patient", day=10)
        team.entry(browser.participant_id)
        return browser

    def test_sees_on_today_that_there_is_a_reply_and_reads_it(self, team, patient):
        assert "Tu equipo te respondió" not in patient.get("/today").text
        reply(team, patient.participant_id, words="Sí, puedes nadar.")
        assert "/messages" in patient.get("/today").text
        page = patient.get("/messages").text
        assert "Sí, puedes nadar." in page
        assert "Gracias por llevar tu diario" in page  # in the patient's language

    def test_says_that_it_was_read(self, team, patient, clock):
        reply(team, patient.participant_id)
        clock.move(minutes=3)
        made = team.clinic.rows(DiaryReply)[0]
        assert patient.post(f"/messages/{made.id}/read").status_code == 303
        assert team.clinic.rows(DiaryReply)[0].read_at == NOON + timedelta(minutes=3)

    def test_is_told_once_if_they_agreed(self, team, patient):
        with team.clinic.writing() as session:
            contact(session, patient.participant_id)
        reply(team, patient.participant_id)
        for _time in range(2):
            Tasks(team.clinic.tool).plan_reminders()
        rows = team.clinic.rows(OutboxMessage, OutboxMessage.kind == "reply_waiting")
        assert len(rows) == 1

    def test_is_told_nothing_without_agreement(self, team, patient):
        reply(team, patient.participant_id)
        Tasks(team.clinic.tool).plan_reminders()
        assert team.clinic.rows(OutboxMessage) == []

    def test_a_reply_that_was_read_is_not_announced(self, team, patient):
        with team.clinic.writing() as session:
            contact(session, patient.participant_id)
        reply(team, patient.participant_id)
        Tasks(team.clinic.tool).plan_reminders()
        patient.post(f"/messages/{team.clinic.rows(DiaryReply)[0].id}/read")
        row = team.clinic.rows(OutboxMessage, OutboxMessage.kind == "reply_waiting")[0]
        assert row.state == "cancelled"

    def test_the_reply_of_somebody_else_is_not_there(self, team, patient, client_for):
        reply(team, patient.participant_id, words="Solo para una persona")
        other = client_for("patient", day=10)
        assert "Solo para una persona" not in other.get("/messages").text
        made = team.clinic.rows(DiaryReply)[0]
        assert other.post(f"/messages/{made.id}/read").status_code == 404

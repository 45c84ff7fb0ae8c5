"""From a tick in the diary to the text the patient reads, and what opens again when."""

import re
from datetime import timedelta

import pytest

from modules.records.alert_models import Alert
from modules.records.models import DiaryEntry
from modules.safety.triggers import Trigger
from plugin import alert_sweep
from plugin.worker import Tasks
from tests.factories import CONTROL, TODAY, diary_entry, login_day

DAY = timedelta(days=1)
PATH = f"/diary/{TODAY.isoformat()}"


@pytest.fixture
def patient(client_for):
    """A patient in the second week who reads English."""
    return client_for("patient", day=10, locale="en")


def write(patient, **data):
    """Send a diary and open the page it leads to; return that page's text."""
    answer = patient.post(PATH, {"minutes": "0"} | data)
    assert answer.status_code == 303
    return patient.client.get(answer.location, follow_redirects=True).text


def page_text(text):
    """Return a page's words with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


class TestAfterSaving:
    def test_a_warning_sign_leads_to_what_to_do_with_the_numbers(self, patient, clinic):
        page = page_text(write(patient, news="yes", symptoms="R1"))
        assert "Get care now" in page
        assert "911" in page
        assert "55 0000 0000" in page  # the clinic's own number
        assert "Your diary is saved." in page
        assert len(clinic.rows(DiaryEntry)) == 1

    def test_the_most_urgent_text_is_shown_alone(self, patient):
        sent = {"symptoms": ["leg", "R7"], "pain_after_mm": "95", "note": "me caí"}
        page = page_text(write(patient, **sent))
        assert "Get care now" in page
        assert "Leave that exercise for now" not in page

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"symptoms": "leg"}, "Stop all exercises for now"),
            ({"symptoms": "leg_pain"}, "Leave that exercise for now"),
            ({"pain_after_mm": "85"}, "Go down one level today"),
            ({"note": "me caí ayer"}, "A person will read your note"),
            ({"news": "yes"}, "A person will read your note"),
        ],
    )
    def test_every_trigger_has_its_text(self, patient, data, words):
        assert words in page_text(write(patient, **data))

    @pytest.mark.parametrize("news", ["no", ""])
    def test_nothing_new_leads_to_today(self, patient, clinic, news):
        assert "Your diary is saved. Thank you." in page_text(write(patient, news=news))
        assert clinic.rows(Alert) == []

    def test_somebody_elses_page_is_not_found(self, patient, client_for, clinic):
        write(patient, symptoms="R1")
        entry = clinic.rows(DiaryEntry)[0]
        assert client_for("patient").get(f"/diary/saved/{entry.id}").status_code == 404

    def test_the_form_asks_one_question_and_keeps_the_answer(self, patient):
        write(patient, news="no")
        text = patient.get(PATH).text
        assert text.count('name="news"') == 2
        assert re.search(r'name="news" value="no" checked', text)


class TestLock:
    @pytest.fixture
    def locked(self, patient):
        """A patient who has ticked a warning sign."""
        write(patient, symptoms="R2")
        return patient

    def exercise(self, clinic):
        """Return an exercise of the first module."""
        return clinic.tool.curriculum.module("education").exercises[0]

    def test_exercises_are_shut_lessons_and_diary_are_not(self, locked, clinic):
        answer = locked.get(f"/exercises/{self.exercise(clinic)}")
        assert answer.status_code == 403
        assert "Your exercises are paused" in answer.text
        assert locked.get("/programme/education").status_code == 200
        assert locked.get("/diary").status_code == 200

    def test_today_says_so_and_offers_no_exercise(self, locked):
        page = locked.get("/today").text
        assert "Your exercises are paused" in page
        assert "/exercises/" not in page

    def test_the_next_diary_is_saved_all_the_same(self, locked, clinic):
        sent = {"exercises": self.exercise(clinic), "minutes": "10"}
        assert locked.post(PATH, sent).status_code == 303

    def test_after_pain_down_the_leg_what_was_done_leaves_the_list_until_the_alert_is_closed(
        self, patient, clinic, client_for
    ):
        done = self.exercise(clinic)
        assert f"/exercises/{done}" in patient.get("/exercises/session").text
        write(patient, exercises=done, minutes="10", symptoms="leg_pain")
        assert f"/exercises/{done}" not in patient.get("/exercises/session").text
        clinic_staff = client_for("staff", locale="en")
        page = clinic_staff.get(f"/staff/participants/{patient.participant_id}").text
        assert f"/exercises/{done}" not in page
        prescription = f"/care/participants/{patient.participant_id}/prescription"
        assert "Off the list because of pain down the leg" in clinic_staff.get(prescription).text
        made = clinic.rows(Alert)[0]
        clinic_staff.post(f"/care/alerts/{made.id}", {"state": "closed", "reason": "resolved"})
        page = clinic_staff.get(f"/staff/participants/{patient.participant_id}").text
        assert f"/exercises/{done}" in page

    def test_closing_the_alert_opens_them_again(self, locked, clinic, client_for):
        staff = client_for("staff")
        made = clinic.rows(Alert)[0]
        staff.post(f"/care/alerts/{made.id}", {"state": "contacted"})
        assert locked.get(f"/exercises/{self.exercise(clinic)}").status_code == 403
        staff.post(f"/care/alerts/{made.id}", {"state": "closed", "reason": "referred"})
        assert locked.get(f"/exercises/{self.exercise(clinic)}").status_code == 200


class TestWatch:
    def sweep(self, team):
        """Let the periodic task run once; return (out of touch, overdue)."""
        tool = team.clinic.tool
        return alert_sweep.sweep(tool, tool.now())

    def seen(self, team, one, day):
        """Let a participant log in and write on a day."""
        with team.clinic.writing() as session:
            login_day(session, one, day)
            diary_entry(session, one, day)

    def test_a_week_out_of_touch_raises_one_alert(self, team):
        self.seen(team, team.participant(day=20), TODAY - 7 * DAY)
        assert [self.sweep(team)[0], self.sweep(team)[0]] == [1, 0]

    def test_somebody_who_came_is_left_alone(self, team):
        self.seen(team, team.participant(day=20), TODAY - 2 * DAY)
        assert self.sweep(team)[0] == 0

    def test_a_second_silence_raises_a_second_alert(self, team, clock):
        one = team.participant(day=20)
        self.seen(team, one, TODAY - 7 * DAY)
        self.sweep(team)
        self.seen(team, one, TODAY)
        clock.move(days=7)
        assert self.sweep(team)[0] == 1

    def test_nobody_without_a_programme_is_out_of_touch(self, team):
        team.participant(CONTROL, day=20)
        assert self.sweep(team)[0] == 0

    def test_after_the_last_week_nobody_is(self, team):
        team.participant(day=43)
        assert self.sweep(team)[0] == 0

    def test_the_overview_says_it_until_there_is_an_alert(self, team, client_for):
        self.seen(team, team.participant(day=20), TODAY - 7 * DAY)
        staff = client_for("staff", locale="en")
        assert "Not seen since" in page_text(staff.get("/staff/").text)
        self.sweep(team)
        page = page_text(staff.get("/staff/").text)
        assert "Not seen for a week, or two diary entries missed" in page
        assert "Not seen since" not in page

    def test_two_entries_missed_are_said_and_alerted_as_such(self, team, client_for):
        one = team.participant(day=20)
        self.seen(team, one, TODAY - 15 * DAY)
        with team.clinic.writing() as session:
            login_day(session, one, TODAY)
        page = page_text(client_for("staff", locale="en").get("/staff/").text)
        assert "Nothing in the diary since" in page
        assert self.sweep(team)[0] == 1

    def test_an_overdue_alert_escalates_once_and_is_in_the_trail(self, team, clock):
        one = team.participant()
        self.seen(team, one, TODAY)
        made = team.alert(one, Trigger.LEG_SYMPTOMS)
        clock.move(days=1)
        Tasks(team.clinic.tool).watch_care()
        assert self.sweep(team)[1] == 0
        assert team.clinic.rows(Alert, Alert.id == made)[0].escalated_at is not None

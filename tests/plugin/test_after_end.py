"""What somebody wrote is saved though their session ended, its cookie is gone, or both."""

import re
import uuid

import pytest
from sqlalchemy import update

from lti.launch import sessions
from lti.models import LaunchSession, Platform, Standing
from modules.records.alert_models import Alert
from modules.records.models import Assessment, DiaryEntry
from modules.safety.triggers import Trigger

DIARY, TODAY = "/diary/2026-11-12", "2026-11-12"
QUESTION = "/questions/week_2/odi"
SCRIPT = {"Accept": "application/json"}


def shown(browser, path: str) -> dict[str, str]:
    """Return the hidden fields of the form that is sent to where a page came from."""
    page = browser.get(path).text
    names = ("csrf_token", "saving_token", "client_key")
    found = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in names}
    return {name: values[-1] for name, values in found.items() if values}


def expire(clinic, clock, browser) -> None:
    clock.move(hours=13)


def lose_the_cookie(clinic, clock, browser) -> None:
    browser.client.delete_cookie(sessions.cookie_name(browser.ref), domain="localhost")


def be_ended_by_another(clinic, clock, browser) -> None:
    with clinic.writing() as session:
        row = session.query(LaunchSession).filter_by(ref=browser.ref).one()
        sessions.end(session, row, clinic.tool.now())


def lose_everything(clinic, clock, browser) -> None:
    for ends in (expire, lose_the_cookie, be_ended_by_another):
        ends(clinic, clock, browser)


ENDS = pytest.mark.parametrize(
    "ends", [expire, lose_the_cookie, be_ended_by_another, lose_everything]
)


def send(browser, path: str, fields: dict[str, str], **options):
    return browser.client.post(browser.url(path), data=fields, **options)


class TestTheDiary:
    @ENDS
    def test_is_saved_and_the_page_says_that_the_session_has_ended(
        self, clinic, client_for, clock, ends
    ):
        patient = client_for("patient", locale="en")
        form = shown(patient, DIARY) | {"minutes": "20", "note": "Kept"}
        ends(clinic, clock, patient)
        answer = send(patient, DIARY, form)

        assert answer.status_code == 200
        assert "What you wrote is saved" in answer.text
        assert "Open this activity again from your course" in answer.text
        assert [(row.minutes, row.note) for row in clinic.rows(DiaryEntry)] == [(20, "Kept")]

    def test_sent_by_the_script_comes_back_as_a_page(self, clinic, client_for, clock):
        patient = client_for("patient", locale="en")
        form = shown(patient, DIARY) | {"minutes": "20"}
        expire(clinic, clock, patient)
        answers = [send(patient, DIARY, form, headers=SCRIPT) for _ in range(2)]

        assert all("What you wrote is saved" in answer.json["page"] for answer in answers)
        assert len(clinic.rows(DiaryEntry)) == 1

    def test_with_a_warning_sign_says_what_to_do(self, clinic, client_for, clock):
        patient = client_for("patient", locale="en")
        form = shown(patient, DIARY) | {"minutes": "0", "pain_after_mm": "95"}
        expire(clinic, clock, patient)
        answer = send(patient, DIARY, form)

        assert [alert.trigger for alert in clinic.rows(Alert)] == [Trigger.PAIN_HIGH]
        assert "Your diary is saved." in answer.text
        assert "Your session has ended" in answer.text

    def test_with_a_fault_keeps_what_was_written_and_can_be_sent_again(
        self, clinic, client_for, clock
    ):
        patient = client_for("patient", locale="en")
        before = shown(patient, DIARY) | {"minutes": "17", "note": "Of before"}
        send(patient, DIARY, before)
        form = shown(patient, DIARY) | {"minutes": "999", "note": "Keep me"}
        expire(clinic, clock, patient)
        answer = send(patient, DIARY, form)

        assert answer.status_code == 422
        assert "Keep me" in answer.text
        assert "Of before" not in answer.text
        assert form["saving_token"] in answer.text


class TestQuestionnaires:
    @ENDS
    def test_an_answer_is_kept_and_gone_on_with_later(self, clinic, client_for, clock, ends):
        patient = client_for("patient", day=13, locale="en")
        form = shown(patient, QUESTION) | {"q": "1", "q1": "3"}
        ends(clinic, clock, patient)
        answer = send(patient, QUESTION, form, headers=SCRIPT)

        assert "What you wrote is saved" in answer.json["page"]
        assert [row.answers for row in clinic.rows(Assessment, Assessment.visit == "week_2")] == [
            {"q1": 3}
        ]

    def test_a_script_is_told_where_to_go(self, clinic, client_for):
        patient = client_for("patient", day=13)
        form = shown(patient, QUESTION) | {"q": "1", "q1": "3"}
        answer = send(patient, QUESTION, form, headers=SCRIPT)

        assert answer.json == {"next": patient.url(f"{QUESTION}?q=2")}


class TestAWarningSign:
    def test_is_told_and_what_to_do_is_said(self, clinic, client_for, clock):
        patient = client_for("patient", locale="en")
        page = patient.get("/warning").text
        sign = re.findall(r'name="signs" value="([^"]+)"', page)[0]
        form = shown(patient, "/warning") | {"signs": sign}
        expire(clinic, clock, patient)
        answer = send(patient, "/warning", form)

        assert "Your team has been told." in answer.text
        assert [alert.trigger.value for alert in clinic.rows(Alert)] == [sign]


class TestTheToken:
    @pytest.mark.parametrize("token", ["", "x", "0" * 64, "é"])
    def test_without_it_nothing_is_saved(self, clinic, client_for, clock, token):
        patient = client_for("patient")
        form = shown(patient, DIARY) | {"minutes": "20", "saving_token": token}
        expire(clinic, clock, patient)

        assert send(patient, DIARY, form).status_code == 401
        assert clinic.rows(DiaryEntry) == []

    def test_it_opens_no_other_address_and_no_other_launch(self, clinic, client_for, clock):
        patient, other = client_for("patient"), client_for("patient")
        form = shown(patient, DIARY) | {"minutes": "20"}
        expire(clinic, clock, patient)

        assert send(patient, "/diary/2026-11-11", form).status_code == 401
        assert send(other, DIARY, form).status_code == 401
        assert send(patient, "/messages", form | {"action": "stop"}).status_code == 401
        assert patient.client.get(patient.url(DIARY), query_string=form).status_code == 401
        assert clinic.rows(DiaryEntry) == []

    def test_it_opens_nothing_for_staff(self, clinic, client_for, clock):
        staff = client_for("staff")
        token = {"csrf_token": staff.token()}
        expire(clinic, clock, staff)
        with clinic.writing() as session:
            row = session.query(LaunchSession).filter_by(ref=staff.ref).one()
            path = staff.url("/staff/people/sync")
            token["saving_token"] = sessions.saving_token(row, path)

        assert send(staff, "/staff/people/sync", token).status_code == 401

    def test_it_holds_for_a_week_after_the_end(self, clinic, client_for, clock):
        patient = client_for("patient")
        form = shown(patient, DIARY) | {"minutes": "20"}
        clock.move(days=7, hours=12, seconds=1)

        assert send(patient, DIARY, form).status_code == 401

    def test_a_platform_that_was_switched_off_saves_nothing(self, clinic, client_for):
        patient = client_for("patient")
        form = shown(patient, DIARY) | {"minutes": "20"}
        with clinic.writing() as session:
            session.execute(update(Platform).values(status=Standing.DISABLED))

        assert send(patient, DIARY, form).status_code == 401

    def test_the_token_of_the_form_is_asked_for_too(self, clinic, client_for, clock):
        patient = client_for("patient")
        form = shown(patient, DIARY) | {"minutes": "20", "csrf_token": uuid.uuid4().hex}
        expire(clinic, clock, patient)

        assert send(patient, DIARY, form).status_code == 400
        assert clinic.rows(DiaryEntry) == []


def test_a_session_outlives_a_clock_that_is_set_back(client_for, clock):
    patient = client_for("patient")
    clock.move(hours=-1)

    assert patient.get("/today").status_code == 200

"""One request: its token, its one transaction, its tab; reading never writes."""

from typing import Any

import pytest
from sqlalchemy import event, select, text

from lti.models import Membership
from modules.records.db import Base
from modules.records.models import DiaryEntry, LessonDone
from tests import addresses, factories


def snapshot(database) -> dict[str, Any]:
    """Return every row of every table, but of the one that counts who asks."""
    with database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(select(table))))
            for name, table in Base.metadata.tables.items()
            if name != "rate_limit_buckets"
        }


class TestForgedForms:
    @pytest.mark.parametrize("kind", ["patient", "control", "staff", "assessor"])
    @pytest.mark.parametrize("token", [None, "", "x", "0" * 64, "é"])
    def test_no_form_is_taken_without_its_token(self, app, clinic, client_for, kind, token):
        browser = client_for(kind)
        before = snapshot(clinic.tool.database)
        for address in addresses.of_launches(app):
            if address.method == "POST":
                answer = browser.post(address.path, {"x": "1"}, token=token)
                assert answer.status_code == 400, address
        assert snapshot(clinic.tool.database) == before

    def test_the_token_of_another_launch_is_not_taken(self, client_for):
        one = client_for("patient")
        other = client_for("patient")

        assert one.post("/messages", {"action": "stop"}, token=other.token()).status_code == 400
        assert one.post("/messages", {"action": "stop"}).status_code == 303

    def test_a_script_may_send_the_token_as_a_header(self, client_for):
        patient = client_for("patient")
        answer = patient.client.post(
            patient.url("/messages"),
            data={"action": "stop"},
            headers={"X-CSRF-Token": patient.token()},
        )

        assert answer.status_code == 303


class TestTwoTabs:
    def test_two_people_in_one_browser_keep_to_themselves(self, app, clinic, client_for):
        staff = client_for("staff")
        patient = client_for("patient", client=staff.client)

        assert patient.get("/today").status_code == 200
        assert staff.get("/staff/").status_code == 200
        assert patient.get("/staff/").status_code == 403
        assert staff.get("/today").status_code == 403

    def test_one_form_sent_twice_is_one_entry(self, clinic, client_for):
        patient = client_for("patient")
        form = diary_form(client_key="6f1d2c1e-7f55-4a0e-a8ac-0c6b3b1c9d11")
        answers = [patient.post("/diary/2026-11-12", form).status_code for _ in range(2)]

        assert answers == [303, 303]
        assert len(clinic.rows(DiaryEntry)) == 1

    def test_two_tabs_of_one_person_write_one_current_entry_and_lose_none(
        self, app, clinic, client_for
    ):
        first = client_for("patient")
        place = clinic.rows(Membership, Membership.participant_id == first.participant_id)[0].id
        second = clinic.browser(app, "patient", of=place, client=first.client)
        first.post("/diary/2026-11-12", diary_form(minutes="10"))
        second.post("/diary/2026-11-12", diary_form(minutes="25"))

        entries = clinic.rows(DiaryEntry)
        assert sorted(entry.minutes for entry in entries) == [10, 25]
        assert [entry.minutes for entry in entries if entry.superseded_at is None] == [25]

    def test_a_message_appears_in_the_tab_it_belongs_to(self, app, clinic, client_for):
        staff = client_for("staff", locale="en")
        place = clinic.rows(Membership, Membership.lti_user_id == staff.user_id)[0].id
        other = clinic.browser(app, "staff", of=place, client=staff.client, locale="en")
        person = clinic.screened()
        staff.post(f"/staff/participants/{person}/reminders/stop")

        said = "Reminders are switched off."
        assert said not in other.get("/staff/").text
        assert said in staff.get("/staff/").text
        assert said not in staff.get("/staff/").text


def diary_form(**changes: str) -> dict[str, str]:
    return {"minutes": "10", "exercises": [], "effort": "3", **changes}


class TestReading:
    @pytest.mark.parametrize("kind", ["patient", "control", "staff", "assessor", "visitor"])
    def test_a_page_that_is_looked_at_changes_nothing(self, app, clinic, client_for, kind):
        browser = client_for(kind, day=14)
        with clinic.writing() as session:
            person = clinic.patient(session, day=20).participant_id
            factories.contact(session, person)
        before = snapshot(clinic.tool.database)
        for address in addresses.of_launches(app, participant_id=person, visit_key="week_2"):
            if address.method == "GET":
                browser.get(address.path)
                browser.client.head(browser.url(address.path))
                browser.client.options(browser.url(address.path))

        assert snapshot(clinic.tool.database) == before

    def test_a_get_runs_in_a_transaction_that_cannot_write(self, clinic):
        with clinic.tool.database.reading() as session, pytest.raises(Exception, match="readonly"):
            session.execute(text("DELETE FROM participants"))


def _be_impatient(connection, _record):
    connection.execute("PRAGMA busy_timeout = 50")


class TestFailing:
    def test_an_error_inside_undoes_the_whole_request(self, clinic, client_for, monkeypatch):
        patient = client_for("patient")
        token = patient.token()

        def fail(*_args, **_options):
            raise RuntimeError("planted, with a name: Ana")

        monkeypatch.setattr("plugin.reminders.diary_written", fail)
        answer = patient.post("/diary/2026-11-12", diary_form(), token=token)

        assert answer.status_code == 500
        assert clinic.rows(DiaryEntry) == []

    def test_the_page_and_the_log_of_an_error_hold_nothing_of_it(
        self, client_for, monkeypatch, caplog
    ):
        patient = client_for("patient")
        token = patient.token()

        def fail(*_args, **_options):
            raise RuntimeError("Ana Plantada 5512345678")

        monkeypatch.setattr("plugin.reminders.diary_written", fail)
        page = patient.post("/diary/2026-11-12", diary_form(note="me duele"), token=token).text

        for told in (page, caplog.text):
            for secret in ("Ana", "5512345678", "me duele"):
                assert secret not in told
        assert "RuntimeError" in caplog.text

    def test_what_cannot_be_committed_is_not_acknowledged(self, clinic, client_for):
        """The commit comes before the answer: if it fails, the person is told."""
        patient = client_for("patient")
        token = patient.token()

        def fail(_connection):
            raise RuntimeError("the disk is full")

        event.listen(clinic.tool.database.engine, "commit", fail)
        answer = patient.post("/diary/2026-11-12", diary_form(), token=token)
        event.remove(clinic.tool.database.engine, "commit", fail)

        assert answer.status_code >= 500
        assert clinic.rows(DiaryEntry) == []

    def test_a_busy_database_is_told_as_such(self, client_for, clinic):
        patient = client_for("patient")
        token = patient.token()
        engine = clinic.tool.database.engine
        engine.dispose()
        event.listen(engine, "connect", _be_impatient)
        with clinic.writing() as session:
            session.execute(text("SELECT 1"))  # the transaction begins with its first statement
            answer = patient.post("/diary/2026-11-12", diary_form(), token=token)

        assert answer.status_code == 503
        assert clinic.rows(DiaryEntry) == []

    def test_a_refused_form_leaves_nothing_behind(self, clinic, client_for):
        patient = client_for("patient")
        answer = patient.post("/programme/education/nonsense/done")

        assert answer.status_code == 404
        assert clinic.rows(LessonDone) == []

    def test_a_giant_form_is_refused(self, client_for):
        patient = client_for("patient")
        answer = patient.post("/diary/2026-11-12", diary_form(note="x" * 3_000_000), token="x")

        assert answer.status_code in (400, 413)

    @pytest.mark.parametrize("path", ["/lti/login", "/lti/launch", "/lti/enter"])
    def test_a_giant_launch_is_refused(self, app, path):
        answer = app.test_client().post(path, data={"id_token": "x" * 300_000})

        assert answer.status_code == 413
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]

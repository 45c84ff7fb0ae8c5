"""The custodian's pages: the audit trail of the study, and what is published of it."""

import uuid

import pytest
from sqlalchemy import text

from modules.records import queries
from plugin import audit, setup
from plugin.models import AuditEvent, Role
from plugin.trial import allocation
from tests import factories
from tests.factories import INSTRUCTOR, NOON


@pytest.fixture
def custodian(client_for):
    return client_for("custodian")


def note(clinic, action, **about):
    with clinic.writing() as session:
        audit.record(session, action, NOON, study_id=clinic.study_id, **about)


def code_of(clinic, person):
    with clinic.tool.database.reading() as session:
        return queries.participant(session, person).code


def test_begins_with_the_study_and_what_to_publish(custodian, clinic):
    assert custodian.get("/").location.endswith("/office/")
    page = custodian.get("/office/").text
    with clinic.tool.database.reading() as session:
        assert allocation.commitment_of(session, clinic.study_id) in page


def test_the_trail_names_the_team_and_codes_participants(custodian, clinic):
    with clinic.writing() as session:
        staff = clinic.member(session, "Rosa Terapeuta", INSTRUCTOR).lti_user_id
        setup.assign_role(session, clinic.tool, clinic.study_id, staff, Role.STAFF)
    person = clinic.screened(())
    note(clinic, "prescription.changed", actor_id=staff, subject_id=person, reason="progress")
    page = custodian.get("/office/audit").text
    first = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert "Rosa Terapeuta" in first
    assert "Prescripción cambiada" in first
    assert code_of(clinic, person) in first
    assert "reason=progress" in first


def test_a_participant_who_acts_is_a_code_and_no_name(custodian, clinic):
    with clinic.writing() as session:
        them = clinic.enrolled(session, "Ana Plantada")
        person, user_id = them.participant_id, them.lti_user_id
    note(clinic, "launch.accepted", actor_id=user_id)
    page = custodian.get("/office/audit").text
    assert "Ana Plantada" not in page
    assert code_of(clinic, person) in page


def test_it_is_filtered_by_what_happened_and_by_participant(custodian, clinic):
    person, other = clinic.screened(()), clinic.screened(())
    note(clinic, "diary.reviewed", subject_id=person)
    note(clinic, "alert.closed", subject_id=other)
    page = custodian.get("/office/audit?action=diary.reviewed").text
    assert ("Diario revisado</td>" in page, "Alerta cerrada</td>" in page) == (True, False)
    page = custodian.get(f"/office/audit?code={code_of(clinic, other).lower()}").text
    assert ("Diario revisado</td>" in page, "Alerta cerrada</td>" in page) == (False, True)
    assert custodian.get("/office/audit?action=no.such&code=%00").status_code == 200


def test_of_another_study_nothing_is_shown(custodian, clinic):
    with clinic.writing() as session:
        audit.record(session, "alert.closed", NOON, study_id=None)
    assert "Alerta cerrada</td>" not in custodian.get("/office/audit").text


def test_a_long_trail_is_read_a_page_at_a_time(custodian, clinic):
    for _ in range(60):
        note(clinic, "diary.reviewed", subject_id=uuid.uuid4())
    page = custodian.get("/office/audit?action=diary.reviewed&page=2").text
    assert page.count("Diario revisado</td>") == 25
    assert "26 a 50 de 60" in page


@pytest.mark.parametrize("altered", ["alert.closed", "cats.fed"])
def test_what_was_altered_is_said_on_the_page(custodian, clinic, altered):
    note(clinic, "diary.reviewed")
    with clinic.tool.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_no_update"))
        connection.execute(text("UPDATE audit_events SET action = :name"), {"name": altered})
    assert "Algo se cambió o falta" in custodian.get("/office/audit").text


@pytest.mark.parametrize("role", ["staff", "assessor", "patient", "admin", "visitor"])
def test_nobody_else_comes_in(client_for, role):
    assert client_for(role).get("/office/audit").status_code == 403


class TestTheLock:
    """Two custodians close the data; the page says what is still open."""

    @pytest.fixture
    def both(self, client_for):
        return client_for("custodian", locale="en"), client_for("custodian", locale="en")

    def test_one_asks_the_other_confirms_and_nobody_else_can(self, both, clinic):
        first, second = both
        assert first.post("/office/lock").status_code == 303
        assert "Another custodian confirms it here." in first.get("/office/").text
        refused = first.post("/office/lock/confirm")
        assert refused.status_code == 409
        assert "Somebody else has to confirm this" in refused.text
        assert "Confirm and close the data" in second.get("/office/").text
        assert second.post("/office/lock/confirm").status_code == 303
        page = second.get("/office/").text
        assert "Closed since" in page
        assert "Ask for the data lock" not in page
        assert second.post("/office/lock").status_code == 409

    def test_the_trail_holds_both_with_the_same_digest(self, both, clinic):
        first, second = both
        first.post("/office/lock")
        second.post("/office/lock/confirm")
        asked = clinic.rows(AuditEvent, AuditEvent.action == "study.lock_asked")
        closed = clinic.rows(AuditEvent, AuditEvent.action == "study.locked")
        assert [each.actor_id for each in (*asked, *closed)] == [first.user_id, second.user_id]
        assert asked[0].detail == closed[0].detail

    def test_data_that_changed_are_asked_for_again(self, both, clinic):
        first, second = both
        with clinic.writing() as session:
            person = clinic.patient(session, day=14).participant_id
        first.post("/office/lock")
        with clinic.writing() as session:
            factories.assessment(session, person, "week_2", "odi")
        refused = second.post("/office/lock/confirm")
        assert refused.status_code == 409
        assert "The data have changed since the lock was asked for" in refused.text
        assert "Closed since" not in second.get("/office/").text

    def test_what_is_still_open_is_counted(self, both, clinic):
        with clinic.writing() as session:
            clinic.patient(session, day=14)
            clinic.patient(session, day=60)
        page = both[0].get("/office/").text
        assert "<dt>Visits open now</dt><dd>1</dd>" in page
        assert "<dt>Visits missed</dt><dd>3</dd>" in page

"""The commitment is published before the first participant, the list at the end."""

import json
import uuid

import pytest

from modules.errors import AllocationRefused, NotAllowed
from modules.records import queries
from modules.services import lock
from plugin import setup
from plugin.app import create_app
from plugin.models import AuditEvent, Role
from plugin.trial import publication, verification
from plugin.trial.models import AllocationList
from tests.factories import INSTRUCTOR, Clinic


@pytest.fixture
def clinic(database, make_tool):
    return Clinic(make_tool(database))


@pytest.fixture
def custodian(clinic) -> uuid.UUID:
    return named(clinic, Role.CUSTODIAN)


def named(clinic, role):
    with clinic.writing() as session:
        user_id = clinic.member(session, role.value, INSTRUCTOR).lti_user_id
        setup.assign_role(session, clinic.tool, clinic.study_id, user_id, role)
        return user_id


def close(clinic):
    with clinic.writing() as session:
        lock.lock(session, clinic.study_key, clinic.tool.now())


def reveal(clinic, by):
    with clinic.writing() as session:
        study = queries.study(session, clinic.study_key)
        return publication.reveal(session, study, clinic.protocol, clinic.tool.now(), by)


def statement(clinic):
    with clinic.tool.database.reading() as session:
        study = queries.study(session, clinic.study_key)
        return json.loads(publication.statement(session, study, clinic.protocol))


def test_the_statement_says_whether_somebody_was_allocated_before_it(clinic):
    (sealed,) = clinic.rows(AllocationList)
    assert statement(clinic)["commitment"] == sealed.commitment
    assert statement(clinic)["issued_before_first_allocation"] is True
    with clinic.writing() as session:
        clinic.patient(session)
    assert statement(clinic)["issued_before_first_allocation"] is False


def test_before_the_study_is_closed_nothing_is_revealed(clinic, custodian):
    with pytest.raises(AllocationRefused, match="study_open"):
        reveal(clinic, custodian)
    assert not clinic.rows(AuditEvent, AuditEvent.action == "allocation_list.revealed")


@pytest.mark.parametrize("role", [Role.STAFF, Role.ASSESSOR, Role.ANALYST])
def test_nobody_but_a_custodian_reveals_it(clinic, role):
    other = named(clinic, role)
    close(clinic)
    for by in (other, uuid.uuid4()):
        with pytest.raises(NotAllowed):
            reveal(clinic, by)


def test_the_revealed_list_fits_the_commitment_and_who_asked_is_recorded(clinic, custodian):
    with clinic.writing() as session:
        clinic.patient(session)
    published = statement(clinic)["commitment"]
    close(clinic)
    found = verification.read_revealed(reveal(clinic, custodian))

    assert verification.differences(published, found) == []
    (event,) = clinic.rows(AuditEvent, AuditEvent.action == "allocation_list.revealed")
    assert (event.actor_id, event.study_id) == (custodian, clinic.study_id)


def test_a_programme_has_nothing_to_publish(database, make_tool):
    with pytest.raises(AllocationRefused, match="no_list"):
        statement(Clinic(make_tool(database), protocol_key="care"))


def test_the_statement_is_a_file_on_the_page_team(clinic):
    staff = clinic.browser(create_app(tool=clinic.tool), "staff")
    (sealed,) = clinic.rows(AllocationList)
    assert "/admin/team/commitment.json" in staff.get("/admin/team").text
    answer = staff.get("/admin/team/commitment.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=commitment.json"
    assert answer.get_json()["commitment"] == sealed.commitment


def test_a_programme_has_no_statement_to_fetch(database, make_tool):
    care = Clinic(make_tool(database), protocol_key="care")
    staff = care.browser(create_app(tool=care.tool), "staff")
    assert staff.get("/admin/team/commitment.json").status_code == 404

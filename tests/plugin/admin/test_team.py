"""The page Team: who teaches in the course, and what each is here."""

import pytest

from lti.models import MembershipStatus
from plugin.app import create_app
from plugin.models import Role, RoleAssignment
from plugin.trial.models import AllocationList
from tests.factories import INSTRUCTOR, LEARNER, Clinic
from tests.statements import sent


@pytest.fixture
def care(database, make_tool) -> Clinic:
    return Clinic(make_tool(database), protocol_key="care")


@pytest.fixture
def enter(care):
    app = create_app(tool=care.tool)
    return lambda kind, **options: care.browser(app, kind, **options)


def test_it_lists_teachers_and_nobody_who_takes_part(care, enter):
    with care.writing() as session:
        care.member(session, "Fisioterapeuta", INSTRUCTOR)
        care.member(session, "Persona del curso", LEARNER)
        care.enrolled(session, "Paciente inscrita")
    page = enter("staff").get("/admin/team").text

    assert "Fisioterapeuta" in page
    assert "Persona del curso" not in page
    assert "Paciente inscrita" not in page


def test_the_commitment_of_a_trials_list_is_shown(database, make_tool):
    trial = Clinic(make_tool(database))
    page = trial.browser(create_app(tool=trial.tool), "staff").get("/admin/team").text
    (sealed,) = trial.rows(AllocationList)

    assert sealed.commitment in page


def test_a_programme_has_no_list(enter):
    assert "Lista de asignación" not in enter("staff").get("/admin/team").text


def test_staff_name_a_further_one(care, enter):
    with care.writing() as session:
        place = care.member(session, "Fisioterapeuta", INSTRUCTOR)
        user_id, place_id = place.lti_user_id, place.id
    assert enter("staff", of=place_id).get("/staff/").status_code == 403
    answer = enter("staff").post(f"/admin/team/{user_id}/role", {"role": "staff"})

    assert answer.status_code == 302
    assert enter("staff", of=place_id).get("/staff/").status_code == 200


def test_somebody_of_another_course_is_not_named(care, enter):
    other = Clinic(care.tool, protocol_key="care", study_key="otra")
    with other.writing() as session:
        user_id = other.member(session, "De otro curso", INSTRUCTOR).lti_user_id
    answer = enter("staff").post(f"/admin/team/{user_id}/role", {"role": "staff"})

    assert answer.status_code == 404
    assert care.rows(RoleAssignment, RoleAssignment.lti_user_id == user_id) == []


def test_who_is_suspended_is_marked(care, enter):
    with care.writing() as session:
        care.member(session, "Suspendida", INSTRUCTOR).status = MembershipStatus.SUSPENDED

    assert "acceso suspendido" in enter("staff").get("/admin/team").text


@pytest.mark.parametrize("kind", ["patient", "assessor", "visitor"])
def test_only_staff_and_administrators_have_it(care, enter, kind):
    browser = enter(kind)

    assert browser.get("/admin/team").status_code == 403
    assert browser.post(
        f"/admin/team/{browser.user_id}/role", {"role": Role.STAFF}, token=None
    ).status_code in (400, 403)


def test_it_asks_as_often_for_many_as_for_few_and_shows_a_page_at_a_time(care, enter):
    staff, counts = enter("staff"), []
    for number in (3, 60):
        with care.writing() as session:
            for count in range(number):
                care.member(session, f"Docente {number}-{count:02}", INSTRUCTOR)
        with sent() as statements:
            page = staff.get("/admin/team").text
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert page.count("<select") == 25
    assert "Docente 60-59" in staff.get("/admin/team?team=3").text

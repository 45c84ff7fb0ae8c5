"""Who is who: the role assigned here decides; a platform may only propose."""

import pytest
from sqlalchemy import select

from lti.models import LtiUser, Membership
from modules.records.models import Participant
from plugin import setup
from plugin.app import create_app
from plugin.models import AuditEvent, Role, RoleAssignment
from tests import addresses, factories
from tests.factories import INSTRUCTOR, LEARNER, Clinic

PROGRAMME_PARTS = ("programme", "diary")


@pytest.fixture
def care(tool) -> Clinic:
    """A clinic that simply treats: one arm, nobody blinded."""
    return Clinic(tool, protocol_key="care", study_key="espalda")


class TestInABlindedStudy:
    def test_a_teacher_without_a_role_is_a_visitor(self, app, clinic):
        with clinic.writing() as session:
            teacher = clinic.member(session, "Maestra", INSTRUCTOR).id
        browser = clinic.browser(app, "staff", of=teacher)

        assert browser.get("/staff/").status_code == 403
        assert browser.get("/assessor/").status_code == 403
        assert browser.get("/").status_code == 200

    def test_an_assessor_stays_blind_although_the_platform_calls_them_a_teacher(self, client_for):
        assessor = client_for("assessor")

        assert assessor.get("/assessor/").status_code == 200
        assert assessor.get("/staff/").status_code == 403
        assert assessor.get("/staff/people").status_code == 403

    def test_an_administrator_of_the_platform_sees_no_patient(self, client_for):
        admin = client_for("admin")

        assert admin.get("/staff/").status_code == 403
        assert admin.get("/assessor/").status_code == 403

    def test_a_learner_who_is_not_enrolled_is_a_visitor(self, app, clinic):
        with clinic.writing() as session:
            learner = clinic.member(session, "Alumno", LEARNER).id
        browser = clinic.browser(app, "patient", of=learner)

        assert browser.get("/today").status_code == 403
        assert browser.get("/").status_code == 200

    def test_staff_of_one_study_are_nobody_in_another(self, app, clinic, client_for):
        staff = client_for("staff")
        other = Clinic(clinic.tool, study_key="otro")
        with clinic.writing() as session:
            who = session.get_one(LtiUser, staff.user_id)
            where = session.get_one(factories.LtiContext, other.course_id)
            place = factories.membership(session, who, where, INSTRUCTOR).id
        there = other.browser(app, "staff", of=place)

        assert there.get("/staff/").status_code == 403

    def test_staff_cannot_open_a_participant_of_another_study(self, clinic, client_for):
        other = Clinic(clinic.tool, study_key="otro")
        foreign = other.screened()
        staff, assessor = client_for("staff"), client_for("assessor")

        for address in addresses.of_launches(staff_app(staff), "staff", participant_id=foreign):
            if str(foreign) in address.path:
                answer = staff.client.open(
                    staff.url(address.path),
                    method=address.method,
                    data={"csrf_token": staff.token()},
                )
                assert answer.status_code == 404, address
        assert assessor.get(f"/assessor/participants/{foreign}").status_code == 404
        assert assessor.get(f"/assessor/participants/{foreign}/baseline/odi").status_code == 404


def staff_app(browser):
    return browser.client.application


@pytest.fixture(params=["care", factories.TRIAL])
def any_study(request, database, make_tool):
    """A clinic with blinded roles, and one without: staff are named in both."""
    return Clinic(make_tool(database), protocol_key=request.param)


class TestWhoIsStaff:
    def teacher(self, clinic, proposed="staff"):
        with clinic.writing() as session:
            place = clinic.member(session, "Fisioterapeuta", INSTRUCTOR).id
        return clinic.browser(create_app(tool=clinic.tool), proposed, of=place)

    @pytest.mark.parametrize("proposed", ["staff", "admin"])
    def test_nobody_is_staff_by_the_platforms_word(self, any_study, proposed):
        teacher = self.teacher(any_study, proposed)

        for path in ("/staff/", "/staff/people", "/admin/team", "/care/alerts"):
            assert teacher.get(path).status_code == 403, path

    def test_a_teacher_who_is_not_named_reads_who_can_name_them(self, any_study):
        with any_study.writing() as session:
            lead = any_study.member(session, "Dra. Jefa", INSTRUCTOR)
            who = session.get_one(LtiUser, lead.lti_user_id)
            factories.role(session, any_study.study_id, who, Role.STAFF)
            any_study.enrolled(session, "Paciente Secreta")
        page = self.teacher(any_study).get("/")

        assert page.status_code == 200
        assert "Dra. Jefa" in page.text
        assert "Equipo" in page.text
        assert "Paciente Secreta" not in page.text

    def test_where_nobody_can_the_administrator_is_named(self, any_study):
        assert "administra Columna" in self.teacher(any_study).get("/").text

    def test_who_is_named_is_staff_from_the_next_page_on(self, any_study):
        teacher = self.teacher(any_study)
        with any_study.writing() as session:
            setup.assign_role(
                session, any_study.tool, any_study.study_id, teacher.user_id, Role.STAFF
            )

        assert teacher.get("/staff/").status_code == 200


class TestInCare:
    def test_a_role_taken_away_here_counts_more_than_the_platforms_word(self, app, care):
        with care.writing() as session:
            teacher = care.member(session, "Fisioterapeuta", INSTRUCTOR)
            who = session.get_one(LtiUser, teacher.lti_user_id)
            factories.role(session, care.study_id, who, Role.VISITOR)

        assert care.browser(app, "staff", of=teacher.id).get("/staff/").status_code == 403

    def test_an_enrolled_person_has_the_programme_from_the_first_day(self, app, care):
        with care.writing() as session:
            place = care.enrolled(session, day_one=factories.TODAY).id
        patient = care.browser(app, "patient", of=place)

        assert patient.get("/programme").status_code == 200
        assert patient.get("/diary").status_code == 200


class TestTheControlArm:
    def test_every_route_of_the_programme_is_refused(self, app, client_for):
        control = client_for("control")
        parts = [
            address
            for address in addresses.of_launches(app, "patient")
            if address.path.split("/")[1]
            in ("programme", "exercises", "media", "diary", "progress")
        ]
        assert len(parts) > 10
        token = control.token()
        for address in parts:
            answer = control.client.open(
                control.url(address.path), method=address.method, data={"csrf_token": token}
            )
            assert answer.status_code == 403, address

    def test_what_remains_is_brochure_questions_messages_and_welcome(self, app, client_for):
        control = client_for("control")
        open_pages = {
            address.path
            for address in addresses.of_launches(app, "patient")
            if address.method == "GET" and control.get(address.path).status_code == 200
        }

        remaining = {"/today", "/warning", "/brochure", "/questions", "/messages", "/welcome"}
        assert open_pages == remaining

    def test_no_page_names_what_the_arm_does_not_have(self, client_for):
        control = client_for("control", day=14)
        for path in ("/today", "/brochure", "/questions", "/messages", "/warning", "/welcome"):
            page = control.get(path).text
            for word in ("/programme", "/diary", "/exercises", "/media", "/progress"):
                assert word not in page, (path, word)

    def test_a_locked_page_and_a_page_that_never_was_look_the_same(self, client_for):
        control = client_for("control")
        answers = {
            control.get(f"/programme/{key}").status_code
            for key in ("education", "core", "nonsense")
        }

        assert answers == {403}

    def test_before_allocation_nobody_has_the_programme(self, app, clinic):
        with clinic.writing() as session:
            place = clinic.enrolled(session).id
        waiting = clinic.browser(app, "patient", of=place)

        assert waiting.get("/questions").status_code == 200
        for path in ("/programme", "/diary", "/brochure", "/progress"):
            assert waiting.get(path).status_code == 403, path


class TestTheTreatedArm:
    def test_the_programme_is_open(self, client_for):
        patient = client_for("patient")

        for path in ("/programme", "/programme/education", "/diary", "/progress", "/brochure"):
            assert patient.get(path).status_code == 200, path

    @pytest.mark.parametrize("module", ["ergonomics", "directional", "core", "relaxation"])
    def test_a_later_module_stays_shut_before_its_week_on_the_server(
        self, app, client_for, curriculum, module
    ):
        patient = client_for("patient", day=3)
        lesson = curriculum.module(module).lessons[0].key
        token = patient.token()
        shut = addresses.of_launches(app, "patient", module_key=module, lesson_key=lesson)
        for address in [one for one in shut if f"/programme/{module}" in one.path]:
            answer = patient.client.open(
                patient.url(address.path), method=address.method, data={"csrf_token": token}
            )
            assert answer.status_code == 403, address

    def test_the_films_and_exercises_of_a_shut_module_are_shut_too(self, client_for, curriculum):
        patient = client_for("patient", day=3)
        shut = curriculum.module("core")
        film = shut.film("es").mp4.removeprefix("media/")
        fresh = [e for e in shut.exercises if e not in curriculum.module("education").exercises]

        assert patient.get(f"/media/{film}").status_code == 404
        assert fresh
        for exercise in fresh:
            assert patient.get(f"/exercises/{exercise}").status_code == 403

    def test_the_second_module_opens_in_its_week_once_the_first_is_done(
        self, clinic, client_for, clock, curriculum
    ):
        patient = client_for("patient", day=7)
        with clinic.writing() as session:
            for lesson in curriculum.module("education").lessons:
                factories.lesson_done(
                    session, patient.participant_id, "education", lesson.key, factories.TODAY
                )
        assert patient.get("/programme/ergonomics").status_code == 403
        clock.move(hours=11, minutes=59)
        assert patient.get("/programme/ergonomics").status_code == 403

        clock.move(minutes=2)  # midnight in Mexico City: day 8, week 2
        later = clinic.browser(
            patient.client.application, "patient", of=_place(clinic, patient.participant_id)
        )
        assert later.get("/programme/ergonomics").status_code == 200

    def test_the_second_module_waits_for_the_first_at_most_a_week(self, client_for):
        assert client_for("patient", day=8).get("/programme/ergonomics").status_code == 403
        assert client_for("patient", day=14).get("/programme/ergonomics").status_code == 403
        assert client_for("patient", day=15).get("/programme/ergonomics").status_code == 200


def _place(clinic, participant_id):
    return clinic.rows(Membership, Membership.participant_id == participant_id)[0].id


class TestGivingRoles:
    def test_staff_give_a_role_and_it_is_audited(self, clinic, client_for):
        staff = client_for("staff")
        with clinic.writing() as session:
            person = clinic.member(session, "Evaluadora", INSTRUCTOR).lti_user_id
        answer = staff.post(f"/admin/team/{person}/role", {"role": "assessor"})

        assert answer.status_code in (302, 303)
        given = clinic.rows(RoleAssignment, RoleAssignment.lti_user_id == person)
        assert [row.role for row in given] == [Role.ASSESSOR]
        said = clinic.rows(AuditEvent, AuditEvent.action == "role.assigned")
        assert [event.detail for event in said if event.subject_id == person] == [
            {"role": "assessor"}
        ]

    @pytest.mark.parametrize("role", ["admin", "patient", "", "king"])
    def test_a_role_that_is_not_offered_cannot_be_given(self, clinic, client_for, role):
        staff = client_for("staff")
        with clinic.writing() as session:
            person = clinic.member(session, "Alguien", INSTRUCTOR).lti_user_id

        assert staff.post(f"/admin/team/{person}/role", {"role": role}).status_code == 403

    def test_a_participant_gets_no_role(self, clinic, client_for):
        staff = client_for("staff")
        with clinic.writing() as session:
            person = clinic.enrolled(session).lti_user_id
        answer = staff.post(f"/admin/team/{person}/role", {"role": "assessor"})

        assert answer.status_code in (403, 409)
        assert clinic.rows(RoleAssignment, RoleAssignment.lti_user_id == person) == []

    def test_somebody_with_a_role_cannot_be_enrolled(self, clinic, client_for):
        enroller, assessor = client_for("enroller"), client_for("assessor")
        place = clinic.rows(Membership, Membership.lti_user_id == assessor.user_id)[0].id
        answer = enroller.post(f"/staff/people/{place}/enrol")

        assert answer.status_code in (403, 409)
        assert clinic.rows(Participant) == []

    def test_nobody_changes_their_own_role(self, clinic, client_for):
        staff = client_for("staff")
        staff.post(f"/admin/team/{staff.user_id}/role", {"role": "assessor"})

        with clinic.tool.database.reading() as session:
            role = session.scalar(
                select(RoleAssignment.role).where(RoleAssignment.lti_user_id == staff.user_id)
            )
        assert role is Role.STAFF


class TestEnrolling:
    def test_a_person_of_the_course_becomes_a_participant_in_screening(self, clinic, client_for):
        enroller = client_for("enroller")
        with clinic.writing() as session:
            place = clinic.member(session, "Persona", LEARNER).id
        answer = enroller.post(f"/staff/people/{place}/enrol")

        (participant,) = clinic.rows(Participant)
        assert answer.headers["Location"].endswith(f"/staff/participants/{participant.id}")
        assert (participant.status.value, participant.day_one) == ("screening", None)
        assert clinic.rows(Membership, Membership.id == place)[0].participant_id == participant.id

    def test_twice_is_once(self, clinic, client_for):
        enroller = client_for("enroller")
        with clinic.writing() as session:
            place = clinic.member(session, "Persona", LEARNER).id
        enroller.post(f"/staff/people/{place}/enrol")

        assert enroller.post(f"/staff/people/{place}/enrol").status_code == 409
        assert len(clinic.rows(Participant)) == 1

    def test_somebody_of_another_course_cannot_be_enrolled(self, clinic, client_for):
        other = Clinic(clinic.tool, study_key="otro")
        with clinic.writing() as session:
            place = other.member(session, "Persona", LEARNER).id

        assert client_for("enroller").post(f"/staff/people/{place}/enrol").status_code == 404


def test_the_application_starts_with_every_shipped_protocol(make_tool, sqlite_database, protocols):
    tool = make_tool(sqlite_database)
    for key in protocols:
        Clinic(tool, protocol_key=key, study_key=f"s-{key}"[:40])

    assert create_app(tool=tool).test_client().get("/health").status_code == 200

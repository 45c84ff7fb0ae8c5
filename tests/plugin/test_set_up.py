"""Connecting a course: what runs in it, and who is named its staff."""

import re
import uuid
from html import unescape

import pytest

from lti.models import LtiContext, LtiUser, MembershipStatus, Platform
from modules.records.models import Study
from plugin import administrators
from plugin.app import create_app
from plugin.models import AuditEvent, Role, RoleAssignment
from plugin.worker import EXTENSION
from tests import factories
from tests.factories import INSTRUCTOR, LEARNER, NOON, TRIAL, Clinic

CARE = "new:care"


class Copy:
    """A course that is connected to nothing, beside the clinic's own."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.app = create_app(tool=clinic.tool)
        with clinic.writing() as session:
            of = session.get_one(Platform, clinic.platform_id)
            self.course_id = factories.course(session, of, None, "copy").id

    def member(self, name="Alguien", *roles, who=None, **values):
        """Add somebody, known already or new; return the keys of the person and their place."""
        with self.clinic.writing() as session:
            of = session.get_one(Platform, self.clinic.platform_id)
            user = session.get_one(LtiUser, who) if who else factories.user(session, of, name)
            where = session.get_one(LtiContext, self.course_id)
            place = factories.membership(session, user, where, *(roles or (INSTRUCTOR,)))
            for key, value in values.items():
                setattr(place, key, value)
            return user.id, place.id

    def browser(self, place, proposed="staff", **launch):
        return self.clinic.browser(self.app, proposed, of=place, **launch)

    def administrator(self):
        user_id, place = self.member("Administradora")
        with self.clinic.writing() as session:
            administrators.name(session, user_id, NOON)
        return self.browser(place, "admin")

    def roles(self):
        """Return who is what in the study of this course."""
        (course,) = self.clinic.rows(LtiContext, LtiContext.id == self.course_id)
        if course.study_id is None:
            return None
        found = self.clinic.rows(RoleAssignment, RoleAssignment.study_id == course.study_id)
        return {row.lti_user_id: row.role for row in found}


@pytest.fixture
def copy(database, make_tool) -> Copy:
    return Copy(Clinic(make_tool(database)))


def offered(page, name):
    """Return the choices of a field of the page with their words."""
    found = re.findall(rf'name="{name}" value="([^"]+)"[^>]*><span>([^<]+)', page.text)
    return {value: unescape(words).strip() for value, words in found}


class TestWhoIsNamed:
    def test_the_teachers_of_the_course_are_offered_with_what_they_will_see(self, copy):
        known, _ = copy.member("Ya entró")
        listed, _ = copy.member("Solo en la lista", roles=[], roster_roles=["Instructor"])
        copy.member("Estudiante", LEARNER)
        copy.member("Se fue", status=MembershipStatus.LEFT)
        _own, place = copy.member("Quien conecta")
        page = copy.browser(place).get("/set-up")

        assert offered(page, "staff") == {str(known): "Ya entró", str(listed): "Solo en la lista"}
        assert "los brazos" in page.text

    def test_who_is_ticked_is_staff_with_whoever_makes_the_study_and_nobody_else(self, copy):
        ticked, _ = copy.member("Marcada")
        other, others_place = copy.member("Sin marcar")
        own, place = copy.member("Quien conecta")
        answer = copy.browser(place).post("/set-up", {"study": CARE, "staff": [str(ticked)]})

        assert answer.location.endswith("/admin/team")
        assert copy.roles() == {own: Role.STAFF, ticked: Role.STAFF}
        assert copy.browser(others_place).get("/staff/").status_code == 403
        said = copy.clinic.rows(AuditEvent, AuditEvent.action == "role.assigned")
        assert {event.subject_id for event in said} == {own, ticked}
        assert other not in copy.roles()

    def test_the_list_of_people_is_fetched_at_once(self, copy):
        _own, place = copy.member("Quien conecta")
        copy.browser(place).post("/set-up", {"study": CARE})

        queued = [str(task) for task in copy.app.extensions[EXTENSION].queue.pending()]
        assert any("sync_roster" in task for task in queued)

    def test_somebody_blinded_in_a_study_is_not_offered_and_not_taken(self, copy):
        blinded, _ = copy.member("Evaluadora")
        with copy.clinic.writing() as session:
            who = session.get_one(LtiUser, blinded)
            factories.role(session, copy.clinic.study_id, who, Role.ASSESSOR)
        _own, place = copy.member("Quien conecta")
        browser = copy.browser(place)

        assert "Evaluadora" not in browser.get("/set-up").text
        answer = browser.post("/set-up", {"study": CARE, "staff": [str(blinded)]})
        assert answer.status_code == 422
        assert copy.roles() is None

    @pytest.mark.parametrize("nonsense", ["", "x", str(uuid.UUID(int=7))])
    def test_who_is_not_offered_is_not_taken(self, copy, nonsense):
        _own, place = copy.member("Quien conecta")
        answer = copy.browser(place).post("/set-up", {"study": CARE, "staff": [nonsense]})

        assert answer.status_code == 422
        assert copy.roles() is None


class TestWhoIsAsked:
    def test_a_copied_course_is_connected_to_nothing_and_asks(self, copy):
        custom = {"place": "module", "module": "education"}
        staff, _ = copy.member("Personal")
        with copy.clinic.writing() as session:
            who = session.get_one(LtiUser, staff)
            factories.role(session, copy.clinic.study_id, who, Role.STAFF)
        _own, place = copy.member("Otra docente")
        _learner, learners = copy.member("Estudiante", LEARNER)

        asked = copy.browser(place, custom=custom).get("/")
        assert asked.location.endswith("/set-up")
        told = copy.browser(learners, "patient", custom=custom)
        assert told.get("/").status_code == 200
        assert told.get("/programme/education").status_code == 403
        assert copy.roles() is None

    def test_an_administrator_is_asked_and_finds_the_platforms_from_there(self, copy):
        administrator = copy.administrator()
        page = administrator.get("/", follow_redirects=True)

        assert page.request.path.endswith("/set-up")
        assert f'href="{administrator.url("/admin/")}"' in page.text
        assert administrator.get("/admin/").status_code == 200

    def test_an_administrator_who_sets_up_sees_no_patient_by_that(self, copy):
        named, _ = copy.member("Personal")
        administrator = copy.administrator()
        administrator.post("/set-up", {"study": CARE, "staff": [str(named)]})

        assert copy.roles() == {named: Role.STAFF}
        assert administrator.get("/admin/team").status_code == 200
        assert administrator.get("/staff/").status_code == 403

    def test_unless_they_name_themselves(self, copy):
        administrator = copy.administrator()
        own = str(administrator.user_id)
        administrator.post("/set-up", {"study": CARE, "staff": [own]})

        assert administrator.get("/staff/").status_code == 200

    def test_patients_are_not_asked(self, copy):
        _learner, place = copy.member("Estudiante", LEARNER)
        browser = copy.browser(place, "patient")

        assert browser.get("/set-up").status_code == 403


class TestWhatIsOffered:
    def test_studies_are_listed_by_title_and_key(self, copy):
        own, place = copy.member("Personal")
        with copy.clinic.writing() as session:
            who = session.get_one(LtiUser, own)
            factories.role(session, copy.clinic.study_id, who, Role.STAFF)
        title = copy.clinic.tool.protocols[TRIAL].title.es
        studies = offered(copy.browser(place).get("/set-up"), "study")

        assert studies["lumbar"] == f"{title} (lumbar)"
        assert studies[f"new:{TRIAL}"] == title

    def test_a_teacher_is_offered_no_study_they_are_not_staff_of(self, copy):
        _own, place = copy.member("Docente")
        browser = copy.browser(place)

        assert "lumbar" not in offered(browser.get("/set-up"), "study")
        assert browser.post("/set-up", {"study": "lumbar"}).status_code == 422
        assert copy.roles() is None

    def test_an_administrator_may_add_the_course_to_any_study(self, copy):
        administrator = copy.administrator()
        administrator.post("/set-up", {"study": "lumbar"})

        (course,) = copy.clinic.rows(LtiContext, LtiContext.id == copy.course_id)
        assert course.study_id == copy.clinic.study_id

    def test_a_study_whose_protocol_is_not_loaded_is_not_offered(self, copy):
        with copy.clinic.writing() as session:
            session.get_one(Study, copy.clinic.study_id).protocol_key = "gone"

        assert "lumbar" not in offered(copy.administrator().get("/set-up"), "study")

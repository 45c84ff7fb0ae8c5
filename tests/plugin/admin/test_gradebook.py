"""Progress goes to the gradebook where a study chose so, never where somebody is blinded."""

from pathlib import Path

import pytest
from sqlalchemy import select

from lti.models import LtiContext
from lti.services.grade_models import Delivery, ProgressGrade
from lti.services.grades import deliver_due
from plugin import gradebook
from plugin.demo.lms import Activity
from plugin.gradebook import GradebookRefused
from plugin.models import StudyChoice
from tests.lti.services_kit import TOOL
from tests.plugin.admin.admin_kit import ToolAndPlatform, Visit, care_protocol

GRADED = Activity(
    number=5,
    title="Avance",
    target_link_uri=f"{TOOL}/lti/launch",
    custom={"place": "programme"},
    points=100,
)


def care(folder: Path) -> tuple[ToolAndPlatform, Visit, Visit]:
    """Return a programme without arms with its staff and one enrolled patient."""
    lti = ToolAndPlatform(folder, study=care_protocol(), activities=[GRADED])
    staff = lti.staff()
    lti.launch("101")
    staff.post(f"/staff/people/{lti.membership('101').id}/enrol", origin="/staff/people")
    return lti, staff, lti.launch("101")


def tick(lti: ToolAndPlatform, patient: Visit, number: int = 0) -> None:
    """Tick a lesson of the first module."""
    module = lti.tool.curriculum.modules[0]
    lesson = module.lessons[number]
    page = f"/programme/{module.key}/{lesson.key}"
    assert patient.post(f"{page}/done", origin=page).status_code == 303


def queued(lti: ToolAndPlatform) -> list[ProgressGrade]:
    with lti.tool.database.reading() as session:
        return list(session.scalars(select(ProgressGrade)))


class TestSwitch:
    def test_it_is_off_until_somebody_switches_it_on(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        tick(lti, patient)

        assert queued(lti) == []
        assert "Switched off" in staff.page("/admin/gradebook")

    def test_a_lesson_queues_its_percent_with_its_tick(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        tick(lti, patient)
        (grade,) = queued(lti)
        protocol = lti.tool.protocols[care_protocol()]
        total = sum(len(lti.tool.curriculum.module(plan.key).lessons) for plan in protocol.modules)

        assert grade.percent == round(100 / total, 1)
        assert len(lti.events("gradebook.switched_on")) == 1

    def test_a_refused_tick_queues_nothing(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        last = lti.tool.curriculum.modules[-1]
        page = f"/programme/{last.key}/{last.lessons[0].key}/done"

        assert patient.post(page, origin="/today").status_code == 403
        assert queued(lti) == []

    def test_off_again_stops_it(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        staff.post("/admin/gradebook/off", origin="/admin/gradebook")
        tick(lti, patient)

        assert queued(lti) == []

    def test_a_blinded_study_refuses_and_says_why(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path)
        staff = lti.staff()

        assert "would show the arm" in staff.page("/admin/gradebook")
        answer = staff.post("/admin/gradebook/on", origin="/admin/launches")
        assert answer.status_code in (400, 409)
        study_id = lti.study_id
        assert study_id
        with lti.tool.database.writing() as session, pytest.raises(GradebookRefused):
            gradebook.switch(session, lti.tool, study_id, None, on=True)
        with lti.tool.database.reading() as session:
            assert session.scalars(select(StudyChoice)).all() == []

    def test_even_a_row_in_the_database_sends_nothing_from_a_trial(self, tmp_path: Path) -> None:
        lti = ToolAndPlatform(tmp_path)
        assert lti.study_id
        study_id = lti.study_id
        protocol = lti.tool.protocols["imss-nct07248813"]
        with lti.tool.database.writing() as session:
            session.add(
                StudyChoice(study_id=study_id, progress_to_gradebook=True, chosen_at=lti.clock.now)
            )
            gradebook.note_progress(
                session, study_id, protocol, study_id, lambda: pytest.fail("asked"), lti.clock.now
            )

    def test_patients_cannot_switch_it(self, tmp_path: Path) -> None:
        lti, _staff, patient = care(tmp_path)

        assert patient.get("/admin/gradebook").status_code == 403
        assert patient.post("/admin/gradebook/on", origin="/today").status_code == 403


class TestDelivery:
    def test_progress_arrives_in_the_lms_for_the_patient_alone(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        tick(lti, patient)
        sent = deliver_due(lti.tool.database, lti.services().client, lti.clock.now)

        assert sent["sent"] == 1
        page = staff.page("/admin/gradebook")
        assert "Arrived" in page

    def test_what_the_platform_does_not_take_is_shown_with_its_reason(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        tick(lti, patient)
        with lti.tool.database.writing() as session:
            grade = session.scalars(select(ProgressGrade)).one()
            grade.state, grade.reason = Delivery.PARKED, "not_gradable"
            grade.hint = "Incorrect score received <b>"
        page = staff.page("/admin/gradebook")

        assert "not enrolled as a student" in page
        assert "Incorrect score received &lt;b&gt;" in page
        assert "Persona" not in page

    def test_it_can_be_sent_again(self, tmp_path: Path) -> None:
        lti, staff, patient = care(tmp_path)
        staff.post("/admin/gradebook/on", origin="/admin/gradebook")
        tick(lti, patient)
        with lti.tool.database.writing() as session:
            session.scalars(select(ProgressGrade)).one().state = Delivery.PARKED
        staff.post("/admin/gradebook/again", origin="/admin/gradebook")

        assert [grade.state for grade in queued(lti)] == [Delivery.QUEUED]

    def test_a_course_without_columns_is_told_apart(self, tmp_path: Path) -> None:
        lti, staff, _patient = care(tmp_path)
        with lti.tool.database.writing() as session:
            course = session.scalars(select(LtiContext)).one()
            course.ags_lineitem_url = course.ags_lineitems_url = None

        assert "offers no grade columns" in staff.page("/admin/gradebook")

"""A real Moodle from its installer to the move of the tool, as docs/install-moodle.md tells it.

Chapters in order over one Moodle; each stands on those before it. `COLUMNA_MOODLE_TREE` is the path
of the source tree of Moodle 4.5.
"""

import json
import re

import pytest

from exports.errors import LeaksFound
from exports.leaks import refuse_leaks
from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from tests.rigs.moodle.person import InMoodle
from tests.rigs.moodle.site import Account
from tests.rigs.moodle.stage import until

pytestmark = [pytest.mark.long, pytest.mark.browser]

ADMIN, TERESA, ANA, LUIS = "admin", "teresa", "ana", "luis"
PEOPLE = (
    Account(TERESA, "Teresa", "Maestra", "editingteacher"),
    Account(ANA, "Ana", "Plantada", "student"),
    Account(LUIS, "Luis", "Plantado", "student"),
)
COURSE = 2
"""Moodle's own front page is course 1."""
PLACED = {
    "Back programme": "programme",
    "Questionnaires": "assessments",
    "1. Understanding your back and caring for it": "module:education",
}
NOTE = "Plantada was here and moved better"
SCREENS = (
    "/course/view.php?id={course}",
    "/user/index.php?id={course}",
    "/grade/report/{report}/index.php?id={course}",
    "/mod/lti/view.php?id={activity}",
)


def test_moodle_boots_with_a_course_and_its_people(site, stage):
    site.enrol(PEOPLE)

    teacher = stage.person(TERESA)
    assert teacher.activities(COURSE) == {}


def test_the_tool_registers_itself_by_a_link(stage):
    admin = stage.person(ADMIN)
    admin.visit("/mod/lti/toolconfigure.php")
    admin.page.get_by_placeholder("Tool URL").fill(stage.tool.columna("platform", "invite"))
    admin.press_in_moodle("Add LTI Advantage")
    registration = admin.page.frame_locator("iframe[src*=startltiadvregistration]")
    registration.get_by_role("heading", name="Columna is registered").wait_for()
    registration.get_by_role("button", name="Close").click()
    admin.page.get_by_role("link", name="Activate", exact=True).click()
    admin.page.locator("a.activate").wait_for(state="detached")
    _offer_in_the_chooser(admin)
    stage.tool.columna("platform", "approve", stage.tool.columna("platform", "list").split()[0])

    first, second = stage.tool.columna("platform", "list").splitlines()
    assert first.split("\t")[1:3] == ["active", stage.site.url]
    assert second.split("\t")[1] == "active"


def _offer_in_the_chooser(admin: InMoodle) -> None:
    admin.page.locator("a.edit").first.click()
    admin.page.select_option("select[name=lti_coursevisible]", "2")
    with admin.page.expect_navigation():
        admin.press_in_moodle("Save changes")


def test_a_teacher_places_the_programme_the_questionnaires_and_a_module(stage):
    teacher = stage.person(TERESA)
    with teacher.page.expect_navigation():
        teacher.page.get_by_label("Edit mode", exact=True).click()
    teacher.page.wait_for_load_state("networkidle")
    teacher.press_in_moodle("Add an activity or resource")
    with teacher.page.expect_navigation():
        teacher.page.locator(".modchooser a", has_text="Columna").first.click()
    teacher.page.wait_for_load_state("networkidle")
    teacher.press_in_moodle("Select content")
    for place in PLACED.values():
        teacher.fill(place=place)
    teacher.press("Place")
    teacher.page.get_by_role("button", name="Save and return to course").click()
    teacher.page.wait_for_url("**/course/view.php*")
    stage.activities = teacher.activities(COURSE)

    assert list(stage.activities) == list(PLACED)


def test_the_teacher_connects_the_course_and_becomes_its_staff(stage):
    pack = stage.folder / "odi.yaml"
    words = text_packs.template(INSTRUMENTS["odi"], "en").replace('""', json.dumps("Planted text"))
    pack.write_text(words.replace("expires:", "expires: none"), "utf-8")
    teacher = stage.person(TERESA)
    teacher.open(stage.activities["Back programme"])
    assert "Still shut to patients" in teacher.text()
    stage.tool.columna("instrument", "import", str(pack))
    teacher.fill(study="new:care")
    with teacher.leads_to("/admin/team"):
        teacher.press("Connect this course")

    row = teacher.frame.locator("tr", has_text="Teresa Maestra").inner_text()
    assert "Clinic staff" in row


def test_the_list_of_people_comes_from_moodle_and_a_patient_is_enrolled(stage):
    staff = stage.person(TERESA)
    staff.follow("Overview")

    def there() -> bool:
        staff.go("/staff/people")
        return {"Ana Plantada", "Luis Plantado"} <= set(_waiting(staff))

    until(there, "both students are offered")
    with staff.leads_to("/staff/participants/[0-9a-f-]+"):
        staff.frame.locator("li", has_text="Ana Plantada").get_by_role("button").click()
    staff.go("/staff/people")
    stage.code = staff.frame.locator("tr", has_text="Ana Plantada").locator("td").inner_text()

    assert _waiting(staff) == ["Luis Plantado"]
    assert "Teresa Maestra" not in staff.text()


def _waiting(staff: InMoodle) -> list[str]:
    """Return whom the page People offers to enrol."""
    return [str(each) for each in staff.frame.locator(".form-list li > span").all_inner_texts()]


def test_doctor_finds_nothing_wrong(stage):
    report = stage.tool.columna("platform", "doctor")

    assert "✗" not in report


def test_who_is_not_enrolled_learns_nothing(stage):
    luis = stage.person(LUIS)
    luis.open(stage.activities["Back programme"])

    assert "Not yet for you" in luis.text()


def test_a_patient_answers_the_first_questionnaires(stage):
    ana = stage.person(ANA)
    ana.open(stage.activities["Questionnaires"])
    for instrument, level in (("odi", 40), ("vas_pain", 57)):
        assert ana.go(f"/questions/baseline/{instrument}") == 200
        ana.answer(instrument, level)
    ana.open(stage.activities["Questionnaires"])

    assert "Answered. Thank you." in ana.text()
    assert ana.complaints == []


def test_a_patient_reads_a_lesson_and_writes_the_diary(stage):
    ana = stage.person(ANA)
    ana.open(stage.activities["1. Understanding your back and caring for it"])
    assert ana.path == "/programme/education"
    lesson = ana.frame.locator("main a[href*='/programme/education/']").first
    with ana.leads_to("/programme/education/[a-z_]+"):
        lesson.click()
    with ana.leads_to("/programme/education(?:/[a-z_]+)?"):
        ana.press("Done, go on")
    ana.go("/diary")
    ana.fill(minutes="0", effort="3", pain_before_mm="57", pain_after_mm="43", news="no", note=NOTE)
    with ana.leads_to("/.*"):
        ana.press("Save")
    ana.open(stage.activities["Back programme"])

    assert ana.go("/progress") == 200
    assert ana.complaints == []


def test_staff_see_the_answers_and_the_diary(stage):
    staff = stage.person(TERESA)
    staff.open(stage.activities["Back programme"])
    with staff.leads_to("/staff/participants/[0-9a-f-]+"):
        staff.frame.get_by_role("link", name="Ana Plantada").first.click()
    page = staff.frame.content()

    assert NOTE in page
    assert "40" in staff.text()


def test_progress_arrives_in_the_gradebook_once_it_is_switched_on(stage):
    staff = stage.person(TERESA)
    assert "Columna" not in _columns(staff)
    staff.go("/admin/gradebook")
    with staff.leads_to("/admin/gradebook"):
        staff.press("Switch on")
    ana = stage.person(ANA)
    ana.open(stage.activities["1. Understanding your back and caring for it"])
    ana.frame.locator("main a[href*='/programme/education/']").nth(1).click()
    with ana.leads_to("/programme/education(?:/[a-z_]+)?"):
        ana.press("Done, go on")

    until(lambda: "Columna" in _columns(staff), "Moodle has a column")
    until(lambda: re.search(r"\b[1-9]\d?\.\d\d\b", _grades(ana)) is not None, "a percentage")


def _columns(staff: InMoodle) -> str:
    staff_page = staff.shown(f"/grade/report/grader/index.php?id={COURSE}")
    return staff_page.partition("user-grades")[2]


def _grades(patient: InMoodle) -> str:
    return patient.shown(f"/grade/report/user/index.php?id={COURSE}").partition("user-grade")[2]

"""A real Moodle from its installer to the move of the tool, as docs/install-moodle.md tells it.

Chapters in order over one Moodle; each stands on those before it. `COLUMNA_MOODLE_TREE` is the path
of the source tree of Moodle 4.5.
"""

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from exports.errors import LeaksFound
from exports.leaks.search import Forbidden, refuse_leaks
from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.study import protocol
from tests.factories import TRIAL
from tests.rigs.moodle.person import InMoodle
from tests.rigs.moodle.site import Account
from tests.rigs.moodle.stage import Stage, until

pytestmark = [pytest.mark.long, pytest.mark.browser]

ADMIN, TERESA, INES, EVA, ANA, LUIS = "admin", "teresa", "ines", "eva", "ana", "luis"
MARIA, PEDRO = "maria", "pedro"
CARE, STUDY = "cuidado", "ensayo"
COURSES = {CARE: 2, STUDY: 3}
"""Moodle's own front page is course 1."""
EVERYWHERE = dict.fromkeys(COURSES, "editingteacher"), dict.fromkeys(COURSES, "teacher")
PEOPLE = (
    Account(TERESA, "Teresa", "Maestra", EVERYWHERE[0]),
    Account(INES, "Inés", "Inclusora", EVERYWHERE[0]),
    Account(EVA, "Eva", "Evaluadora", EVERYWHERE[1]),
    Account(ANA, "Ana", "Plantada", {CARE: "student"}),
    Account(LUIS, "Luis", "Plantado", {CARE: "student"}),
    Account(MARIA, "María", "Sembrada", {STUDY: "student"}),
    Account(PEDRO, "Pedro", "Sembrado", {STUDY: "student"}),
)
PROGRAMME, QUESTIONNAIRES = "Back programme", "Questionnaires"
MODULE = "1. Understanding your back and caring for it"
PLACES = {PROGRAMME: "programme", QUESTIONNAIRES: "assessments", MODULE: "module:education"}
NOTE = "Plantada was here and moved better"
SEEN_BY_ALL = (
    "/course/view.php?id={course}",
    "/user/index.php?id={course}",
    "/mod/lti/index.php?id={course}",
    "/grade/report/user/index.php?id={course}",
)
SEEN_BY_TEACHERS = (
    "/grade/report/grader/index.php?id={course}",
    "/grade/report/summary/index.php?id={course}",
    "/report/log/index.php?chooselog=1&id={course}&perpage=1000",
    "/report/loglive/index.php?id={course}",
    "/report/outline/index.php?id={course}",
    "/report/participation/index.php?id={course}",
)
ARMS = {
    word for arm in protocol.load()[TRIAL].arms for word in (arm.key, arm.label.es, arm.label.en)
}
FIELDS = {
    "Tool URL, Content Selection URL": ("lti_toolurl", "lti_toolurl_ContentItemSelectionRequest"),
    "Initiate login URL": ("lti_initiatelogin",),
    "Redirection URI(s)": ("lti_redirectionuris",),
    "Public keyset": ("lti_publickeyset",),
}
"""What `columna platform move` says, and what Moodle calls these fields."""


def test_moodle_boots_with_its_courses_and_people(site, stage):
    site.enrol(list(COURSES), PEOPLE)

    assert stage.person(TERESA).activities(COURSES[CARE]) == {}


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
    _place(stage, CARE, PROGRAMME, QUESTIONNAIRES, MODULE)

    assert list(stage.activities[CARE]) == list(PLACES)


def _place(stage: Stage, course: str, *names: str) -> None:
    teacher = stage.person(TERESA)
    teacher.visit(f"/course/view.php?id={COURSES[course]}")
    teacher.choose_the_tool()
    for name in names:
        teacher.fill(place=PLACES[name])
    teacher.press("Place")
    teacher.page.get_by_role("button", name="Save and return to course").click()
    teacher.page.wait_for_url("**/course/view.php*")
    stage.activities[course] = teacher.activities(COURSES[course])


def test_the_teacher_connects_the_course_and_becomes_its_staff(stage):
    pack = stage.folder / "odi.yaml"
    words = text_packs.template(INSTRUMENTS["odi"], "en").replace('""', json.dumps("Planted text"))
    pack.write_text(words.replace("expires:", "expires: none"), "utf-8")
    teacher = stage.person(TERESA)
    teacher.open(stage.activity(CARE, PROGRAMME))
    assert "Still shut to patients" in teacher.text()
    stage.tool.columna("instrument", "import", str(pack))
    teacher.fill(study="new:care")
    with teacher.leads_to("/admin/team"):
        teacher.press("Connect this course")

    row = teacher.frame.locator("tr", has_text="Teresa Maestra").inner_text()
    assert "Treating staff" in row


def test_the_list_of_people_comes_from_moodle_and_a_patient_is_enrolled(stage):
    _enrol(stage, "Ana Plantada")
    staff = stage.person(TERESA)

    assert "Luis Plantado" in staff.waiting()
    assert "Ana Plantada" not in staff.waiting()
    assert "Teresa Maestra" not in staff.text()


def _enrol(stage: Stage, *names: str, by: str = TERESA) -> None:
    """Enrol patients of the course that somebody has open; keep their codes."""
    staff = stage.person(by)
    until(lambda: set(names) <= set(staff.waiting()), "the list of people has come")
    for name in names:
        with staff.leads_to("/staff/participants/[0-9a-f-]+"):
            staff.frame.locator("li", has_text=name).get_by_role("button").click()
        staff.go("/staff/people")
        stage.secret.add(staff.frame.locator("tr", has_text=name).locator("td").inner_text())


def test_doctor_finds_nothing_wrong(stage):
    report = stage.tool.columna("platform", "doctor")

    assert "✗" not in report


def test_who_is_not_enrolled_learns_nothing(stage):
    luis = stage.person(LUIS)
    luis.open(stage.activity(CARE, PROGRAMME))

    assert "Not yet for you" in luis.text()


def test_a_patient_answers_the_first_questionnaires(stage):
    ana = stage.person(ANA)
    ana.open(stage.activity(CARE, QUESTIONNAIRES))
    _answer_the_baseline(ana)
    ana.open(stage.activity(CARE, QUESTIONNAIRES))

    assert "Answered. Thank you." in ana.text()
    assert ana.complaints == []


def _answer_the_baseline(patient: InMoodle) -> None:
    for instrument, level in (("odi", 40), ("vas_pain", 57)):
        assert patient.go(f"/questions/baseline/{instrument}") == 200
        patient.answer(instrument, level)


def test_a_patient_reads_a_lesson_and_writes_the_diary(stage):
    ana = stage.person(ANA)
    ana.open(stage.activity(CARE, MODULE))
    assert ana.path == "/programme/education"
    _read_the_next_lesson(ana)
    ana.go("/diary")
    ana.fill(minutes="0", effort="3", pain_before_mm="57", pain_after_mm="43", news="no", note=NOTE)
    with ana.leads_to("/.*"):
        ana.press("Save")
    stage.secret.add(NOTE)
    ana.open(stage.activity(CARE, PROGRAMME))

    assert ana.go("/progress") == 200
    assert ana.complaints == []


def _read_the_next_lesson(patient: InMoodle) -> None:
    patient.go("/today")
    with patient.leads_to("/programme/education/[a-z_]+"):
        patient.frame.locator("main a[href*='/programme/education/']").first.click()
    with patient.leads_to("/programme/education(?:/[a-z_]+)?"):
        patient.press("Done, go on")


def test_staff_see_the_answers_and_the_diary(stage):
    staff = stage.person(TERESA)
    staff.open(stage.activity(CARE, PROGRAMME))
    staff.enter_participant("Ana Plantada")

    assert NOTE in staff.frame.content()
    assert "40\n57\nDisability (ODI, %)" in staff.text()


def test_progress_arrives_in_the_gradebook_once_it_is_switched_on(stage):
    staff, ana = stage.person(TERESA), stage.person(ANA)
    assert not _percent_of(ana)
    staff.go("/admin/gradebook")
    with staff.leads_to("/admin/gradebook"):
        staff.press("Switch on")
    ana.open(stage.activity(CARE, MODULE))
    _read_the_next_lesson(ana)

    until(lambda: _percent_of(ana) is not None, "a percentage in the patient's own grades")


def _percent_of(patient: InMoodle) -> float | None:
    """Return what a patient reads in the column of the tool among their own grades."""
    grades = patient.shown(f"/grade/report/user/index.php?id={COURSES[CARE]}").partition(
        "user-grade"
    )[2]
    row = re.search(
        r"Columna.*?class=\"[^\"]*column-grade[^\"]*\"[^>]*>(.*?)</td>", grades, re.DOTALL
    )
    found = row and re.search(r"\d+\.\d\d", row[1])
    return float(found[0]) if found else None


def test_a_trial_runs_in_a_course_of_its_own(stage):
    _place(stage, STUDY, PROGRAMME, QUESTIONNAIRES)
    staff = stage.person(TERESA)
    staff.open(stage.activity(STUDY, PROGRAMME))
    staff.fill(study=f"new:{TRIAL}")
    with staff.leads_to("/admin/team"):
        staff.press("Connect this course")
    enroller = stage.person(INES)
    enroller.open(stage.activity(STUDY, PROGRAMME))
    staff.go("/admin/team")
    row = staff.frame.locator("tr", has_text="Inés Inclusora")
    row.locator("select").select_option("enroller")
    with staff.leads_to("/admin/team"):
        row.get_by_role("button").click()
    enroller.open(stage.activity(STUDY, PROGRAMME))
    _enrol(stage, "María Sembrada", "Pedro Sembrado", by=INES)
    trial = protocol.load()[TRIAL]
    for name, patient in (("María Sembrada", MARIA), ("Pedro Sembrado", PEDRO)):
        page = enroller.enter_participant(name)
        enroller.record_consent(page, datetime.now(ZoneInfo(trial.time_zone)).date())
        enroller.record_screening(page, trial)
        stage.person(patient).open(stage.activity(STUDY, QUESTIONNAIRES))
        _answer_the_baseline(stage.person(patient))
        enroller.go(page)
        with enroller.leads_to("/staff/"):
            enroller.press("Allocate now")
        stage.person(patient).open(stage.activity(STUDY, PROGRAMME))

    staff.go(page)
    assert any(arm.label.en in staff.text() for arm in trial.arms)


@pytest.mark.parametrize(
    ("who", "course", "seen"),
    [
        (TERESA, CARE, SEEN_BY_ALL + SEEN_BY_TEACHERS),
        (TERESA, STUDY, SEEN_BY_ALL + SEEN_BY_TEACHERS),
        (EVA, CARE, SEEN_BY_ALL + SEEN_BY_TEACHERS),
        (EVA, STUDY, SEEN_BY_ALL + SEEN_BY_TEACHERS),
        (LUIS, CARE, SEEN_BY_ALL),
        (PEDRO, STUDY, SEEN_BY_ALL),
    ],
)
def test_no_page_of_moodle_tells_an_arm_a_code_or_an_answer(stage, who, course, seen):
    paths = [path.format(course=COURSES[course]) for path in seen]
    paths += stage.activities[course].values()
    pages = {path: stage.person(who).shown(path) for path in paths}
    patients = {f"{one.given} {one.family}" for one in PEOPLE if one.roles.get(course) == "student"}
    with pytest.raises(LeaksFound):
        refuse_leaks(pages, Forbidden.of(patients))

    refuse_leaks(pages, Forbidden.of(stage.secret | ARMS))


def test_moodle_keeps_no_arm_no_code_and_no_answer(stage):
    kept = {"database": stage.site.kept()}
    with pytest.raises(LeaksFound):
        refuse_leaks(kept, Forbidden.of({"Ana Plantada", "Plantada"}))

    refuse_leaks(kept, Forbidden.of(stage.secret | ARMS))


def test_after_a_move_what_was_placed_before_opens_under_the_new_address(stage):
    said, old = stage.move()
    admin = stage.person(ADMIN)
    admin.visit("/mod/lti/toolconfigure.php")
    admin.page.locator("a.edit").first.click()
    for words, fields in FIELDS.items():
        value = re.search(rf"{re.escape(words)}: (\S+)", said)
        assert value is not None, said
        for name in fields:
            admin.page.fill(f"[name={name}]", value[1])
    with admin.page.expect_navigation():
        admin.press_in_moodle("Save changes")
    ana = stage.person(ANA)
    ana.open(stage.activity(CARE, MODULE))

    assert ana.base.startswith(stage.tool.url)
    assert ana.path == "/programme/education"
    assert ana.go("/diary") == 200
    assert NOTE in ana.frame.content()
    assert "✗" not in stage.tool.columna("platform", "doctor")
    led = ana.page.request.get(f"{old}/lti/login?x=1", max_redirects=0)
    assert (led.status, led.headers["location"]) == (307, f"{stage.tool.url}/lti/login?x=1")

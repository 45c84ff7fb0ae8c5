"""The diary on paper: printed for those who have one, copied by staff, marked as paper."""

import io
import uuid
from datetime import timedelta

import pytest
from pypdf import PdfReader

from modules.records.alert_models import Alert
from modules.records.models import DiaryEntry, Source
from plugin.models import AuditEvent
from tests import factories
from tests.factories import TODAY

YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


def words(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture
def patient(client_for):
    """A participant of the treated arm on day 10."""
    return client_for("patient", day=10)


@pytest.fixture
def staff(client_for):
    return client_for("staff")


def sheet(patient, day: str = TODAY.isoformat()) -> str:
    return f"/staff/paper/{patient.participant_id}/{day}"


def filled(**changes: object) -> dict[str, object]:
    return {
        "client_key": str(uuid.uuid4()),
        "exercises": "e5_walk",
        "minutes": "25",
        "pain_before_mm": "40",
    } | changes


class TestPrinted:
    def test_has_one_page_for_each_week_that_is_left(self, patient):
        pages = words(patient.get("/paper/diary.pdf").data)
        assert len(pages) == 5
        assert [f"semana {week} de 6" in page for week, page in enumerate(pages, 2)] == [True] * 5

    def test_holds_the_code_and_no_name(self, patient, clinic):
        first = words(patient.get("/paper/diary.pdf").data)[0]
        assert "K01-3QX" in first
        assert "Persona" not in first

    def test_names_the_exercises_of_the_week_and_the_number_to_call(self, patient, curriculum):
        first = " ".join(words(patient.get("/paper/diary.pdf").data)[0].split())
        listed = curriculum.module("ergonomics").exercises
        assert any(curriculum.exercise(each).name.es in first for each in listed)
        assert "911" in first

    def test_has_room_for_another_amount(self, patient):
        first = " ".join(words(patient.get("/paper/diary.pdf").data)[0].split())
        assert "¿Otra cantidad?" in first

    def test_speaks_english_too(self, patient):
        patient.post("/language/en")
        assert "Diary of week 2 of 6" in words(patient.get("/paper/diary.pdf").data)[0]

    def test_the_name_of_the_file_is_in_the_readers_language(self, patient):
        spanish = patient.get("/paper/diary.pdf").headers["Content-Disposition"]
        patient.post("/language/en")
        english = patient.get("/paper/diary.pdf").headers["Content-Disposition"]
        assert ("diario_" in spanish, "diary_" in english) == (True, True)

    def test_staff_print_the_same_sheets(self, patient, staff):
        printed = staff.get(f"/staff/paper/{patient.participant_id}/diary.pdf")
        assert words(printed.data) == words(patient.get("/paper/diary.pdf").data)

    def test_an_arm_without_a_diary_has_no_sheets_on_any_address(self, client_for, staff):
        control = client_for("control", day=10)
        assert control.get("/paper/diary.pdf").status_code == 403
        one = control.participant_id
        for path in (f"/staff/paper/{one}/diary.pdf", f"/staff/paper/{one}", sheet(control)):
            assert staff.get(path).status_code == 404


class TestCopied:
    def test_another_amount_is_taken_over_and_shown_to_staff(self, patient, staff, clinic):
        assert "La hoja dice otra cantidad" in staff.get(sheet(patient)).text
        staff.post(sheet(patient), filled(**{"did-e5_walk-minutes": "4"}))
        assert clinic.rows(DiaryEntry)[0].amounts["e5_walk"]["said"] == {"minutes": 4}
        for path in (
            f"/staff/participants/{patient.participant_id}",
            f"/care/diaries/{patient.participant_id}",
        ):
            assert "4\xa0min de 10\xa0min" in staff.get(path).text

    def test_the_list_kept_is_that_of_the_sheet_whatever_is_sent(self, patient, staff, clinic):
        staff.post(sheet(patient), filled(todays="e5_walk"))
        listed = clinic.rows(DiaryEntry)[0].listed
        first = " ".join(words(patient.get("/paper/diary.pdf").data)[0].split())
        assert len(listed) > 1
        curriculum = clinic.tool.curriculum
        assert all(curriculum.exercise(each).name.es.split()[0] in first for each in listed)

    def test_while_exercises_are_shut_no_list_is_known(self, patient, staff, clinic):
        path = f"/care/participants/{patient.participant_id}/contraindications"
        staff.post(path, {"contraindications": ["C1"], "reason": "health"})
        staff.post(sheet(patient), filled())
        assert clinic.rows(DiaryEntry)[0].listed is None

    def test_is_marked_as_paper_with_who_and_when(self, patient, staff, clinic, clock):
        assert staff.post(sheet(patient), filled()).status_code == 303
        (entry,) = clinic.rows(DiaryEntry)
        assert (entry.source, entry.recorded_by) == (Source.PAPER, staff.user_id)
        assert entry.recorded_at == clock()

    def test_reaches_back_to_day_one(self, patient, staff, clinic):
        first = (TODAY - timedelta(days=9)).isoformat()
        staff.post(sheet(patient, first), filled())
        assert clinic.rows(DiaryEntry)[0].day.isoformat() == first

    @pytest.mark.parametrize("days", [-10, 1])
    def test_no_day_before_the_programme_or_ahead(self, patient, staff, days):
        day = (TODAY + timedelta(days=days)).isoformat()
        assert staff.get(sheet(patient, day)).status_code == 404

    def test_does_not_replace_what_the_participant_wrote(self, patient, staff, clinic):
        with clinic.writing() as session:
            factories.diary_entry(session, patient.participant_id, TODAY)
        assert staff.post(sheet(patient), filled()).status_code == 409
        assert [entry.source for entry in clinic.rows(DiaryEntry)] == [Source.DIGITAL]

    def test_a_slip_in_copying_is_corrected_and_the_old_version_kept(
        self, patient, staff, clinic, clock
    ):
        staff.post(sheet(patient), filled())
        clock.move(minutes=3)
        staff.post(sheet(patient), filled(minutes="52"))
        current = [e.minutes for e in clinic.rows(DiaryEntry) if e.superseded_at is None]
        assert (current, len(clinic.rows(DiaryEntry))) == ([52], 2)

    def test_a_form_sent_twice_is_one_entry(self, patient, staff, clinic):
        sent = filled()
        staff.post(sheet(patient), sent)
        staff.post(sheet(patient), sent)
        assert len(clinic.rows(DiaryEntry)) == 1

    def test_a_warning_sign_on_paper_raises_an_alert(self, patient, staff, clinic):
        staff.post(sheet(patient, YESTERDAY), filled(symptoms="R1"))
        assert [each.participant_id for each in clinic.rows(Alert)] == [patient.participant_id]

    def test_faults_come_back_with_the_form(self, patient, staff, clinic):
        answer = staff.post(sheet(patient), filled(minutes="999", note="Léeme"))
        assert answer.status_code == 422
        assert "Léeme" in answer.text
        assert clinic.rows(DiaryEntry) == []

    def test_is_in_the_audit_trail(self, patient, staff, clinic):
        staff.post(sheet(patient), filled())
        events = clinic.rows(AuditEvent, AuditEvent.action == "diary.transcribed")
        assert [event.actor_id for event in events] == [staff.user_id]

    def test_is_shown_as_paper_to_staff_and_to_the_participant(self, patient, staff):
        staff.post(sheet(patient, YESTERDAY), filled())
        assert "pasado del papel" in staff.get(f"/staff/paper/{patient.participant_id}").text
        assert "de papel" in patient.get("/diary").text

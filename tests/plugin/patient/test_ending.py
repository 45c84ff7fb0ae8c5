"""The end: own change, what was done, a plan to go on with, a sheet; each arm its own."""

import io
import uuid
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from modules.diary.entry import DiaryForm
from modules.records.maintenance_models import MaintenancePlan
from modules.records.models import Study
from modules.services import diaries
from tests import factories
from tests.factories import TODAY, Browser
from tests.plugin.patient.test_progress import assess

LAST_DAY = 42
CONTROL = frozenset({"brochure", "assessments"})
OF_THE_PROGRAMME = ("exercise", "diary", "goal", "session", "lesson", "module", "programme")


@pytest.fixture
def patient(make_patient):
    """A participant of the programme on day 60, after the last questionnaire."""
    return make_patient(day=60)


def writes(patient, day: int, *exercises: str) -> None:
    entry = DiaryForm(
        client_key=uuid.uuid4(),
        day=patient.day_one + timedelta(days=day - 1),
        exercises=tuple(exercises),
        minutes=20,
    )
    moment = patient.tool.now() - timedelta(days=60 - day)
    with patient.tool.database.writing() as session:
        protocol = patient.tool.protocols["imss-nct07248813"]
        diaries.write(
            session, patient.participant_id, protocol, entry, uuid.uuid4(), exercises, moment
        )


def plans(patient) -> list[MaintenancePlan]:
    with patient.tool.database.reading() as session:
        query = select(MaintenancePlan).order_by(MaintenancePlan.revision)
        return list(session.scalars(query))


@pytest.mark.parametrize(("day", "status"), [(LAST_DAY - 1, 404), (LAST_DAY, 200), (60, 200)])
@pytest.mark.parametrize("components", [None, CONTROL], ids=["treated", "control"])
def test_begins_with_the_last_day_in_every_arm(make_patient, day, status, components):
    patient = make_patient(day=day, **({"components": components} if components else {}))
    assert patient.get("/ending").status_code == status
    assert ("You have reached the end" in patient.page("/today")) is (status == 200)


def test_the_own_change_is_said_and_drawn(patient):
    assess(patient, "baseline", 52, 59)
    assess(patient, "week_6", 38, 18)
    page = patient.page("/ending")
    assert "It was 52 at the start, now it is 38. A lower number is better." in page
    assert 'id="trend-vas_pain-title"' in page


def test_while_a_questionnaire_waits_its_change_is_not_shown(make_patient):
    patient = make_patient(day=43)
    assess(patient, "baseline", 52, 42)
    assess(patient, "week_4", 38, 14)
    page = patient.page("/ending")
    assert "trend-vas_pain" not in page
    assert "There are still questionnaires" in page


class TestThePlan:
    SENT = {"exercises": ["e5_walk", "e2_breathing"], "days_a_week": "4"}

    def test_is_kept_in_the_order_of_the_course_and_shown(self, patient):
        offered = patient.page("/ending")
        known = [each for each in ("e5_walk", "e1_diaphragm") if f'value="{each}"' in offered]
        answer = patient.post("/ending", {"exercises": known[:1], "days_a_week": "4"})
        assert answer.status_code == 303
        (kept,) = plans(patient)
        assert (kept.exercises, kept.days_a_week, kept.revision) == (known[:1], 4, 1)
        assert "4 days a week" in patient.page("/ending")

    def test_another_one_stands_beside_it_and_the_same_again_does_not(self, patient):
        for days in ("4", "4", "5"):
            patient.post("/ending", {"exercises": ["e5_walk"], "days_a_week": days})
        assert [each.days_a_week for each in plans(patient)] == [4, 5]

    @pytest.mark.parametrize(
        "sent",
        [
            {"days_a_week": "4"},
            {"exercises": ["nothing"], "days_a_week": "4"},
            {"exercises": ["e5_walk"], "days_a_week": "9"},
            {"exercises": ["e5_walk"], "days_a_week": ""},
        ],
    )
    def test_a_wrong_one_comes_back_and_nothing_is_kept(self, patient, sent):
        assert patient.post("/ending", sent).status_code == 422
        assert plans(patient) == []

    def test_is_not_asked_for_after_the_lock(self, patient):
        with patient.tool.database.writing() as session:
            session.scalars(select(Study)).one().locked_at = patient.tool.now()
        assert "Save my plan" not in patient.page("/ending")


class TestWithoutAProgramme:
    @pytest.fixture
    def control(self, make_patient):
        return make_patient(day=60, components=CONTROL)

    def test_has_its_own_change_and_nothing_of_a_programme(self, control):
        assess(control, "baseline", 52, 59)
        assess(control, "week_6", 38, 18)
        page = control.page("/ending")
        assert "It was 52 at the start, now it is 38." in page
        shown = page.split("<main")[1].split("</main>")[0].lower()
        assert [word for word in OF_THE_PROGRAMME if word in shown] == []

    def test_has_no_plan_to_choose(self, control):
        sent = {"exercises": ["e5_walk"], "days_a_week": "3"}
        assert control.post("/ending", sent).status_code == 403
        assert plans(control) == []


class TestTheSheet:
    @pytest.fixture
    def enter(self, clinic, client_for):
        """Return somebody of an arm on day 60 with a first and a last value, in English."""

        def come_in(kind: str) -> Browser:
            person = client_for(kind, day=60, locale="en")
            with clinic.writing() as session:
                factories.assessment(
                    session,
                    person.participant_id,
                    "week_6",
                    "vas_pain",
                    TODAY - timedelta(days=18),
                    answers={"q1": 38},
                )
            return person

        return come_in

    def words(self, person: Browser) -> str:
        answer = person.get("/ending.pdf")
        assert answer.status_code == 200
        pages = PdfReader(io.BytesIO(answer.data)).pages
        return "\n".join(page.extract_text() for page in pages)

    def test_holds_the_change_the_plan_and_when_to_get_help(self, enter):
        patient = enter("patient")
        patient.post("/ending", {"exercises": ["e5_walk"], "days_a_week": "4"})
        words = self.words(patient)
        for part in ("now it is 38", "4 days a week", "911", "emergency department"):
            assert part in words

    def test_says_nothing_of_a_programme_where_there_is_none(self, enter):
        words = self.words(enter("control")).lower()
        assert "now it is 38" in words
        assert [word for word in ("exercise", "diary", "goal", "module") if word in words] == []

    def test_is_not_there_before_the_last_day(self, client_for):
        assert client_for("patient", day=LAST_DAY - 1).get("/ending.pdf").status_code == 404

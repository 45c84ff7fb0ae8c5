"""All exercises on one page, favourites, and the easier and harder form of each."""

import re
import uuid

import pytest

from modules.records.care_models import PrescriptionChange


def prescribe(patient, **changes) -> None:
    with patient.tool.database.writing() as session:
        written = {"directions": {}, "doses": {}, "added": [], "paused": [], "reason": "start"}
        session.add(
            PrescriptionChange(
                participant_id=patient.participant_id,
                written_by=uuid.uuid4(),
                written_at=patient.moment[0],
                **written | changes,
            )
        )


def listed(page: str) -> list[str]:
    return re.findall(r'href="/t/abc/exercises/(\w+)"', page)


class TestFinding:
    def test_every_own_exercise_is_listed_under_its_position(self, make_patient):
        patient = make_patient(day=34)
        page = patient.page("/exercises/")
        assert "c3_bridge" in listed(page)
        assert (
            page.index("<h2>On the back")
            < page.index("/c3_bridge")
            < page.index("<h2>On the front")
        )

    def test_an_exercise_of_a_shut_module_is_not_listed(self, patient):
        assert "c3_bridge" not in listed(patient.page("/exercises/"))

    def test_a_name_is_found(self, make_patient):
        found = listed(make_patient(day=34).page("/exercises/?name=bridge"))
        assert "c3_bridge" in found
        assert "e5_walk" not in found

    def test_nothing_found_is_said_and_all_can_be_shown_again(self, patient):
        page = patient.page("/exercises/?name=<nowhere>")
        assert "0 exercises with «&lt;nowhere&gt;»" in page
        assert 'href="/t/abc/exercises/"' in page

    def test_before_any_module_is_open_the_page_says_so(self, make_patient):
        assert "There is no exercise yet" in make_patient(day=None).page("/exercises/")

    def test_what_the_team_paused_is_named_so(self, make_patient):
        patient = make_patient(day=34)
        prescribe(patient, paused=["c3_bridge"])
        assert "paused by your team" in patient.page("/exercises/?name=bridge")


class TestFavourites:
    @pytest.fixture
    def patient(self, make_patient):
        return make_patient(day=34)

    def test_stand_on_top_until_the_mark_is_taken_off(self, patient):
        plain = listed(patient.page("/exercises/")).count("e5_walk")
        counts = []
        for wanted in ("yes", "no"):
            answer = patient.post("/exercises/e5_walk/favourite", {"favourite": wanted})
            assert answer.status_code == 303
            counts.append(listed(patient.page("/exercises/")).count("e5_walk"))
        assert counts == [plain + 1, plain]

    def test_the_page_of_an_exercise_offers_what_is_not_so(self, patient):
        assert "Add to your favourites" in patient.page("/exercises/e5_walk")
        patient.post("/exercises/e5_walk/favourite", {"favourite": "yes"})
        assert "Remove from your favourites" in patient.page("/exercises/e5_walk")

    def test_what_is_not_ones_own_cannot_be_marked(self, make_patient):
        patient = make_patient(day=3)
        for exercise, status in (("c3_bridge", 403), ("nothing", 404)):
            answer = patient.post(f"/exercises/{exercise}/favourite", {"favourite": "yes"})
            assert answer.status_code == status


class TestForms:
    def test_the_page_leads_to_the_easier_and_the_harder_form(self, make_patient):
        patient = make_patient(day=34)
        assert "e1_hip_hinge" in listed(patient.page("/exercises/e3_lift_box"))
        assert "e3_lift_box" in listed(patient.page("/exercises/e1_hip_hinge"))

    def test_a_paused_form_is_not_offered(self, make_patient):
        patient = make_patient(day=34)
        prescribe(patient, paused=["e1_hip_hinge"])
        assert "e1_hip_hinge" not in listed(patient.page("/exercises/e3_lift_box"))

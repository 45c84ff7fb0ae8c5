"""Direction, doses, modules: what staff change is what the patient does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from modules.records.care_models import ModuleOverride, PrescriptionChange
from modules.records.models import Screening
from plugin.models import AuditEvent
from tests.factories import CONTROL, TODAY, lesson_done

DAY = timedelta(days=1)
FORWARD, BACKWARD = "w2_single_knee_chest", "m3_press_up"


@pytest.fixture
def patient(team, client_for):
    """A patient in week 3 who has done the first two modules."""
    browser = client_for("patient", day=16, locale="en")
    with team.clinic.writing() as session:
        for key in ("education", "ergonomics"):
            for lesson in team.clinic.tool.curriculum.module(key).lessons:
                lesson_done(session, browser.participant_id, key, lesson.key, TODAY - 3 * DAY)
    return browser


def direct(team, one, direction, reason="start"):
    """Choose a direction."""
    return team.staff.post(
        f"/care/participants/{one}/directions/directional",
        {"direction": direction, "reason": reason},
    )


def change(team, one, exercise, **data):
    """Change one exercise; what is not said stays as the course has it."""
    dose = team.clinic.tool.curriculum.exercise(exercise).dose
    own = {"sets": dose.sets, "reps": dose.reps, "freq_per_week": dose.freq_per_week}
    held = {"hold_s": dose.hold_s} if dose.hold_s else {}
    sent = own | held | {"state": "plan", "reason": "progress"} | data
    return team.staff.post(f"/care/participants/{one}/exercises/{exercise}", sent)


class TestDirection:
    def test_while_none_is_chosen_the_patient_is_given_neither(self, patient):
        assert "Your therapist chooses with you" in patient.get("/programme/directional").text
        assert patient.get(f"/exercises/{FORWARD}").status_code == 403
        assert patient.get(f"/exercises/{BACKWARD}").status_code == 403

    def test_the_chosen_one_is_given_and_the_other_is_not(self, team, patient):
        assert direct(team, patient.participant_id, "flexion").status_code == 303
        assert patient.get(f"/exercises/{FORWARD}").status_code == 200
        assert patient.get(f"/exercises/{BACKWARD}").status_code == 403
        diary = patient.get("/diary").text
        assert f'value="{FORWARD}"' in diary
        assert f'value="{BACKWARD}"' not in diary

    def test_taking_it_back_gives_neither(self, team, patient):
        direct(team, patient.participant_id, "flexion")
        direct(team, patient.participant_id, "none", "leg_symptoms")
        assert patient.get(f"/exercises/{FORWARD}").status_code == 403

    def test_it_needs_a_reason(self, team, patient):
        assert direct(team, patient.participant_id, "flexion", "").status_code == 422
        assert team.clinic.rows(PrescriptionChange) == []

    def test_a_missing_one_is_a_task_on_the_first_page_until_it_is_chosen(self, team, patient):
        words = "No direction of exercises chosen yet"
        assert words in team.staff.get("/staff/").text
        direct(team, patient.participant_id, "flexion")

        assert words not in team.staff.get("/staff/").text

    def test_a_missing_one_is_no_task_before_its_module_and_none_in_the_control_arm(
        self, team, client_for
    ):
        client_for("patient", day=14)
        client_for("control", day=16)

        assert "No direction of exercises chosen yet" not in team.staff.get("/staff/").text

    def test_the_patient_is_told_that_it_is_still_missing(self, team, patient):
        words = "have not chosen yet in which direction"
        assert words in patient.get("/today").text
        direct(team, patient.participant_id, "flexion")

        assert words not in patient.get("/today").text

    def test_a_module_without_directions_has_none(self, team, patient):
        path = f"/care/participants/{patient.participant_id}/directions/core"
        sent = {"direction": "flexion", "reason": "start"}
        assert team.staff.post(path, sent).status_code == 404


class TestDose:
    def test_the_patient_sees_the_own_dose_on_exercise_and_diary(self, team, patient):
        one = patient.participant_id
        direct(team, one, "flexion")
        assert change(team, one, FORWARD, sets="4", reps="7").status_code == 303
        assert "Your own dose, set by your therapist" in patient.get(f"/exercises/{FORWARD}").text
        assert "4 sets of 7" in patient.get("/diary").text

    def test_the_form_starts_with_the_dose_that_holds(self, team, patient):
        one = patient.participant_id
        change(team, one, FORWARD, sets="4", reps="7")
        page = team.page(f"/care/participants/{one}/exercises/{FORWARD}")
        assert 'name="sets" value="4"' in page
        assert 'name="reps" value="7"' in page

    def test_what_is_paused_leaves_the_list(self, team, patient):
        one = patient.participant_id
        direct(team, one, "flexion")
        change(team, one, FORWARD, state="paused", reason="pain")
        assert f'value="{FORWARD}"' not in patient.get("/diary").text
        assert "Your team paused this exercise for you" in patient.get(f"/exercises/{FORWARD}").text

    def test_a_diary_that_names_a_paused_exercise_is_saved(self, team, patient):
        """It may have been written before, on a phone without network."""
        one = patient.participant_id
        direct(team, one, "flexion")
        change(team, one, FORWARD, state="paused", reason="pain")
        sent = {"exercises": FORWARD, "minutes": "10"}
        assert patient.post(f"/diary/{TODAY.isoformat()}", sent).status_code == 303

    def test_an_exercise_of_the_other_direction_is_not_added(self, team, patient):
        one = patient.participant_id
        direct(team, one, "flexion")
        answer = change(team, one, BACKWARD, state="added")
        assert answer.status_code == 422
        assert "belongs to another direction" in answer.text

    @pytest.mark.parametrize("sets", ["0", "11", "", "two"])
    def test_a_dose_out_of_bounds_is_refused(self, team, patient, sets):
        assert change(team, patient.participant_id, FORWARD, sets=sets).status_code == 422
        assert team.clinic.rows(PrescriptionChange) == []

    def test_the_history_says_who_when_why_and_what(self, team, patient):
        one = patient.participant_id
        direct(team, one, "extension")
        change(team, one, BACKWARD, sets="2", reps="5", reason="too_hard")
        page = team.page(f"/care/participants/{one}/prescription")
        assert "Too hard: one level down" in page
        assert "2 sets of 5" in page
        assert "Thursday 12 November, 12:00" in page
        actions = {event.action for event in team.clinic.rows(AuditEvent)}
        assert "prescription.changed" in actions

    def test_whoever_has_no_programme_has_no_prescription(self, team):
        one = team.participant(CONTROL)
        assert team.staff.get(f"/care/participants/{one}/prescription").status_code == 404
        assert direct(team, one, "flexion").status_code == 404


class TestModules:
    def decide(self, team, one, key="core", **data):
        """Decide about a module."""
        return team.staff.post(f"/care/participants/{one}/modules/{key}", data)

    def test_open_it_before_its_week(self, team, patient):
        assert patient.get("/programme/core").status_code == 403
        self.decide(team, patient.participant_id, action="open", open_reason="ready")
        assert patient.get("/programme/core").status_code == 200

    def test_hold_it_and_the_patient_is_told_why_and_until_when(self, team, patient):
        until = TODAY + 5 * DAY
        self.decide(
            team,
            patient.participant_id,
            key="directional",
            action="hold",
            until=until.isoformat(),
            hold_reason="check",
        )
        page = patient.get("/programme").text
        assert "Your team wants to check something with you first." in page
        assert "Tuesday 17 November" in page
        assert patient.get("/programme/directional").status_code == 403

    def test_back_to_the_plan(self, team, patient):
        one = patient.participant_id
        self.decide(team, one, action="open", open_reason="ready")
        self.decide(team, one, action="release")
        assert patient.get("/programme/core").status_code == 403

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"action": "open"},
            {"action": "hold", "hold_reason": "check"},
            {"action": "hold", "until": "2026-11-13"},
            {"action": "hold", "until": "2027-01-01", "hold_reason": "check"},
            {"action": "close"},
        ],
    )
    def test_an_incomplete_decision_is_refused(self, team, patient, data):
        assert self.decide(team, patient.participant_id, **data).status_code == 422
        assert team.clinic.rows(ModuleOverride) == []

    def test_what_was_decided_stands_below_with_the_name(self, team, patient):
        one = patient.participant_id
        self.decide(team, one, action="open", open_reason="away")
        page = team.page(f"/care/participants/{one}/modules/core")
        assert "opened (Will be away in its week), staff" in page


class TestLevel:
    """Staff have the last word; from that day on the rule of the protocol goes on."""

    @pytest.fixture
    def strong(self, client_for, team):
        """A patient in week 5 whose strength module is open."""
        browser = client_for("patient", day=30, locale="en")
        with team.clinic.writing() as session:
            for key in ("education", "ergonomics", "directional"):
                for lesson in team.clinic.tool.curriculum.module(key).lessons:
                    day = TODAY - 9 * DAY
                    lesson_done(session, browser.participant_id, key, lesson.key, day)
        direct(team, browser.participant_id, "flexion")
        return browser

    def set_level(self, team, one, level, reason="progress"):
        sent = {"level": level, "reason": reason}
        return team.staff.post(f"/care/participants/{one}/levels/core", sent)

    def test_set_by_staff_it_counts_at_once_and_the_patient_is_told(self, team, strong):
        page = f"/care/participants/{strong.participant_id}/prescription"
        assert "Now level 1." in team.staff.get(page).text
        assert self.set_level(team, strong.participant_id, "2").status_code == 303

        shown = team.staff.get(page).text
        assert "Now level 2." in shown
        assert "decided by the team" in shown
        assert "Your team chose this level for you." in strong.get("/today").text

    def test_given_back_the_rule_decides_again(self, team, strong):
        self.set_level(team, strong.participant_id, "2")
        self.set_level(team, strong.participant_id, "rule", "correction")

        page = f"/care/participants/{strong.participant_id}/prescription"
        assert "Now level 1." in team.staff.get(page).text

    @pytest.mark.parametrize("sent", [{"level": "4"}, {"level": "2", "reason": ""}, {}])
    def test_what_cannot_be_is_refused_beside_its_field(self, team, strong, sent):
        path = f"/care/participants/{strong.participant_id}/levels/core"

        assert team.staff.post(path, sent).status_code == 422

    def test_a_module_without_levels_has_none(self, team, strong):
        path = f"/care/participants/{strong.participant_id}/levels/education"

        assert team.staff.post(path, {"level": "2", "reason": "start"}).status_code == 404


class TestContraindications:
    def tick(self, team, one, *codes):
        sent = {"contraindications": list(codes), "reason": "health"}
        return team.staff.post(f"/care/participants/{one}/contraindications", sent)

    def test_what_is_ticked_keeps_exercises_off_the_list_and_says_why(self, team, patient):
        curriculum = team.clinic.tool.curriculum
        knees = curriculum.exercise(FORWARD)
        code = next(each for each in knees.contra if each not in curriculum.safety.stopping)
        direct(team, patient.participant_id, "flexion")
        assert patient.get(f"/exercises/{knees.id}").status_code == 200
        assert self.tick(team, patient.participant_id, code).status_code == 303

        assert patient.get(f"/exercises/{knees.id}").status_code == 403
        page = team.staff.get(f"/care/participants/{patient.participant_id}/prescription").text
        said = {each.code: each.text.en for each in curriculum.safety.contraindications}
        assert "contraindicated: " in page
        assert said[code] in page

    @pytest.mark.parametrize("code", ["C1", "C2"])
    def test_one_that_stops_every_exercise_shuts_them_all_and_says_so(self, team, patient, code):
        self.tick(team, patient.participant_id, code)
        today = patient.get("/today").text

        assert "Your exercises are paused" in today
        assert "Your team has stopped them because of what is known about your health" in today
        assert 'name="exercises"' not in patient.get("/diary").text
        assert patient.get("/exercises/session").status_code == 403
        assert patient.get("/exercises/e5_walk").status_code == 403

    def test_one_that_stops_every_exercise_stays_a_task_until_it_is_unticked(self, team, patient):
        words, one = "Exercises stopped by a contraindication", patient.participant_id
        page = f"/care/participants/{one}/prescription"
        assert words not in team.staff.get("/staff/").text
        self.tick(team, one, "C1", "C12")
        assert words in team.staff.get("/staff/").text
        assert "No exercises while C1 is ticked" in team.staff.get(page).text
        assert "No exercises while C12 is ticked" not in team.staff.get(page).text
        self.tick(team, one, "C12")

        assert words not in team.staff.get("/staff/").text
        assert patient.get("/exercises/session").status_code == 200

    def test_a_code_that_is_none_is_refused(self, team, patient):
        assert self.tick(team, patient.participant_id, "C99").status_code == 422

    def test_saved_with_none_the_screening_form_has_no_say_any_more(self, team, patient):
        with team.clinic.writing() as session:
            for form in session.scalars(select(Screening)):
                form.comorbidities = ["heart_disease"]
        page = f"/care/participants/{patient.participant_id}/prescription"
        before = team.staff.get(page).text
        self.tick(team, patient.participant_id)

        assert "Contraindications (1)" in before
        assert "Contraindications (0)" in team.staff.get(page).text

"""What a patient's answers set off: alerts in the same breath, a fixed text right after."""

import pytest

from modules.records.alert_models import Alert
from modules.records.models import Assessment
from modules.safety.triggers import Trigger

VISIT = "week_2"


@pytest.fixture(params=["patient", "control"])
def patient(request, client_for):
    return client_for(request.param, day=14)


def phq9(**changes):
    return {f"q{number}": "0" for number in range(1, 11)} | changes


def triggers(clinic):
    return sorted(alert.trigger for alert in clinic.rows(Alert))


class TestThoughtsOfDeath:
    def test_show_the_fixed_text_with_the_numbers(self, asks, patient, clinic):
        asks("phq9")
        answer = patient.post(f"/questions/{VISIT}/phq9", phq9(q9="1"))
        page = patient.client.get(answer.headers["Location"]).text

        assert triggers(clinic) == ["T5"]
        assert "800 911 2000" in page
        assert "tel:911" in page

    def test_fire_even_if_no_total_can_be_computed(self, asks, patient, clinic):
        asks("phq9")
        few = {f"q{number}": "declined" for number in range(1, 9)} | {"q9": "2", "q10": "0"}
        patient.post(f"/questions/{VISIT}/phq9", few)

        assert triggers(clinic) == ["T5"]

    def test_left_unanswered_become_a_task_to_ask(self, asks, patient, clinic):
        asks("phq9")
        answer = patient.post(f"/questions/{VISIT}/phq9", phq9(q9="declined"))

        assert triggers(clinic) == [Trigger.SUICIDAL_IDEATION_UNANSWERED]
        assert answer.headers["Location"].endswith("/today")

    def test_in_the_other_scale_fire_as_well(self, asks, patient, clinic):
        asks("sds")
        for number in range(1, 21):
            code = "3" if number == 19 else "1"
            patient.post(f"/questions/{VISIT}/sds", {"q": str(number), f"q{number}": code})
        patient.post(f"/questions/{VISIT}/sds", {"q": "review"})

        assert "T5" in triggers(clinic)

    def test_fire_although_the_form_is_left_for_later(self, asks, patient, clinic):
        asks("phq9")
        answer = patient.post(f"/questions/{VISIT}/phq9", {"q9": "2", "go": "later"})

        assert triggers(clinic) == ["T5"]
        assert "800 911 2000" in patient.client.get(answer.headers["Location"]).text

    def test_fire_once_when_the_form_is_sent_after_all(self, asks, patient, clinic):
        asks("phq9")
        patient.post(f"/questions/{VISIT}/phq9", {"q9": "2", "go": "later"})
        answer = patient.post(f"/questions/{VISIT}/phq9", phq9(q9="2"))

        assert triggers(clinic) == ["T5"]
        assert answer.headers["Location"].endswith("/saved")

    def test_fire_in_the_middle_of_a_form_asked_one_by_one(self, asks, patient, clinic):
        asks("sds")
        patient.post(f"/questions/{VISIT}/sds", {"q": "19", "q19": "4"})

        assert triggers(clinic) == ["T5"]

    def test_nothing_is_concluded_from_what_is_not_answered_yet(self, asks, patient, clinic):
        asks("phq9")
        patient.post(f"/questions/{VISIT}/phq9", {"q1": "2", "go": "later"})

        assert triggers(clinic) == []

    def test_an_answer_of_never_fires_nothing(self, asks, patient, clinic):
        asks("phq9")
        patient.post(f"/questions/{VISIT}/phq9", phq9())

        assert triggers(clinic) == []


class TestWorsening:
    def test_of_the_important_size_fires_and_shows_its_text(self, patient, clinic):
        answer = patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "65"})

        assert triggers(clinic) == ["T9"]
        assert answer.headers["Location"].endswith(f"/questions/{VISIT}/vas_pain/saved")

    def test_of_a_millimetre_less_does_not(self, patient, clinic):
        patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "64"})

        assert triggers(clinic) == []

    def test_the_address_of_the_text_names_no_trigger(self, patient):
        answer = patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "65"})

        assert "T9" not in answer.headers["Location"]


def test_alert_and_answers_are_kept_together_or_not_at_all(patient, clinic, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError("planted")

    monkeypatch.setattr("modules.services.alerts.raise_all", fail)
    assert patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "90"}).status_code == 500
    assert clinic.rows(Assessment, Assessment.visit == VISIT) == []


def test_the_page_without_an_alert_leads_to_today(patient):
    patient.post(f"/questions/{VISIT}/vas_pain", {"q1": "50"})
    answer = patient.get(f"/questions/{VISIT}/vas_pain/saved")

    assert answer.headers["Location"].endswith("/today")


def test_before_anything_is_answered_there_is_no_such_page(patient):
    assert patient.get(f"/questions/{VISIT}/vas_pain/saved").status_code == 404


class TestOddAnswers:
    ODD = {"q1": "9", "q2": "4", "q3": "5"}

    def test_are_pointed_out_once_and_never_corrected(self, asks, patient, clinic):
        asks("nrs")
        first = patient.post(f"/questions/{VISIT}/nrs", self.ODD)
        second = patient.post(f"/questions/{VISIT}/nrs", self.ODD | {"seen": "1"})

        assert first.status_code == 200
        assert 'name="seen"' in first.text
        assert second.status_code == 303
        (row,) = clinic.rows(Assessment, Assessment.visit == VISIT)
        assert row.answers == {"q1": 9, "q2": 4, "q3": 5}

    def test_that_fit_are_not_pointed_out(self, asks, patient):
        asks("nrs")
        fitting = {"q1": "3", "q2": "4", "q3": "5"}

        assert patient.post(f"/questions/{VISIT}/nrs", fitting).status_code == 303


class TestMeans:
    @pytest.mark.parametrize(
        ("sent", "kept"), [("360", 360), ("", None), ("0", None), ("-1", None), ("wide", None)]
    )
    def test_the_width_of_the_page_is_recorded(self, patient, clinic, sent, kept):
        patient.post(
            f"/questions/{VISIT}/vas_pain",
            {"q1": "50", "input_mode": "keyboard", "device_width_px": sent},
        )

        (row,) = clinic.rows(Assessment, Assessment.visit == VISIT)
        assert (row.input_mode, row.device_width_px) == ("keyboard", kept)

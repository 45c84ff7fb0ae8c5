"""«I have a warning sign»: ticked signs reach the team once, and the page says what to do."""

import pytest
from sqlalchemy import select

from modules.records.alert_models import Alert, AlertState
from tests.plugin.patient.conftest import CONTROL, EVERYTHING

BOTH_ARMS = pytest.mark.parametrize("components", [EVERYTHING, CONTROL], ids=["with", "without"])


def raised(patient) -> list[str]:
    with patient.tool.database.reading() as session:
        return sorted(session.scalars(select(Alert.trigger)))


def tick(patient, *signs: str, key: str = "6f3ad3f0-70b5-4b3e-9a54-6ee3ce5f8d10"):
    return patient.post("/warning", {"signs": list(signs), "client_key": key})


def close_all(patient) -> None:
    with patient.tool.database.writing() as session:
        for alert in session.scalars(select(Alert)):
            alert.state = AlertState.CLOSED


def test_what_the_page_promises_is_there_to_be_done(patient):
    page = patient.page("/warning")
    assert "If you tick a sign here" in page
    assert page.count('name="signs"') == 10


@BOTH_ARMS
def test_each_ticked_sign_raises_an_alert_of_its_own(make_patient, components):
    patient = make_patient(components=components)
    assert tick(patient, "R2", "R5").location.endswith("/warning/told")
    assert raised(patient) == ["R2", "R5"]


@BOTH_ARMS
def test_the_most_urgent_sign_decides_what_is_said(make_patient, components):
    patient = make_patient(components=components)
    tick(patient, "R6", "R1")
    page = patient.page("/warning/told")
    assert "Get care now" in page
    assert "tel:911" in page
    assert "Your team has been told." in page


@pytest.mark.parametrize(
    ("sign", "title"),
    [
        ("R3", "A check is needed soon"),
        ("R9", "We will look at this with you"),
        ("R8", "We talk with you before going on"),
    ],
)
def test_every_level_has_its_own_text(patient, sign, title):
    tick(patient, sign)
    assert title in patient.page("/warning/told")


def test_the_same_sign_raises_no_second_alert_while_the_first_is_open(patient):
    tick(patient, "R5")
    tick(patient, "R5", key="0e4a2a39-6f6a-4b7d-8a4e-0d2f4d7a5b11")
    assert raised(patient) == ["R5"]
    assert "A check is needed soon" in patient.page("/warning/told")


def test_a_sign_that_comes_back_raises_a_new_alert(patient):
    tick(patient, "R5")
    close_all(patient)
    tick(patient, "R5", key="0e4a2a39-6f6a-4b7d-8a4e-0d2f4d7a5b11")
    assert raised(patient) == ["R5", "R5"]


def test_the_exercises_are_paused_until_the_team_has_looked(patient):
    tick(patient, "R4")
    assert "Your exercises are paused" in patient.page("/today")
    assert patient.get("/exercises/e5_walk").status_code == 403
    close_all(patient)
    assert patient.get("/exercises/e5_walk").status_code == 200


def test_the_arm_without_exercises_is_told_of_its_brochure(make_patient):
    patient = make_patient(components=CONTROL)
    tick(patient, "R4")
    page = patient.page("/today")
    assert "Leave the exercises of the brochure until then." in page
    assert "Your team opens" not in page


def test_gentle_exercises_go_on_with_a_sign_that_allows_them(patient):
    tick(patient, "R9")
    assert patient.get("/exercises/e5_walk").status_code == 200


@pytest.mark.parametrize("signs", [(), ("R11",), ("T1",)])
def test_nothing_is_raised_without_a_sign_of_the_list(patient, signs):
    answer = tick(patient, *signs)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert raised(patient) == []


def test_without_an_open_notice_there_is_nothing_to_say(patient):
    assert patient.get("/warning/told").location.endswith("/warning")

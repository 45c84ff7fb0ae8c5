"""Reminders are off until the patient says yes, and end when they say no."""

from sqlalchemy import select

from notifications.models import Contact


def contacts(patient) -> list[Contact]:
    with patient.tool.database.reading() as session:
        return list(session.scalars(select(Contact)))


def switch_on(patient, **changes: str):
    return patient.post("/messages", {"address": "55 1234 5678", "agree": "y"} | changes)


def test_are_off_at_first(patient):
    assert "Switch reminders on" in patient.page("/messages")


def test_begin_with_number_and_consent(patient):
    assert switch_on(patient).status_code == 303
    contact = contacts(patient)[0]
    assert (contact.channel, contact.given_by) == ("console", "participant")


def test_never_begin_without_consent(patient):
    assert switch_on(patient, agree="").status_code == 422
    assert contacts(patient) == []


def test_a_number_that_is_none_comes_back(patient):
    answer = switch_on(patient, address="12")
    assert answer.status_code == 422
    assert "does not look like a mobile number" in answer.text


def test_only_the_last_digits_are_shown(patient):
    switch_on(patient)
    page = patient.page("/messages")
    assert "5678" in page
    assert "1234" not in page


def test_end_at_once(patient):
    switch_on(patient)
    patient.post("/messages", {"action": "stop"})
    assert contacts(patient)[0].withdrawn_reason == "in_course"
    assert "Switch reminders on" in patient.page("/messages")


def test_a_control_participant_may_have_them_too(make_patient):
    patient = make_patient(components=frozenset({"brochure", "assessments"}))
    assert switch_on(patient).status_code == 303

"""Reminders are off until the patient says yes, and end when they say no."""

import pytest
from sqlalchemy import select

from notifications.models import Contact, Scope


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


@pytest.fixture(params=[None, frozenset({"brochure", "assessments"})], ids=["treated", "control"])
def anybody(request, make_patient):
    """Somebody of each arm who is reminded: the choice and its words are the same for both."""
    one = make_patient(components=request.param) if request.param else make_patient()
    switch_on(one)
    return one


def held(patient) -> list[Scope]:
    return [each.scope for each in contacts(patient) if each.withdrawn_at is None]


def test_stopping_all_and_keeping_those_of_questionnaires_are_two_choices(anybody):
    page = anybody.page("/messages")

    assert "Only the notices of my questionnaires" in page
    assert "No notices at all" in page


def test_of_the_programme_end_while_those_of_questionnaires_go_on(anybody):
    anybody.post("/messages", {"action": "assessments"})
    page = anybody.page("/messages")

    assert held(anybody) == [Scope.ASSESSMENTS]
    assert "Only the notices of your questionnaires go to" in page
    anybody.post("/messages", {"action": "all"})
    assert held(anybody) == [Scope.ALL]


def test_whoever_stopped_all_is_asked_about_questionnaires(anybody):
    anybody.post("/messages", {"action": "stop"})
    assert held(anybody) == []

    page = anybody.page("/messages")
    assert "Those of your questionnaires can still go to" in page
    assert "Open this activity again from your course to go on." not in page
    anybody.post("/messages", {"action": "assessments"})
    assert held(anybody) == [Scope.ASSESSMENTS]


def test_a_choice_without_a_number_opens_nothing(patient):
    patient.post("/messages", {"action": "assessments"})
    assert contacts(patient) == []

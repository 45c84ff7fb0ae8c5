"""Reminders are off until the patient says yes, and end when they say no."""

import pytest
from sqlalchemy import select

from notifications.kind import Preferences
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


class TestPreferences:
    @pytest.fixture
    def reminded(self, make_patient):
        parts = {"brochure", "assessments", "programme", "diary", "programme_reminders"}
        patient = make_patient(components=frozenset(parts))
        switch_on(patient)
        return patient

    def test_hour_days_kinds_and_language_are_kept_and_shown(self, reminded):
        sent = {
            "hour": "9",
            "weekdays": ["1", "3", "5"],
            "kinds": ["diary_due"],
            "language": "en",
        }
        assert reminded.post("/messages/preferences", sent).status_code == 303
        contact = contacts(reminded)[0]
        assert contact.preferences == Preferences(
            9, frozenset({1, 3, 5}), frozenset({"module_open"})
        )
        assert contact.language == "en"
        page = reminded.page("/messages")
        assert "9:00; Monday, Wednesday, Friday; without: a new module" in page

    def test_an_hour_of_the_night_is_not_offered_nor_taken(self, reminded):
        page = reminded.page("/messages/preferences")
        assert page.index("Monday") < page.index("Sunday")
        assert 'value="20"' in page
        assert 'value="21"' not in page
        sent = {"hour": "23", "kinds": ["diary_due"], "language": "es"}
        assert reminded.post("/messages/preferences", sent).status_code == 422
        assert contacts(reminded)[0].preferences == Preferences()

    def test_nothing_chosen_is_the_protocols(self, reminded):
        every = [str(day) for day in range(1, 8)]
        kinds = ["diary_due", "module_open", "inactivity"]
        sent = {"hour": "", "weekdays": every, "kinds": kinds, "language": "es"}
        reminded.post("/messages/preferences", sent)
        assert contacts(reminded)[0].preferences == Preferences()

    def test_they_outlive_a_change_of_what_is_received(self, reminded):
        sent = {"hour": "9", "kinds": ["diary_due"], "language": "es"}
        reminded.post("/messages/preferences", sent)
        for action in ("assessments", "all"):
            reminded.post("/messages", {"action": action})
            reminded.post("/messages/preferences", {"language": "es"} | sent)
        (held,) = (each for each in contacts(reminded) if each.withdrawn_at is None)
        assert held.preferences.hour == 9

    def test_without_a_programme_the_language_alone_is_chosen(self, make_patient):
        patient = make_patient(components=frozenset({"brochure", "assessments"}))
        switch_on(patient)
        page = patient.page("/messages/preferences")
        assert 'name="language"' in page
        assert not [name for name in ("hour", "weekdays", "kinds") if f'name="{name}"' in page]
        patient.post("/messages/preferences", {"language": "en", "hour": "9"})
        assert contacts(patient)[0].preferences == Preferences()

    def test_whoever_is_not_reminded_has_no_such_page(self, patient):
        assert patient.get("/messages/preferences").status_code == 404

"""The page of the screening log: whoever enrols notes who is not enrolled, and reads the counts."""

import re

import pytest

from plugin.models import AuditEvent


@pytest.fixture
def enroller(client_for):
    return client_for("enroller", locale="en")


def figures(page: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    return {name: int(number) for name, number in found}


def note(enroller, **said):
    sent = {"considered_on": "2026-11-12", "exclusion": "declined"} | said
    return enroller.post("/staff/screening-log", sent)


def test_whoever_is_not_enrolled_gets_a_number_and_counts(enroller, clinic):
    clinic.screened(())
    assert note(enroller).status_code == 303
    page = enroller.get("/staff/screening-log").text
    assert figures(page) == {"Considered": 2, "Not enrolled": 1, "Enrolled": 1, "Allocated": 0}
    assert "Declined to participate: 1" in page
    (event,) = clinic.rows(AuditEvent, AuditEvent.action == "screening_log.added")
    assert event.detail == {"number": "1"}


def test_a_criterion_is_counted_by_its_words(enroller, clinic):
    criterion = clinic.protocol.eligibility.inclusion[0]
    note(enroller, exclusion="not_eligible", criteria=criterion.key)
    page = enroller.get("/staff/screening-log").text
    assert f"<li>{criterion.text.en}: 1</li>" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"exclusion": "not_eligible"}, "Tick at least one criterion."),
        ({"considered_on": "2026-11-13"}, "This day is still to come."),
        ({"considered_on": "yesterday"}, "Day"),
        ({"exclusion": ""}, "Why not?"),
        ({"criteria": "cats"}, "Which criteria were not met?"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_noted(enroller, said, words):
    answer = note(enroller, **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert figures(enroller.get("/staff/screening-log").text)["Not enrolled"] == 0


def test_an_entry_that_is_taken_back_stays_and_counts_no_more(enroller):
    note(enroller)
    assert enroller.post("/staff/screening-log/1/back").status_code == 303
    page = enroller.get("/staff/screening-log").text
    assert "(taken back)" in page
    assert figures(page)["Not enrolled"] == 0
    assert enroller.post("/staff/screening-log/2/back").status_code == 404


def test_the_people_of_the_course_lead_to_it(enroller):
    assert "/staff/screening-log" in enroller.get("/staff/people").text


def test_who_treats_in_a_trial_has_no_such_page(client_for):
    assert client_for("staff").get("/staff/screening-log").status_code == 403

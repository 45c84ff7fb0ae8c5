"""The own progress: sentence, picture, numbers."""

import uuid
from datetime import timedelta

import pytest

from modules.diary.entry import DiaryForm
from modules.records.models import Respondent
from modules.services import assessments, diaries


def assess(patient, visit: str, mm: int, days_ago: int) -> None:
    sheet = assessments.AssessmentKey(
        patient.participant_id, visit, "vas_pain", "1", "en", "own", Respondent.SELF
    )
    with patient.tool.database.writing() as session:
        moment = patient.tool.now() - timedelta(days=days_ago)
        assessments.complete(session, sheet, {"q1": mm}, {}, None, moment)


@pytest.fixture
def patient(make_patient):
    """A participant on day 60, after the last week; no questionnaire waits."""
    return make_patient(day=60)


def test_without_any_value_says_what_will_come(patient):
    assert "comes with your first questionnaire" in patient.page("/progress")


def test_one_value_is_no_trend(patient):
    assess(patient, "baseline", 52, 42)
    page = patient.page("/progress")
    assert "Your first value is 52" in page
    assert "trend-vas_pain" not in page


def test_two_values_are_said_and_drawn(patient):
    assess(patient, "baseline", 52, 42)
    assess(patient, "week_6", 38, 1)
    page = patient.page("/progress")
    assert "It was 52 at the start, now it is 38. A lower number is better." in page
    assert 'id="trend-vas_pain-title"' in page


def test_what_changed_is_named_in_plain_words_with_the_instrument_below(patient):
    assess(patient, "baseline", 52, 42)
    assert '<h2>Your pain</h2><p class="quiet small">Visual pain scale</p>' in "".join(
        line.strip() for line in patient.page("/progress").splitlines()
    )


def test_an_unchanged_value_is_said_without_judgement(patient):
    assess(patient, "baseline", 52, 42)
    assess(patient, "week_6", 52, 1)
    assert "It was 52 at the start, and it is 52 now." in patient.page("/progress")


def test_the_numbers_stand_behind_the_picture(patient):
    assess(patient, "baseline", 52, 42)
    assess(patient, "week_6", 38, 1)
    assert "See the numbers" in patient.page("/progress")


def test_the_diary_is_counted_by_week(make_patient):
    patient = make_patient(day=9)
    with patient.tool.database.writing() as session:
        for ago in (0, 7):
            moment = patient.tool.now() - timedelta(days=ago)
            form = DiaryForm(moment.date(), (), 0, None, 50 - ago, None)
            protocol = patient.tool.protocols["imss-nct07248813"]
            diaries.write(session, patient.participant_id, protocol, form, uuid.uuid4(), [], moment)
    page = patient.page("/progress")
    assert "Your diary, week by week" in page
    assert "It was 43 at the start, now it is 50." in page


def test_a_value_that_is_about_to_be_asked_again_is_not_shown_before_the_answer(make_patient):
    patient = make_patient(day=43)
    assess(patient, "baseline", 52, 42)
    page = patient.page("/progress")
    assert "52" not in page
    assert "A questionnaire waits for you" in page
    assess(patient, "week_6", 38, 0)
    assert "It was 52 at the start, now it is 38." in patient.page("/progress")

"""Goals on a patient's pages: set in their own words, shown today, asked again in their weeks."""

import re
from datetime import timedelta

import pytest

from modules.records.goal_models import GoalRating, ParticipantGoal
from modules.services import goals
from tests.plugin.patient.conftest import CONTROL, NOON
from tests.statements import sent

DANCE = {"words": "Dance at my daughter's wedding", "value": "3"}


def set_before(patient, days: int, words: str = "Dance <all> night", value: int = 3) -> None:
    with patient.tool.database.writing() as session:
        at = NOON - timedelta(days=days)
        goals.set_goal(session, patient.participant_id, words, value, at)


def rows(patient, table) -> list:
    with patient.tool.database.reading() as session:
        return session.query(table).all()


def field_of(page: str) -> str:
    return re.search(r'name="(goal-[0-9a-f]+)"', page)[1]


class TestSetting:
    def test_a_goal_is_shown_today_in_its_own_words(self, patient):
        assert patient.post("/goals", DANCE).status_code == 303
        assert "Dance at my daughter&#39;s wedding" in patient.page("/today")
        assert "3 of 10 at the start" in patient.page("/today")

    @pytest.mark.parametrize("change", [{"words": "  "}, {"value": ""}, {"words": "x" * 121}])
    def test_a_faulty_form_comes_back_and_nothing_is_saved(self, patient, change):
        answer = patient.post("/goals", DANCE | change)
        assert answer.status_code == 422
        assert "error-summary" in answer.text
        assert rows(patient, ParticipantGoal) == []

    def test_with_three_goals_no_fourth_is_offered_or_taken(self, patient):
        for number in range(3):
            patient.post("/goals", DANCE | {"words": f"Goal {number}"})
        assert 'name="words"' not in patient.page("/goals")
        answer = patient.post("/goals", DANCE)
        assert answer.status_code == 422
        assert "Three goals are enough" in answer.text

    def test_a_goal_set_aside_is_gone_from_today(self, patient):
        patient.post("/goals", DANCE)
        key = rows(patient, ParticipantGoal)[0].id
        assert patient.post(f"/goals/{key}/set-aside").status_code == 303
        assert "wedding" not in patient.page("/today")

    def test_after_the_last_week_none_is_set(self, make_patient):
        patient = make_patient(day=60)
        assert 'name="words"' not in patient.page("/goals")
        assert patient.post("/goals", DANCE).status_code == 422


class TestAskingAgain:
    def test_in_its_week_a_goal_is_asked_about_and_the_answer_stands_beside_the_first(
        self, make_patient
    ):
        patient = make_patient(day=16)
        set_before(patient, 14)
        assert "How are your goals going?" in patient.page("/today")
        page = patient.page("/goals")
        assert "Dance &lt;all&gt; night" in page
        assert patient.post("/goals/answers", {field_of(page): "6"}).status_code == 303
        today = patient.page("/today")
        assert "How are your goals going?" not in today
        assert "3 of 10 at the start, now 6" in today
        assert sorted(row.value for row in rows(patient, GoalRating)) == [3, 6]

    def test_the_same_form_sent_twice_is_one_answer(self, make_patient):
        patient = make_patient(day=16)
        set_before(patient, 14)
        name = field_of(patient.page("/goals"))
        answers = [patient.post("/goals/answers", {name: "0"}).status_code for _ in range(2)]
        assert answers == [303, 303]
        assert len(rows(patient, GoalRating)) == 2

    def test_an_empty_answer_comes_back(self, make_patient):
        patient = make_patient(day=16)
        set_before(patient, 14)
        answer = patient.post("/goals/answers", {})
        assert answer.status_code == 422
        assert "Please give an answer" in answer.text

    def test_between_its_weeks_nothing_is_asked(self, make_patient):
        patient = make_patient(day=32)
        set_before(patient, 31)
        assert "How are your goals going?" not in patient.page("/today")
        assert patient.post("/goals/answers", {}).status_code == 422


def test_an_arm_without_goals_has_none_of_it(make_patient):
    patient = make_patient(components=CONTROL)
    set_before(patient, 1)
    assert "Dance" not in patient.page("/today")
    assert "goal" not in patient.page("/today").lower()
    for answer in (patient.get("/goals"), patient.post("/goals", DANCE)):
        assert answer.status_code == 403


def test_goals_cost_today_no_question_to_the_database(make_patient):
    patient = make_patient(day=16)
    counts = []
    for number in range(3):
        with sent() as statements:
            patient.page("/today")
        counts.append(len(statements))
        set_before(patient, 14, f"Goal {number}")
    assert len(set(counts)) == 1

"""Goals are added to, never written over, and belong to whoever set them."""

import uuid
from datetime import timedelta

import pytest

from modules.errors import NotFound, StudyLocked, TooLate
from modules.records import care_queries
from modules.records.goal_models import GoalRating, ParticipantGoal
from modules.records.models import Study
from modules.services import goals
from modules.study.goals import Goal
from tests.factories import NOON, TREATED, Clinic

IN_WEEK_3, IN_WEEK_1 = 15, 3


def taking_part(clinic: Clinic, day: int) -> uuid.UUID:
    with clinic.writing() as session:
        return clinic.patient(session, TREATED, day).participant_id


def set_goal(clinic: Clinic, one: uuid.UUID, words: str = "bailar", value: int = 3, days: int = 0):
    with clinic.writing() as session:
        goals.set_goal(session, one, words, value, NOON - timedelta(days=days))


def rate(clinic: Clinic, one: uuid.UUID, values: dict[uuid.UUID, int]) -> None:
    with clinic.writing() as session:
        goals.rate(session, one, clinic.protocol.goals, values, NOON)


def known(clinic: Clinic, one: uuid.UUID) -> tuple[Goal, ...]:
    with clinic.tool.database.reading() as session:
        return care_queries.care_of(session, [one])[one].goals


def test_a_goal_is_kept_in_its_words_with_its_first_answer(clinic):
    one = taking_part(clinic, IN_WEEK_1)
    set_goal(clinic, one, "  cargar a  mi nieta ", 3)
    (kept,) = known(clinic, one)
    assert (kept.words, [each.value for each in kept.ratings]) == ("cargar a mi nieta", [3])


def test_the_same_goal_sent_twice_is_one(clinic):
    one = taking_part(clinic, IN_WEEK_1)
    set_goal(clinic, one)
    set_goal(clinic, one, value=8)
    assert len(clinic.rows(GoalRating)) == len(known(clinic, one)) == 1


def test_a_new_answer_stands_beside_the_earlier_one(clinic):
    one = taking_part(clinic, IN_WEEK_3)
    set_goal(clinic, one, days=12)
    (before,) = known(clinic, one)
    for _ in range(2):
        rate(clinic, one, {before.id: 7})
    (after,) = known(clinic, one)
    assert [each.value for each in after.ratings] == [3, 7]
    assert after.ratings[0] == before.ratings[0]


def test_what_is_not_asked_about_is_not_taken(clinic):
    one = taking_part(clinic, IN_WEEK_1)
    set_goal(clinic, one, days=1)
    with pytest.raises(TooLate):
        rate(clinic, one, {known(clinic, one)[0].id: 7})
    assert len(clinic.rows(GoalRating)) == 1


def test_a_goal_set_aside_keeps_its_answers_and_makes_room(clinic):
    one = taking_part(clinic, IN_WEEK_1)
    for words in ("bailar", "correr", "cargar"):
        set_goal(clinic, one, words)
    for _ in range(2):
        with clinic.writing() as session:
            goals.set_aside(session, one, known(clinic, one)[0].id, NOON)
    set_goal(clinic, one, "bailar", 5)
    kept = known(clinic, one)
    assert [(each.words, each.stands) for each in kept] == [
        ("bailar", False),
        ("correr", True),
        ("cargar", True),
        ("bailar", True),
    ]
    assert kept[0].ratings[0].value == 3


def test_nobody_reaches_the_goal_of_another(clinic):
    one, other = taking_part(clinic, IN_WEEK_3), taking_part(clinic, IN_WEEK_3)
    set_goal(clinic, one, days=12)
    (theirs,) = known(clinic, one)
    with pytest.raises(NotFound):
        rate(clinic, other, {theirs.id: 9})
    with clinic.writing() as session, pytest.raises(NotFound):
        goals.set_aside(session, other, theirs.id, NOON)
    assert known(clinic, one) == (theirs,)


def test_a_closed_study_takes_no_goal(clinic):
    one = taking_part(clinic, IN_WEEK_1)
    with clinic.writing() as session:
        session.get_one(Study, clinic.study_id).locked_at = NOON
    with pytest.raises(StudyLocked):
        set_goal(clinic, one)
    assert clinic.rows(ParticipantGoal) == []

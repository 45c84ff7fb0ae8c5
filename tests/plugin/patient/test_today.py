"""What comes first today: questionnaires, then the next lesson, then exercises and diary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from modules.course import content
from modules.errors import ModuleLocked
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import ParticipantStatus, Respondent
from modules.records.queries import (
    AssessmentFacts,
    CourseRecord,
    DiaryFacts,
    ParticipantFacts,
    StudyFacts,
)
from modules.study import protocol
from modules.study.zones import Zones
from plugin.patient import today
from plugin.patient.course import ParticipantCourse
from plugin.patient.today import Step

NOON = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)
TODAY = date(2026, 11, 12)
KEY = UUID(int=1)
EVERYTHING = frozenset({"brochure", "assessments", "programme", "diary"})


@pytest.fixture(scope="module")
def curriculum():
    return content.load()


@pytest.fixture
def course_on(curriculum):
    def make(day=3, components=EVERYTHING, lessons=None, diary=(), baseline=True):
        day_one = None if day is None else TODAY - timedelta(days=day - 1)
        enrolled = (day_one or TODAY) - timedelta(days=2)
        status = ParticipantStatus.ACTIVE if day_one else ParticipantStatus.SCREENING
        facts = ParticipantFacts(
            KEY, KEY, "K7F-3QX", status, enrolled, day_one, Zones("America/Mexico_City")
        )
        done = [assessed("odi", enrolled), assessed("vas_pain", enrolled)] if baseline else []
        return ParticipantCourse(
            protocol=protocol.load()["imss-nct07248813"],
            curriculum=curriculum,
            instruments=INSTRUMENTS,
            safety=curriculum.safety,
            study=StudyFacts(KEY, "demo", "imss-nct07248813", synthetic=True),
            participant=facts,
            read_completed=lambda: tuple(done),
            read_record=lambda completed: CourseRecord(
                facts, lessons or {}, tuple(diary), completed
            ),
            components=components,
            locale="en",
            now=NOON,
        )

    return make


def assessed(instrument: str, day: date) -> AssessmentFacts:
    return AssessmentFacts(
        KEY, KEY, "baseline", instrument, "1", "es", "own", 1, {}, {}, Respondent.SELF, None, day, 1
    )


def written(day: date) -> DiaryFacts:
    return DiaryFacts(day, (), 0, None, None, None, None, NOON)


def all_lessons(curriculum, key: str, day: date) -> dict[str, dict[str, date]]:
    return {key: {lesson.key: day for lesson in curriculum.module(key).lessons}}


def steps(course: ParticipantCourse) -> list[Step]:
    return [task.step for task in today.tasks(course)]


class TestTasks:
    def test_a_due_questionnaire_comes_before_everything(self, course_on):
        assert steps(course_on(day=14))[0] is Step.QUESTIONNAIRE

    def test_both_questionnaires_of_a_visit_are_named(self, course_on):
        assert steps(course_on(day=None, baseline=False)) == [Step.QUESTIONNAIRE] * 2

    def test_the_next_lesson_comes_before_the_exercises(self, course_on):
        assert steps(course_on(day=3)) == [Step.LESSON, Step.EXERCISES]

    def test_after_the_end_no_lesson_is_asked_for(self, course_on):
        course = course_on(day=60)
        assert course.open_modules()
        assert [each.step for each in today.tasks(course)] == [Step.NOTHING]

    def test_the_lesson_named_is_the_first_one_not_ticked(self, course_on, curriculum):
        first, second = curriculum.module("education").lessons[:2]
        course = course_on(lessons={"education": {first.key: TODAY}})
        assert today.tasks(course)[0].lesson == second

    def test_once_the_lessons_are_done_the_exercises_come_first(self, course_on, curriculum):
        course = course_on(lessons=all_lessons(curriculum, "education", TODAY))
        assert steps(course) == [Step.EXERCISES]

    def test_a_written_diary_ends_the_day_and_leaves_the_exercises_at_hand(
        self, course_on, curriculum
    ):
        lessons = all_lessons(curriculum, "education", TODAY)
        course = course_on(lessons=lessons, diary=[written(TODAY)])
        first, exercises = today.tasks(course)
        assert first.step is Step.NOTHING
        assert (exercises.step, exercises.written) == (Step.EXERCISES, True)
        assert list(exercises.exercises) == course.exercises_today()

    def test_before_the_programme_begins_there_is_nothing_to_do(self, course_on):
        assert steps(course_on(day=None)) == [Step.NOTHING]

    def test_an_arm_without_programme_is_asked_for_nothing_of_it(self, course_on):
        course = course_on(day=3, components=frozenset({"brochure", "assessments"}))
        assert steps(course) == [Step.NOTHING]

    def test_every_task_says_how_long_it_takes(self, course_on):
        assert all(task.minutes >= 1 for task in today.tasks(course_on(day=14)))


class TestWeek:
    def test_has_seven_days_from_the_first_day_of_the_programme_week(self, course_on):
        days = today.week_days(course_on(day=10))
        assert [day.date for day in days] == [TODAY + timedelta(days=n) for n in range(-2, 5)]

    def test_tells_written_open_and_coming_days_apart(self, course_on):
        yesterday = TODAY - timedelta(days=1)
        states = [
            day.state for day in today.week_days(course_on(day=4, diary=[written(yesterday)]))
        ]
        assert states == ["none", "none", "done", "open", "ahead", "ahead", "ahead"]

    def test_yesterday_may_still_be_written(self, course_on):
        opened = [day.date for day in today.week_days(course_on(day=4)) if day.open]
        assert opened == [TODAY - timedelta(days=1), TODAY]

    def test_is_empty_after_the_last_week(self, course_on):
        assert today.week_days(course_on(day=60)) == []

    def test_is_empty_for_an_arm_without_diary(self, course_on):
        assert today.week_days(course_on(components=frozenset({"assessments"}))) == []


class TestExercisesToday:
    def test_come_from_modules_that_are_open(self, course_on, curriculum):
        found = {exercise.id for exercise in course_on(day=3).exercises_today()}
        ahead = curriculum.module("relaxation").group("breathing").exercises
        assert found == {*curriculum.module("education").exercises, *ahead}

    def test_go_on_with_those_of_the_module_before(self, course_on, curriculum):
        lessons = all_lessons(curriculum, "education", TODAY - timedelta(days=5))
        found = {each.id for each in course_on(day=8, lessons=lessons).exercises_today()}
        for key in ("education", "ergonomics"):
            assert set(curriculum.module(key).exercises) <= found

    def test_an_exercise_given_ahead_of_its_module_has_its_page(self, course_on):
        course = course_on(day=3)
        assert not course.state("relaxation").is_open
        assert course.exercise("r2_paced").id == "r2_paced"
        with pytest.raises(ModuleLocked):
            course.exercise("r3_jacobson_16")

    def test_the_easier_form_is_one_the_participant_may_do(self, course_on, curriculum):
        course = course_on(day=3)
        assert course.easier(course.exercise("r2_paced")).id == "r1_diaphragmatic"
        assert course.harder(course.exercise("r2_paced")) is None
        squat = curriculum.exercise("w7_squat")
        assert course.easier(squat) is None

    def test_a_direction_is_never_prescribed_to_everybody(self, course_on, curriculum):
        lessons = {}
        for key in ("education", "ergonomics"):
            lessons |= all_lessons(curriculum, key, TODAY - timedelta(days=8))
        course = course_on(day=15, lessons=lessons)
        grouped = {e for g in curriculum.module("directional").groups for e in g.exercises}
        assert course.state("directional").is_open
        assert not grouped & {exercise.id for exercise in course.exercises_today()}

    def test_a_diary_may_name_every_exercise_of_an_open_module(self, course_on, curriculum):
        known = {exercise.id for exercise in course_on(day=3).known_exercises()}
        ahead = curriculum.module("relaxation").group("breathing").exercises
        assert known == {*curriculum.module("education").exercises, *ahead}


def test_longer_questionnaires_take_longer(curriculum):
    assert today.minutes_for(INSTRUMENTS["odi"]) > today.minutes_for(INSTRUMENTS["vas_pain"])


def test_a_day_is_counted_in_the_participants_zone(course_on):
    late = replace(course_on(), now=datetime(2026, 11, 13, 5, 30, tzinfo=UTC))
    assert late.today == TODAY

"""What a participant should do now. Pure: from the course to one next step and the week."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from modules.course import progression, steps
from modules.course.curriculum import Exercise, Lesson, Module
from modules.outcomes.questionnaire import Instrument, Kind
from modules.study.schedule import VisitState, due
from modules.text import LabelledEnum
from plugin.patient.course import ParticipantCourse

SECONDS_A_TICK = 7
"""A sentence that is only read, and ticked where it is true."""
SECONDS_A_QUESTION = 20
A_DIARY_MIN = 1
ABOUT_GOALS_MIN = 1


class WeekDay(LabelledEnum):
    """What became of the diary of one day; a day without an entry is named without reproach."""

    DONE = "done", "escrito", "written"
    OPEN = "open", "por escribir", "to write"
    NONE = "none", "sin escribir", "nothing written"
    AHEAD = "ahead", "por venir", "still to come"


class Step(enum.StrEnum):
    """What comes first today."""

    QUESTIONNAIRE = "questionnaire"
    LESSON = "lesson"
    GOALS = "goals"
    EXERCISES = "exercises"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; `minutes` is an estimate. Only the fields of its step are set."""

    step: Step
    minutes: int = 0
    visit: VisitState | None = None
    instrument: Instrument | None = None
    module: Module | None = None
    lesson: Lesson | None = None
    exercises: tuple[Exercise, ...] = ()
    written: bool = False
    """The diary of today says that they were done; they stay at hand."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week strip; `open` says whether it may be written."""

    date: date
    state: WeekDay
    today: bool
    open: bool


def tasks(course: ParticipantCourse) -> list[Task]:
    """Return what is to be done today, the first one first: questions, goals, lesson, exercises.

    Exercises that were written down already come last: they stay at hand all day.
    """
    exercises = _exercises(course)
    waiting = [each for each in exercises if not each.written]
    found = [*_questionnaires(course), *_goals(course), *_lesson(course), *waiting]
    return [*(found or [Task(Step.NOTHING)]), *(each for each in exercises if each.written)]


def minutes_for(instrument: Instrument) -> int:
    """Return about how many minutes a questionnaire takes."""
    texts = sum(item.kind is Kind.TEXT for item in instrument.items)
    ticks = sum(item.kind is Kind.TICK for item in instrument.items)
    asked = len(instrument.items) - ticks
    seconds = asked * SECONDS_A_QUESTION + texts * 40 + ticks * SECONDS_A_TICK
    return max(1, round(seconds / 60))


def week_days(course: ParticipantCourse) -> list[Day]:
    """Return the seven days of the programme week; empty outside the programme or without diary."""
    if course.week is None or course.day_one is None or "diary" not in course.components:
        return []
    first = course.day_one + timedelta(days=7 * (course.week - 1))
    return [_day(course, first + timedelta(days=number)) for number in range(7)]


def _day(course: ParticipantCourse, day: date) -> Day:
    writable = day in course.diary_days()
    if course.entry(day):
        state = WeekDay.DONE
    elif writable:
        state = WeekDay.OPEN
    else:
        state = WeekDay.AHEAD if day > course.today else WeekDay.NONE
    return Day(day, state, day == course.today, writable)


def _questionnaires(course: ParticipantCourse) -> list[Task]:
    if "assessments" not in course.components or course.study.locked_at is not None:
        return []
    return [
        Task(
            Step.QUESTIONNAIRE,
            minutes_for(course.instruments[key]),
            visit=state,
            instrument=course.instruments[key],
        )
        for state in due(course.visits)
        for key in state.instruments_left
        if course.ready(key)
    ]


def _goals(course: ParticipantCourse) -> list[Task]:
    return [Task(Step.GOALS, ABOUT_GOALS_MIN)] if course.goals_due() else []


def _lesson(course: ParticipantCourse) -> list[Task]:
    state = progression.current(course.states)
    if state is None or course.over:  # after the end lessons stay open, and nothing asks for them
        return []
    module = course.module(state.key)
    ticked = course.record.lessons.get(module.key, {})
    lesson = next((each for each in module.lessons if each.key not in ticked), None)
    if lesson is None:
        return []
    return [Task(Step.LESSON, lesson.minutes, module=module, lesson=lesson)]


def _exercises(course: ParticipantCourse) -> list[Task]:
    """Return the exercises of a day on which an entry is due or written; weekly, of any day."""
    weekly = course.protocol.diary.mode == "weekend"
    asked = course.week is not None if weekly else course.diary_due() is not None
    written = not asked and course.entry(course.today) is not None
    exercises = tuple(course.exercises_today())
    if "diary" not in course.components or not exercises or not (asked or written):
        return []
    minutes = steps.minutes_of(exercises) + A_DIARY_MIN
    return [Task(Step.EXERCISES, minutes, exercises=exercises, written=written)]

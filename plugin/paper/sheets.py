"""The paper diary of one participant, one page a week, as a PDF that needs nothing else."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, render_template
from flask_babel import gettext as _

from modules.course.curriculum import Exercise
from modules.diary.slots import SATURDAY
from plugin import filters, printing
from plugin.patient.course import ParticipantCourse
from plugin.tool import current_tool

EMPTY_ROWS = 2
"""Lines for exercises that are not on the list."""


@dataclass(frozen=True)
class Sheet:
    """One week on one page. `columns`: heading and day of each; the day is written by hand."""

    week: int
    begins: date
    columns: tuple[str, ...]
    exercises: tuple[tuple[Exercise, str], ...]
    """(exercise, its dose in words)."""

    @property
    def ends(self) -> date:
        """Last day of the week."""
        return self.begins + timedelta(days=6)


def sheets(course: ParticipantCourse) -> list[Sheet]:
    """Return the weeks from now to the last one; all of them before the programme begins."""
    if course.day_one is None:
        return []
    first = course.week or 1
    return [_sheet(course, week) for week in range(first, course.protocol.duration_weeks + 1)]


def answer(course: ParticipantCourse) -> Response:
    """Return the sheets as a PDF to download, named after the participant's code.

    Raises TooManyDrawn.
    """
    page = render_template(
        "paper/sheets.html",
        course=course,
        sheets=sheets(course),
        mode=course.protocol.diary.mode,
        code=course.participant.code,
        clinic=current_tool().settings.clinic_name,
        numbers=course.safety.shown_numbers(),
        empty_rows=EMPTY_ROWS,
    )
    name = _("diary_%(code)s", code=course.participant.code)
    return printing.answer(page, f"{name}.pdf")


def _sheet(course: ParticipantCourse, week: int) -> Sheet:
    assert course.day_one is not None  # noqa: S101 - `sheets` has asked
    begins = course.day_one + timedelta(days=7 * (week - 1))
    return Sheet(week, begins, tuple(_columns(course, begins)), tuple(_exercises(course, week)))


def _columns(course: ParticipantCourse, begins: date) -> list[str]:
    plan = course.protocol.diary
    days = [begins + timedelta(days=number) for number in range(7)]
    if plan.mode == "weekend":
        saturday = next(day for day in days if day.weekday() == SATURDAY)
        return [_("The whole week, until the weekend of %(day)s", day=filters.long_date(saturday))]
    if plan.mode == "session":
        return [_("Session %(number)d", number=n + 1) for n in range(plan.sessions_per_week)]
    return [f"{filters.weekday_short(day)} {filters.short_date(day)}" for day in days]


def _exercises(course: ParticipantCourse, week: int) -> list[tuple[Exercise, str]]:
    """Return the exercises of a week as they are planned; modules may still open later."""
    return [(each, each.dose.summary(course.locale)) for each in course.exercises_of_week(week)]

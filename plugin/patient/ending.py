"""The end: how it went in the own values, what to go on with, and a sheet to keep.

Every arm has its own ending, alike in form: a part is there where the arm has what it speaks of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from modules.course import maintenance as rules
from modules.course.curriculum import Exercise
from modules.course.maintenance import Maintenance
from modules.errors import InvalidEntry, NotFound
from modules.safety.texts import StopOrder
from modules.services import maintenance
from modules.study.goals import Goal
from modules.study.measures import WEEK
from modules.study.schedule import VisitStatus
from plugin import printing
from plugin.forms import Form, TickListField, WholeNumber, options
from plugin.patient import progress
from plugin.patient.course import ParticipantCourse, current_course
from plugin.patient.progress import Trend
from plugin.tool import current_tool

STILL_ASKED = frozenset({VisitStatus.DUE, VisitStatus.UPCOMING})


@dataclass(frozen=True, slots=True)
class Done:
    """What the diary says of the whole programme."""

    days: int
    minutes: int
    most: tuple[tuple[Exercise, int], ...]
    """What was done most often, with on how many days."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Everything on the page and on the sheet; a part that the arm does not have is empty."""

    ended_on: date
    trends: Sequence[Trend]
    """Outcomes with a first and a last value, none while one waits to be answered."""
    asks: bool
    """Whether a questionnaire still waits or is still to come."""
    done: Done | None
    goals: Sequence[Goal]
    offered: Sequence[Exercise]
    plan: Maintenance | None

    @property
    def chosen(self) -> list[Exercise]:
        """The exercises of the plan that may still be done."""
        kept = self.plan.exercises if self.plan else ()
        return [each for each in self.offered if each.id in kept]


class MaintenanceForm(Form):
    """What to go on with, and how often."""

    exercises = TickListField(_l("Which exercises?"))
    days_a_week = WholeNumber(
        _l("How many days a week?"), rules.FEWEST_DAYS, rules.MOST_DAYS, needed=True
    )


def has_ended(course: ParticipantCourse) -> bool:
    """Say whether the last day of the programme has come."""
    return course.day_one is not None and course.today >= _last_day(course)


def ending() -> ResponseReturnValue:
    """How it went, what to go on with, what stays open. Raises NotFound before the last day."""
    course, found = _reached()
    return _page(course, found, _form(course, found))


def choose_plan() -> ResponseReturnValue:
    """Keep what to go on with; a wrong form comes back with its faults."""
    course, found = _reached()
    form = _form(course, found)
    offered = [each.id for each in found.offered]
    if form.validate():
        try:
            maintenance.choose(
                g.session,
                course.participant_id,
                form.exercises.data or [],
                form.days_a_week.data,
                offered,
                course.now,
            )
        except InvalidEntry as fault:
            words = _("Please choose %(most)d at most.", most=rules.MOST_EXERCISES)
            form.add_errors(fault.fields, {"too_many_exercises": words})
        else:
            flash(_("Your plan is saved. It is yours: change it when you like."), "good")
            return redirect(url_for("patient.ending"), 303)
    return _page(course, found, form), 422


def ending_sheet() -> Response:
    """The sheet to keep. Raises NotFound before the last day, TooManyDrawn."""
    course, found = _reached()
    page = render_template(
        "patient/ending_sheet.html",
        course=course,
        ending=found,
        code=course.participant.code,
        clinic=current_tool().settings.clinic_name,
        signs=course.safety.signs_of(StopOrder.EMERGENCY),
        order=course.safety.order(StopOrder.EMERGENCY),
        numbers=course.safety.shown_numbers(),
    )
    name = _("how_it_went_%(code)s", code=course.participant.code)
    return printing.answer(page, f"{name}.pdf")


def _reached() -> tuple[ParticipantCourse, Ending]:
    course = current_course()
    if not has_ended(course):
        raise NotFound
    follows = "programme" in course.components
    plan = maintenance.current(g.session, course.participant_id) if follows else None
    return course, Ending(
        ended_on=_last_day(course),
        trends=[each for each in progress.outcomes(course) if len(each.values) > 1],
        asks=any(
            state.status in (VisitStatus.DUE, VisitStatus.UPCOMING) for state in course.visits
        ),
        done=_done(course) if "diary" in course.components else None,
        goals=course.goals,
        offered=_offered(course, plan) if follows and not course.locked else [],
        plan=plan,
    )


def _last_day(course: ParticipantCourse) -> date:
    assert course.day_one is not None  # noqa: S101 - `has_ended` has asked
    return course.day_one + timedelta(days=WEEK * course.protocol.duration_weeks - 1)


def _offered(course: ParticipantCourse, plan: Maintenance | None) -> list[Exercise]:
    """Return what may be gone on with: the last week's list, what was done, what was chosen."""
    kept = {each.id for each in course.exercises_of_week(course.protocol.duration_weeks)}
    kept.update(each for entry in course.record.diary for each in entry.exercises)
    kept.update(plan.exercises if plan else ())
    return [each for each in course.own_exercises() if each.id in kept]


def _done(course: ParticipantCourse) -> Done:
    diary = course.record.diary
    known = {each.id: each for each in course.own_exercises()}
    most = rules.most_done([each.exercises for each in diary], list(known))[: rules.SUGGESTED]
    return Done(
        len({each.day for each in diary}),
        sum(each.minutes or 0 for each in diary),
        tuple((known[key], count) for key, count in most),
    )


def _form(course: ParticipantCourse, found: Ending) -> MaintenanceForm:
    most = found.done.most if found.done else ()
    begins = found.plan or Maintenance(
        tuple(each.id for each, _count in most), rules.USUAL_DAYS, course.today
    )
    form = MaintenanceForm.sent(exercises=list(begins.exercises), days_a_week=begins.days_a_week)
    names = ((each.id, each.name.get(course.locale)) for each in found.offered)
    form.exercises.choices = options(names)
    return form


def _page(course: ParticipantCourse, found: Ending, form: Form) -> str:
    return render_template("patient/ending.html", course=course, ending=found, form=form)

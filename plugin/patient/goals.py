"""Goals in the participant's own words: setting them, and saying again how well it goes."""

import uuid

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from modules.errors import InvalidEntry, TooLate
from modules.services import goals as goal_service
from modules.study import goals as rules
from plugin.forms import FAULTS, Answered, Form, ScaleField
from plugin.patient.course import ParticipantCourse, current_course


class GoalForm(Form):
    """A new goal, and how well it goes on the day on which it is set."""

    words = StringField(
        _l("What do you want to do again?"),
        [Answered(), Length(max=rules.LONGEST_GOAL, message=FAULTS["too_long"])],
    )
    value = ScaleField(_l("How well can you do it today?"), needed=True)


def rating_form(course: ParticipantCourse) -> type[Form]:
    """Return the form with a scale for each goal, in its own words; what is asked is needed."""
    asked = course.goals_due()
    fields = {
        name_of(each.id): ScaleField(each.words, needed=each in asked) for each in course.goals
    }
    return type("RatingForm", (Form,), fields)


def name_of(goal_id: uuid.UUID) -> str:
    """Return the name of the field of a goal."""
    return f"goal-{goal_id.hex}"


def goals() -> str:
    """Show the goals with their answers, what is asked today, and a new one where there is room."""
    course = current_course()
    return _page(course, GoalForm(), rating_form(course)())


def set_goal() -> Response | tuple[str, int]:
    """Set a goal; a wrong form comes back with its faults. Raises TooLate outside the programme."""
    course = current_course()
    form = GoalForm.sent()
    if course.week is None:
        raise TooLate
    if not form.validate():
        return _page(course, form, rating_form(course)()), 422
    try:
        goal_service.set_goal(
            g.session, course.participant_id, form.words.data, form.value.data, course.now
        )
    except InvalidEntry as fault:
        form.add_errors(fault.fields)
        return _page(course, form, rating_form(course)()), 422
    flash(_("Your goal is saved."), "good")
    return redirect(url_for("patient.goals"), 303)


def rate() -> Response | tuple[str, int]:
    """Keep what was answered about the goals. Raises TooLate where nothing is asked."""
    course = current_course()
    form = rating_form(course).sent()
    if not form.validate():
        return _page(course, GoalForm(), form), 422
    said = {each.id: form[name_of(each.id)].data for each in course.goals}
    values = {goal_id: value for goal_id, value in said.items() if value is not None}
    if not values or course.protocol.goals is None:
        raise TooLate
    goal_service.rate(g.session, course.participant_id, course.protocol.goals, values, course.now)
    flash(_("Your answer is saved. Thank you."), "good")
    return redirect(url_for("patient.home"), 303)


def set_aside(goal_id: uuid.UUID) -> Response:
    """Set a goal aside. Raises NotFound for one that is not theirs."""
    course = current_course()
    goal_service.set_aside(g.session, course.participant_id, goal_id, course.now)
    flash(_("The goal is set aside. What you answered about it stays."), "good")
    return redirect(url_for("patient.goals"), 303)


def _page(course: ParticipantCourse, form: GoalForm, ratings: Form) -> str:
    return render_template(
        "patient/goals.html",
        course=course,
        form=form,
        ratings=ratings,
        asked=[ratings[name_of(each.id)] for each in course.goals_due()],
        most=rules.MOST_GOALS,
    )

"""All exercises a participant may look at, by name and position, with the own favourites on top."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from modules.course import finding
from modules.errors import ExercisesPaused
from modules.services import favourites
from plugin.forms import Form
from plugin.patient.course import current_course

LONGEST_SEARCH = 60
"""So many characters of what is looked for are read."""


class FavouriteForm(Form):
    """Whether an exercise is to be a favourite."""

    favourite = HiddenField()
    """`yes`; anything else takes the mark off."""


def exercises() -> str:
    """Show the exercises, or those whose name holds what is looked for. Raises ExercisesPaused."""
    course = current_course()
    if course.locked:
        raise ExercisesPaused
    looked_for = request.args.get("name", "").strip()[:LONGEST_SEARCH]
    own = course.own_exercises()
    found = finding.named(own, looked_for, course.locale)
    marked = favourites.of(g.session, course.participant_id)
    return render_template(
        "patient/exercises.html",
        course=course,
        any_at_all=bool(own),
        looked_for=looked_for,
        found=found,
        marked=[each for each in found if each.id in marked],
        shelves=finding.by_position(found),
        todays={each.id for each in course.exercises_today()},
    )


def favourite(exercise_id: str) -> Response:
    """Make an exercise a favourite, or no longer. Raises NotFound, ModuleLocked."""
    course = current_course()
    shown = course.exercise(exercise_id)
    wanted = FavouriteForm.sent().favourite.data == "yes"
    favourites.mark(g.session, course.participant_id, shown.id, wanted, course.now)
    return redirect(url_for("patient.exercise", exercise_id=shown.id), 303)

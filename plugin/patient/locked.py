"""The page of a module that is shut: why it is, and when it opens."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from modules.course.progression import ModuleState
from modules.errors import ModuleLocked
from plugin import errors
from plugin.patient.course import ParticipantCourse, current_course


def titles(course: ParticipantCourse) -> dict[str, str]:
    """Return the titles of the protocol's modules by key."""
    return {s.key: course.module(s.key).title.get(course.locale) for s in course.states}


def page(error: ModuleLocked) -> ResponseReturnValue:
    """Say why a module's page is shut and when it opens; a script gets the plain error."""
    course, asked = current_course(), request.view_args or {}
    state = _state_asked(course, asked.get("module_key"), asked.get("exercise_id"))
    if state is None or request.accept_mimetypes.best == "application/json":
        return errors.course_error(error)
    page = render_template(
        "patient/locked.html",
        course=course,
        state=state,
        module=course.module(state.key),
        titles=titles(course),
    )
    return page, 403


def _state_asked(
    course: ParticipantCourse, module_key: str | None, exercise_id: str | None
) -> ModuleState | None:
    """Return the module asked for, or the first one that holds the exercise asked for."""
    holding = (s for s in course.states if exercise_id in course.module(s.key).exercises)
    named = next((s for s in course.states if s.key == module_key), None)
    return named or next(holding, None)

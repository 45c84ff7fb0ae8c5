"""The questions at the end of a module, to see what stayed. Nothing is kept."""

from collections.abc import Mapping

from flask import render_template, request

from plugin.patient.course import current_course


def quiz(module_key: str) -> str:
    """Show the questions. Raises ModuleLocked before the module's time."""
    return _page(module_key, {})


def checked(module_key: str) -> str:
    """Show the questions again with what is right and why."""
    return _page(module_key, request.form)


def _page(module_key: str, answers: Mapping[str, str]) -> str:
    course = current_course()
    module = course.open_module(module_key)
    right = sum(answers.get(question.key) == question.right for question in module.quiz)
    return render_template(
        "patient/quiz.html",
        course=course,
        module=module,
        answers=answers,
        sent=bool(answers),
        right=right,
    )

"""The questions at the end of a module, to see what stayed. Nothing is kept."""

from flask import render_template

from modules.course.curriculum import Module
from plugin.forms import Form, RadioField
from plugin.patient.course import current_course


def quiz(module_key: str) -> str:
    """Show the questions; once they were answered, with what is right and why.

    Raises ModuleLocked before the module's time.
    """
    course = current_course()
    module = course.open_module(module_key)
    form = quiz_form(module, course.locale).sent()
    return render_template(
        "patient/quiz.html",
        course=course,
        module=module,
        form=form,
        right=sum(form[question.key].data == question.right for question in module.quiz),
    )


def quiz_form(module: Module, locale: str) -> type[Form]:
    """Return the form of a module's questions; none must be answered."""
    fields = {
        each.key: RadioField(
            each.question.get(locale),
            choices=[(choice.key, choice.text.get(locale)) for choice in each.choices],
        )
        for each in module.quiz
    }
    return type("QuizForm", (Form,), fields)

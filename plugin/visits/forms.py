"""The forms by which the clinic enters, enters again, corrects and settles a questionnaire."""

from collections.abc import Callable, Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Optional

from modules.outcomes.comparison import Difference
from modules.outcomes.questionnaire import Item
from modules.services.assessments import CorrectionReason
from modules.text import LabelledEnum
from plugin import i18n
from plugin.assessment_form import AssessmentForm
from plugin.forms import FAULTS, Answered, Form, RadioField, labelled


class Mode(LabelledEnum):
    """How the answers were given."""

    INTERVIEW = (
        "interview",
        "Hice las preguntas y anoté las respuestas",
        "I asked the questions and noted the answers",
    )
    PAPER = (
        "paper",
        "Las copio de un formulario en papel",
        "I copy them from a form on paper",
    )


OFFERED = [each for each in CorrectionReason if each is not CorrectionReason.SECOND_ENTRY]
"""Why somebody corrects a form; a second entry corrects by itself."""

FIRST, SECOND = "first", "second"


class EntryForm(AssessmentForm):
    """A questionnaire as it is read out, or copied from paper."""

    mode = RadioField(
        _l("How were the answers given?"), [Optional()], choices=labelled(Mode), id="f-mode"
    )
    answered_on = DateField(
        _l("Day written on the paper"),
        [Optional()],
        invalid_value_message=FAULTS["not_a_day"],
        id="f-answered_on",
    )


class CorrectionForm(AssessmentForm):
    """A completed questionnaire, and why it is corrected."""

    reason = RadioField(
        _l("Why is it corrected?"), [Answered()], choices=labelled(OFFERED), id="f-reason"
    )


def settle_form(differing: Iterable[Difference], said: Callable[[Item, object], str]) -> type[Form]:
    """Return the form that asks, of each question that differs, which entry the paper bears out.

    `said`: an answer in words.
    """
    fields = {
        each.item.key: RadioField(
            each.item.topic.get(i18n.language()),
            [Answered()],
            choices=[
                (FIRST, _l("First entry: %(said)s", said=said(each.item, each.first))),
                (SECOND, _l("Second entry: %(said)s", said=said(each.item, each.second))),
            ],
        )
        for each in differing
    }
    return type("SettleForm", (Form,), fields)

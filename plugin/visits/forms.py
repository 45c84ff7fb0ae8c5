"""The forms by which the clinic enters, enters again, corrects and settles a questionnaire."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Optional, StopValidation

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


class NeededOfPaper(Answered):
    """Validator: what is asked of a form on paper alone; elsewhere it is not looked at."""

    field_flags = {}

    def __call__(self, form: Form, field: Any) -> None:
        """Stop without a fault where the answers were given in person."""
        if not form.from_paper:
            field.errors = []
            raise StopValidation
        super().__call__(form, field)


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
    paper_language = RadioField(
        _l("Language of the form on paper"),
        [NeededOfPaper()],
        choices=[("es", "Español"), ("en", "English")],
        id="f-paper_language",
    )

    @property
    def language(self) -> str:
        """The language of the form that was answered; empty where this page was read out."""
        return str(self.paper_language.data) if self.from_paper else ""

    @property
    def from_paper(self) -> bool:
        """Whether the answers are copied from a form on paper."""
        return bool(self.mode.data == Mode.PAPER)


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

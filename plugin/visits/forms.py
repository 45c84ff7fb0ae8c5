"""The forms by which the clinic enters, enters again, corrects and settles a questionnaire."""

from collections.abc import Callable, Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Optional

from modules.outcomes.comparison import Difference
from modules.outcomes.questionnaire import Item
from plugin import i18n
from plugin.assessment_form import AssessmentForm
from plugin.forms import FAULTS, Answered, Form, RadioField

INTERVIEW, PAPER = "interview", "paper"
MODES = {
    INTERVIEW: _l("I asked the questions and noted the answers"),
    PAPER: _l("I copy them from a form on paper"),
}
REASONS = {
    "typing_error": _l("It was typed wrongly."),
    "participant_says_so": _l("The participant says it should be otherwise."),
    "unreadable_paper": _l("The paper was hard to read."),
    "query": _l("A question of the study office was answered."),
}
"""Why somebody corrects a form."""

FIRST, SECOND = "first", "second"


class EntryForm(AssessmentForm):
    """A questionnaire as it is read out, or copied from paper."""

    mode = RadioField(
        _l("How were the answers given?"), [Optional()], choices=MODES.items(), id="f-mode"
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
        _l("Why is it corrected?"), [Answered()], choices=REASONS.items(), id="f-reason"
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

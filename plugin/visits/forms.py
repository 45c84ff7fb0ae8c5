"""The forms by which the clinic enters, enters again, corrects and settles a questionnaire."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import DateField, HiddenField
from wtforms.validators import Optional, StopValidation

from modules.outcomes import asking
from modules.outcomes.asking import Way
from modules.outcomes.comparison import Difference
from modules.outcomes.questionnaire import Instrument, Item, Reason
from modules.services.assessments import CorrectionReason
from plugin import i18n
from plugin.assessment_form import AssessmentForm
from plugin.filters import label
from plugin.forms import FAULTS, Answered, Form, RadioField, labelled

OFFERED = [each for each in CorrectionReason if each is not CorrectionReason.SECOND_ENTRY]
"""Why somebody corrects a form; a second entry corrects by itself."""

FIRST, SECOND = "first", "second"

EVERY = "every_blank"
"""The field of one reason for all questions that have none of their own."""

NO_REASON = _l("Please say why there is no answer.")


class ModeForm(Form):
    """How the answers of a form were given, a code of `Way`; it decides what else is read."""

    mode = HiddenField()


class EntryForm(AssessmentForm):
    """A questionnaire as it is asked in person, or copied from paper."""

    mode = HiddenField()


class NeededOfPaper(Answered):
    """Validator: what is asked of a form on paper alone; elsewhere it is not looked at."""

    field_flags = {}

    def __call__(self, form: Form, field: Any) -> None:
        """Stop without a fault where the answers were given in person."""
        if form.mode.data != Way.PAPER:
            field.errors = []
            raise StopValidation
        super().__call__(form, field)


class ReviewForm(Form):
    """The last look before a form is locked: why each question without an answer has none.

    `review_form` adds a field for each of them, by the key of the question.
    """

    mode = HiddenField()
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
    silent: tuple[str, ...] = ()
    """The keys of the questions without an answer."""

    @property
    def language(self) -> str:
        """The language of the form that was answered; empty where this page was read out."""
        return str(self.paper_language.data) if self.mode.data == Way.PAPER else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a reason for every question without an answer."""
        super().validate(extra_validators)
        without = [key for key in self.silent if not self[key].errors and not self._reason(key)]
        self.add_errors(dict.fromkeys(without, "no_reason"), {"no_reason": NO_REASON})
        return not self.errors

    def reasons(self) -> dict[str, str]:
        """Return why the questions have no answer."""
        return {key: self._reason(key) for key in self.silent}

    def _reason(self, key: str) -> str:
        every = self[EVERY].data if EVERY in self else None
        return str(self[key].data or every or "")


def review_form(
    instrument: Instrument, way: Way, answers: Mapping[str, object]
) -> type[ReviewForm]:
    """Return the form that asks why each question without an answer has none."""
    words = [(why.value, _why(why)) for why in asking.BLANKS[way]]
    silent = asking.blanks(instrument, answers)
    fields: dict[str, object] = {
        item.key: RadioField(
            item.topic.get(i18n.language()), [Optional()], choices=words, id=f"f-{item.key}"
        )
        for item in silent
    }
    if len(silent) > 1:
        fields[EVERY] = RadioField(
            _l("The same reason for all that have none of their own"),
            [Optional()],
            choices=words,
            id=f"f-{EVERY}",
        )
    return type("ReviewForm", (ReviewForm,), {**fields, "silent": tuple(i.key for i in silent)})


def _why(reason: Reason) -> LazyString:
    return _l("left empty on the paper") if reason is Reason.SKIPPED else LazyString(label, reason)


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

"""A questionnaire as a form: `form_for(instrument, language, base)`, one field for each question.

What an answer is, and what is wrong with one, `outcomes.questionnaire.check` says; here it is given
what was sent, its faults are hung on their questions, and a page shows again what was written.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from wtforms import BooleanField, Field, HiddenField
from wtforms.utils import unset_value

from modules.outcomes.questionnaire import (
    NONE_OF_THESE,
    REASON_SUFFIX,
    Checked,
    Instrument,
    Item,
    Kind,
    Reason,
    check,
)
from plugin import outcomes
from plugin.forms import Form

LONGEST_CODE = 5
"""Signs of a number that may be the code of an answer."""


class AnswerField(Field):
    """The answer to one question (`data`) or the `reason` for none, as it was kept or sent."""

    type = "AnswerField"

    def __init__(self, item: Item, language: str, **named: Any) -> None:
        super().__init__(item.topic.get(language), id=f"f-{item.key}", **named)
        self.item = item
        self.reason: str | None = None
        self.sent: Mapping[str, list[str]] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take what was sent, else what was kept."""
        self.process_errors, self.errors = [], []
        names = (self.name, self.name + REASON_SUFFIX)
        if formdata is not None:
            self.sent = {name: formdata.getlist(name) for name in names}
            self.hold(self._written([word for name in names for word in self.sent[name] if word]))
        else:
            self.hold(None if data is unset_value else data)

    def hold(self, value: object) -> None:
        """Hold one value: an answer, or the code of the reason for none.

        Several marks are no answer where the question takes one.
        """
        if isinstance(value, list | tuple) and not self.item.several:
            value = None
        is_reason = self.item.kind is not Kind.TEXT and value in list(Reason)
        self.data = None if is_reason else value
        self.reason = str(value) if is_reason else None

    def _written(self, words: list[str]) -> object:
        """Return what somebody wrote, right or wrong, as the page shows it again."""
        if self.item.kind is Kind.TEXT:
            return words[0] if words else None
        codes = [int(w) if w.isdecimal() and len(w) <= LONGEST_CODE else w for w in words]
        if len(codes) > 1 and self.item.several:
            return codes
        return codes[0] if codes else None

    def marked(self, code: int) -> bool:
        """Whether a choice is ticked."""
        return code in self.marks

    @property
    def marks(self) -> tuple[object, ...]:
        """The choices ticked, the first one first; `(None,)` without one."""
        return tuple(self.data) if isinstance(self.data, list | tuple) else (self.data,)

    @property
    def settled(self) -> bool:
        """Whether there is an answer or a reason for none."""
        return self.data is not None or self.reason is not None


class AssessmentForm(Form):
    """What every questionnaire has; `form_for` adds the questions.

    `checked`: what the rules made of the questions that were looked at by `validate`.
    """

    instrument: Instrument
    checked = Checked({}, {}, {})
    seen = HiddenField()
    """Filled once the note on odd answers was shown: the second time they are saved."""

    @property
    def questions(self) -> list[AnswerField]:
        """The fields of the questions, in their order."""
        return [self[item.key] for item in self.instrument.items]

    def process(self, *given: Any, **named: Any) -> None:
        """Take what was sent or kept; where no sentence was ticked, «none of these» was."""
        super().process(*given, **named)
        ticks = [each.data for each in self.questions if each.item.kind is Kind.TICK]
        if ticks and not any(each.sent for each in self.questions):
            self[NONE_OF_THESE].data = all(tick == 0 for tick in ticks)

    def asked(self) -> Collection[str]:
        """Return the keys of the questions that are looked at: all of them."""
        return [item.key for item in self.instrument.items]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the questions asked by the rules of the questionnaire."""
        super().validate(extra_validators)
        sent = {name: value for each in self.questions for name, value in each.sent.items()}
        if NONE_OF_THESE in self:
            sent[NONE_OF_THESE] = self[NONE_OF_THESE].raw_data
        self.checked = check(self.instrument, sent, self.asked())
        self.add_errors(self.checked.errors)
        for key, value in {**self.checked.answers, **self.checked.reasons}.items():
            self[key].hold(value if value is not Reason.SKIPPED else None)
        return not self.errors

    def answers(self) -> dict[str, object]:
        """Return the answers, by question."""
        return {each.name: each.data for each in self.questions if each.data is not None}

    def reasons(self) -> dict[str, str]:
        """Return why the other questions have no answer."""
        silent = [each for each in self.questions if each.data is None]
        return {each.name: each.reason or Reason.SKIPPED.value for each in silent}

    def odd(self) -> list[str]:
        """Return the notes on answers that do not fit together, unless they were shown before."""
        return [] if self.seen.data else outcomes.odd_answers(self.instrument, self.answers())


FormT = TypeVar("FormT", bound=AssessmentForm)


def form_for(instrument: Instrument, language: str, base: type[FormT]) -> type[FormT]:
    """Return the class of a questionnaire's form, with the fields of `base` besides."""
    fields: dict[str, object] = {item.key: AnswerField(item, language) for item in instrument.items}
    if any(item.kind is Kind.TICK for item in instrument.items):
        fields[NONE_OF_THESE] = BooleanField("", id=f"f-{NONE_OF_THESE}")
    return type("QuestionnaireForm", (base,), {**fields, "instrument": instrument})

"""The base of all forms and the fields that only a clinical form has.

Words of a fault are chosen here, once, so that every form says what is wrong and what to do.
What a browser sends is read here alone, as a form (`Form.sent`). Forged requests are refused for
the whole app (`plugin.web`); the forms themselves carry no token.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Self

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import DecimalField, IntegerField, SelectChoice, SelectMultipleField
from wtforms import Form as WtForm
from wtforms import RadioField as WtRadioField
from wtforms import SelectField as WtSelectField
from wtforms.validators import NumberRange, Optional, StopValidation

from modules.text import LabelledEnum
from plugin.filters import label

MOST_SIGNS = 30
"""Signs of a number somebody may have meant."""
WHOLE = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?\d+([.,]\d{1,2})?")
"""Three places after a comma may be thousands as well as thousandths: asked again, not guessed."""

FAULTS = {
    "required": _l("Please give an answer."),
    "out_of_range": _l("This number is outside the possible range."),
    "not_an_integer": _l("Please write a whole number."),
    "not_a_decimal": _l("Please write a number such as 64.5, without a unit."),
    "unknown": _l("This choice is no longer offered. Please choose again."),
    "needs_minutes": _l("You ticked exercises: how many minutes did they take?"),
    "too_long": _l("This text is too long. Please shorten it."),
    "several_answers": _l("Please choose only one answer."),
    "no_link": _l("Please write an address that begins with https://"),
    "not_ahead": _l("This day has begun. Please choose a later one."),
    "in_past": _l("This moment has passed. Please choose a later one."),
    "no_video": _l("This file is no MP4 or WebM video."),
    "codec": _l("Not every phone plays this video. Export it as MP4 with H.264."),
    "no_duration": _l("This video does not say how long it is. Export it again as MP4."),
    "damaged": _l("This video is damaged or cut off. Export it again."),
    "too_large": _l("This file is too large. Export it smaller or shorter."),
    "too_long_film": _l("This video is too long for this place. Please shorten it."),
    "no_captions": _l("This file has no WebVTT captions (it begins with the word WEBVTT)."),
    "too_many_goals": _l("Three goals are enough. Set one aside to choose another."),
    "no_marks": _l("Please choose at least one answer."),
    "not_text": _l("Please write your answer as text."),
    "unprintable": _l("This text has signs that cannot be saved. Please write it again."),
    "answer_and_reason": _l("Choose either an answer or “I prefer not to answer”, not both."),
    "reason_not_offered": _l("Please choose one of the answers shown."),
    "unanswered": _l("Please choose an answer, or “I prefer not to answer”."),
    "not_a_day": _l("Please write the day as it is on the calendar."),
    "contradiction": _l("You ticked sentences and also “none of these”. Please keep only one."),
}


def fault_words(code: str) -> str:
    """Return what a fault code of the rules means to the person at the form."""
    return str(FAULTS.get(code) or _("This answer cannot be saved as it is. Please check it."))


def formdata() -> MultiDict[str, Any] | None:
    """Return the fields and files that came with this request; None where nothing was sent."""
    if request.method != "POST":
        return None
    return CombinedMultiDict([request.files, request.form])


class Form(WtForm):
    """A form whose faults may also come from the rules (`InvalidEntry.fields`)."""

    class Meta:
        """The words of WTForms itself are said in the reader's language too."""

        @property
        def locales(self) -> tuple[str, ...]:
            """The language of this request; English outside of one."""
            return (str(get_locale() or "en"),)

    @classmethod
    def sent(cls, **begins: Any) -> Self:
        """Return the form as it was sent; where it is only shown, as it `begins`."""
        return cls(formdata(), **begins)

    def add_errors(
        self, faults: Mapping[str, str], words: Mapping[str, object] | None = None
    ) -> None:
        """Hang fault codes found by the rules on the fields they belong to, else on the form.

        `words`: what a code means in this form, where that is more than `fault_words` says.
        """
        for name, code in faults.items():
            said = str((words or {}).get(code) or fault_words(code))
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, said]
            else:
                self.form_errors.append(said)


class Answered:
    """Validator: an answer is needed (zero is one, an empty tick is none)."""

    field_flags = {"required": True}

    def __init__(self, words: Any = FAULTS["required"]) -> None:
        self.words = words

    def __call__(self, form: Form, field: Any) -> None:
        """Stop with our words when nothing was sent."""
        if field.data is None or field.data is False or field.data in ("", []):
            field.errors = []
            raise StopValidation(str(self.words))


class _Number:
    """What whole and decimal numbers share: bounds, and a text read as it stands or refused."""

    shape: re.Pattern[str]
    fault: str

    def __init__(self, label: Any, low: int, high: int, *, needed: bool = False, **kwargs: Any):
        self.low, self.high = low, high
        bounds = NumberRange(low, high, _l("Please write a number from %(min)s to %(max)s."))
        super().__init__(label, [Answered() if needed else Optional(), bounds], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number; anything else is a fault, never rounded or cut."""
        written = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not written:
            return
        # The bounds are compared as floats, which end somewhere.
        if len(written) > MOST_SIGNS or not self.shape.fullmatch(written):
            raise ValueError(fault_words(self.fault))
        self.data = self.number(written)

    def number(self, written: str) -> Any:
        """Return the number that a text of this shape is."""
        return int(written)


class WholeNumber(_Number, IntegerField):
    """A whole number from `low` to `high`; an empty field is None unless it must be answered."""

    type = "IntegerField"
    shape, fault = WHOLE, "not_an_integer"


class DecimalNumber(_Number, DecimalField):
    """A number with up to two decimals after a point or a comma, from `low` to `high`."""

    type = "DecimalField"
    shape, fault = DECIMAL, "not_a_decimal"

    def number(self, written: str) -> Decimal:
        """Return the number, whichever of the two signs was written."""
        return Decimal(written.replace(",", "."))


class VasField(WholeNumber):
    """Pain or similar on a line, 0-100 mm. An untouched line is None: a missing answer."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, 0, 100, **kwargs)


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return (value, words) pairs as the choices of a field."""
    return [SelectChoice(value, words) for value, words in pairs]


def labelled(codes: Iterable[LabelledEnum]) -> list[tuple[str, LazyString]]:
    """Return codes with their labels as (value, words) pairs, in the reader's language."""
    return [(code.value, LazyString(label, code)) for code in codes]


class RadioField(WtRadioField):
    """One of several choices, given as (value, words) pairs."""

    type = "RadioField"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        choices: Iterable[tuple[Any, Any]] = (),
        **kwargs: Any,
    ):
        kwargs.setdefault("invalid_choice_message", FAULTS["unknown"])
        super().__init__(label, validators, choices=options(choices), **kwargs)


class SelectField(WtSelectField):
    """One choice of a longer list, given as (value, words) pairs."""

    type = "SelectField"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        choices: Iterable[tuple[Any, Any]] = (),
        **kwargs: Any,
    ):
        kwargs.setdefault("invalid_choice_message", FAULTS["unknown"])
        super().__init__(label, validators, choices=options(choices), **kwargs)


class ScaleField(RadioField):
    """One of the numbers 0-10; None when nothing was chosen."""

    def __init__(self, label: Any, *, needed: bool = False, **kwargs: Any):
        choices = [(number, str(number)) for number in range(11)]
        validators = [Answered() if needed else Optional()]
        super().__init__(label, validators, choices=choices, coerce=_number_or_none, **kwargs)

    type = "RadioField"

    def pre_validate(self, form: Form) -> None:
        """Accept no answer at all; RadioField alone would call it a wrong choice."""
        if self.data is not None:
            super().pre_validate(form)


class Cr10Field(ScaleField):
    """Perceived effort, Foster's CR10, 0-10; None when nothing was chosen."""


class TickListField(SelectMultipleField):
    """Several boxes to tick; none is an answer too."""

    type = "TickListField"

    def __init__(self, label: Any, choices: Iterable[tuple[str, Any]] = (), **kwargs: Any):
        super().__init__(label, choices=options(choices), **kwargs)

    def pre_validate(self, form: Form) -> None:
        """Refuse values that were not offered."""
        offered = {choice.value for choice in self.choices}
        if not set(self.data or []) <= offered:
            raise StopValidation(fault_words("unknown"))


def _number_or_none(value: Any) -> int | None:
    return None if value in (None, "", "None") else int(value)

"""The forms of the patient's pages."""

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FloatField, HiddenField, TextAreaField
from wtforms.validators import Length, Optional

from modules.diary import entry as diary
from modules.diary.amounts import is_unusual
from modules.diary.slots import Slot
from modules.outcomes.questionnaire import Item, Reason
from modules.safety.symptoms import Symptom
from modules.services.assessments import Means
from modules.study.protocol import DiaryPlan
from modules.text import LabelledEnum
from plugin.assessment_form import AssessmentForm
from plugin.forms import (
    FAULTS,
    Answered,
    Cr10Field,
    Form,
    RadioField,
    TickListField,
    VasField,
    WholeNumber,
    fault_words,
    labelled,
)
from plugin.patient import amounts
from plugin.patient.amounts import AmountField, Offered

REVIEW = "review"
"""The place after the last question."""

INPUT_MODES = ("pointer", "keyboard", "number")


class AnswersForm(AssessmentForm):
    """A questionnaire as a participant fills it: on one page, or one question after the other."""

    q = HiddenField()
    """The place of the one question that was shown, from 1; or the review."""
    go = HiddenField()
    """`later` where the form is left to go on another time."""
    input_mode = HiddenField()
    device_width_px = HiddenField()
    only: Item | None = None
    """The one question that is looked at; None for all of them."""

    @property
    def leaves(self) -> bool:
        """Whether the participant goes on later."""
        return bool(self.go.data == "later")

    def asked(self) -> Collection[str]:
        """Return the keys of the questions that are looked at."""
        return [self.only.key] if self.only else super().asked()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the questions asked; one without an answer counts unless the form is left."""
        super().validate(extra_validators)
        if not self.leaves:
            silent = [key for key, why in self.checked.reasons.items() if why is Reason.SKIPPED]
            needed = [key for key in silent if not self[key].item.optional]
            self.add_errors(dict.fromkeys(needed, "unanswered"))
        return not self.errors

    def means(self) -> Means:
        """Return how the screen says it was answered; what it does not know stays unsaid."""
        mode, width = self.input_mode.data, self.device_width_px.data or ""
        return Means(
            mode if mode in INPUT_MODES else None,
            int(width) if width.isascii() and width.isdigit() and len(width) < 6 else None,
        )


class WhichEntry(Form):
    """Which entry of the diary a form is, and which page of it was shown."""

    client_key = HiddenField()
    occurrence = HiddenField()
    shown_at = HiddenField()
    """When the page was made, so that its doses are known again; ISO 8601."""
    kept = HiddenField()
    """`yes` where a device kept the entry and sends it later."""
    written_at = HiddenField()
    sent_at = HiddenField()
    """When a kept entry was written and is sent, by the device's own clock; ISO 8601."""


class Did(LabelledEnum):
    """How much was done of what was asked for today."""

    ALL = "all", "Todo", "All"
    PART = "part", "Una parte", "Part"
    NOTHING = "nothing", "Nada", "Nothing"


class DiaryEntryForm(WhichEntry):
    """One day of the exercise diary; only the minutes are asked for when exercises were ticked.

    `did` answers for all of them at once: all that the page showed for today (`todays`, ids with
    spaces between), or nothing; otherwise, and on paper, the ticks do.
    """

    did = RadioField(_l("What did you do?"), [Optional()], choices=labelled(Did))
    todays = HiddenField()
    exercises = TickListField(_l("What did you do?"))
    minutes = WholeNumber(_l("Minutes in all"), 0, diary.MOST_MINUTES)
    effort = Cr10Field(_l("How hard was it?"))
    pain_before_mm = VasField(_l("Pain before the exercises"))
    pain_after_mm = VasField(_l("Pain after the exercises"))
    news = RadioField(
        _l("Is anything of this new since you last wrote?"),
        [Optional()],
        choices=[("no", _l("No, nothing new")), ("yes", _l("Yes"))],
    )
    symptoms = TickListField(_l("What is new?"))
    note = TextAreaField(
        _l("Anything you want to tell the team?"),
        [Length(max=diary.LONGEST_NOTE, message=FAULTS["too_long"])],
    )
    offered: Sequence[Offered] = ()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read what was sent; from here on the ticks say what was done."""
        super().process(*args, **kwargs)
        if self.did.data == Did.ALL:
            todays = (self.todays.data or "").split()
            self.exercises.data = list(dict.fromkeys([*todays, *(self.exercises.data or ())]))
        elif self.did.data == Did.NOTHING:
            self.exercises.data, self.minutes.data = [], 0
            self.minutes.process_errors = []

    def amounts(self, exercise_id: str) -> list[AmountField]:
        """Return the number fields of an exercise."""
        asked = next((one.asked for one in self.offered if one.id == exercise_id), {})
        return [self[amounts.name_of(exercise_id, number)] for number in asked]

    def entry(self, slot: Slot) -> diary.DiaryForm:
        """Return what was written, for the rules to check."""
        return diary.DiaryForm(
            day=slot.day,
            occurrence=slot.occurrence,
            exercises=tuple(self.exercises.data or ()),
            minutes=self.minutes.data or 0,
            effort=self.effort.data,
            pain_before_mm=self.pain_before_mm.data,
            pain_after_mm=self.pain_after_mm.data,
            note=(self.note.data or "").strip(),
            symptoms=self._symptoms(),
            amounts=amounts.read(self, self.offered),
            listed=self._listed(),
        )

    def _listed(self) -> tuple[str, ...] | None:
        """Return the list of the day, as far as it is of the course; None where it is not said."""
        known = {one.id for one in self.offered}
        said = self.todays.data
        return None if said is None else tuple(each for each in said.split() if each in known)

    def is_unusual(self) -> bool:
        """Whether far more was done of an exercise than was asked for: it may be a slip."""
        return any(map(is_unusual, amounts.read(self, self.offered).values()))

    def _symptoms(self) -> tuple[str, ...] | None:
        """Return what is new. A tick counts even without the «yes»; a «yes» without a tick too."""
        ticked = tuple(self.symptoms.data or ())
        if ticked:
            return ticked
        return {"yes": (Symptom.UNSAID,), "no": ()}.get(self.news.data or "")

    def key(self) -> uuid.UUID:
        """Return the key that makes the same form sent twice one entry; a new one if it is none."""
        try:
            return uuid.UUID(self.client_key.data or "")
        except ValueError:
            return uuid.uuid4()


def number_of(said: str | None) -> int:
    """Return which entry of its day a form says it is: 1 unless it says otherwise."""
    return int(said) if said and said.isdecimal() and len(said) < 3 else 1


class WeekendEntryForm(DiaryEntryForm):
    """One week of the exercise diary, written at its weekend."""

    exercises = TickListField(_l("What did you do this week?"))
    minutes = WholeNumber(_l("Minutes in the whole week"), 0, 7 * diary.MOST_MINUTES)


class ExerciseSessionForm(DiaryEntryForm):
    """One training session; a day may have several."""

    exercises = TickListField(_l("What did you do in this session?"))
    minutes = WholeNumber(_l("Minutes in all"), 0, diary.MOST_MINUTES)


class StretchesField(Field):
    """The stretches of a film that were played, as JSON: pairs of seconds."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the pairs; without any nothing was played."""
        try:
            pairs = json.loads(valuelist[0]) if valuelist else []
            self.data = [[float(begin), float(end)] for begin, end in pairs]
        except (TypeError, ValueError) as error:
            raise ValueError(fault_words("out_of_range")) from error


class FilmForm(Form):
    """Where a film was left, how long it is, and what of it was played; seconds."""

    position = FloatField(validators=[Answered()])
    duration = FloatField(validators=[Answered()])
    played = StretchesField()


FORMS = {"daily": DiaryEntryForm, "session": ExerciseSessionForm, "weekend": WeekendEntryForm}


def form_of(plan: DiaryPlan, offered: Sequence[Offered]) -> type[DiaryEntryForm]:
    """Return the form by which a protocol's diary is kept, with the exercises it may name."""
    fields: dict[str, object] = {"offered": offered, **amounts.fields_of(offered)}
    return type("EntryForm", (FORMS[plan.mode],), fields)

"""How much of each exercise was done: number fields filled in with the day's own dose.

A ticked exercise is done as prescribed unless its numbers say otherwise; the numbers of one that
is not ticked say nothing. All of it works without a script.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from modules.course import prescription
from modules.course.curriculum import Exercise
from modules.course.dose import Dose
from modules.course.prescription import Prescription
from modules.diary import amounts
from modules.diary.amounts import BOUNDS, Amount
from modules.diary.slots import Slot
from modules.records import care_queries
from modules.records.queries import DiaryFacts
from modules.study import days
from plugin.forms import Form, WholeNumber
from plugin.patient.course import ParticipantCourse

NUMBERS = {
    "sets": _l("Sets"),
    "reps": _l("Repetitions"),
    "hold_s": _l("Seconds held"),
    "minutes": _l("Minutes"),
}
TIMES = _l("Times")
"""What single holds call their sets: 4 times 15 seconds."""

IS_UNUSUAL = _l(
    "Saved: of one exercise, far more than planned. Was that a slip? Then open this day again and"
    " change it."
)


@dataclass(frozen=True)
class Offered:
    """One exercise a diary may name, with the dose of the day the entry is about."""

    id: str
    name: str
    dose: Dose
    asked: Mapping[str, int]


def offered(
    course: ParticipantCourse,
    exercises: Iterable[Exercise],
    slot: Slot,
    shown_at: datetime | None = None,
) -> list[Offered]:
    """Return exercises with what was asked for on that day, as it was on the page the person saw.

    What an entry keeps already stays; otherwise the prescription counts as it stood at the end of
    the day, or when the page was shown (`shown_at`) if that was earlier.
    """
    moment = min(shown_at or course.now, course.now)
    if slot.day < course.today:
        ended = days.start_of(slot.day + timedelta(days=1), course.participant.time_zone)
        moment = min(moment, ended)
    held = _held_at(course, moment)
    before = course.entry(slot.day, slot.occurrence)
    found = []
    for each in exercises:
        dose = prescription.dosed(course.curriculum.exercise(each.id), held).dose
        kept = before.amounts.get(each.id) if before else None
        asked = kept.asked if kept else amounts.asked_of(dose)
        dose = amounts.dosed(dose, asked)
        found.append(Offered(each.id, each.name.get(course.locale), dose, asked))
    return found


def _held_at(course: ParticipantCourse, moment: datetime) -> Prescription:
    """Return the prescription as it stood then; what holds now is known already."""
    care = course.record.care
    if care.prescribed_at is None or care.prescribed_at <= moment:
        return care.prescription
    return care_queries.prescription_at(g.session, course.participant_id, moment)


class IfTicked:
    """Validator: the numbers of an exercise that is not ticked are not looked at."""

    def __init__(self, exercise_id: str):
        self.exercise_id = exercise_id

    def __call__(self, form: Form, field: Any) -> None:
        """Stop without a fault where the exercise is not ticked."""
        if self.exercise_id not in (form["exercises"].data or ()):
            field.errors = []
            raise StopValidation


class AmountField(WholeNumber):
    """A number filled in with what was asked for; a form that does not send it leaves it so."""

    def __init__(self, of: Offered, number: str, **kwargs: Any):
        low, high = BOUNDS[number]
        if not low <= of.asked[number] <= high:
            low, high = min(low, of.asked[number]), max(high, of.asked[number])
        single = number == "sets" and "reps" not in of.asked
        self.short_label = TIMES if single else NUMBERS[number]
        label = f"{of.name}: {self.short_label}"
        super().__init__(label, low, high, default=of.asked[number], **kwargs)
        self.validators = [IfTicked(of.id), *self.validators]
        self.asked = of.asked[number]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; nothing sent is nothing said."""
        if valuelist:
            super().process_formdata(valuelist)


def fields_of(exercises: Iterable[Offered]) -> dict[str, AmountField]:
    """Return the number fields of exercises, by the name of each."""
    return {name_of(one.id, key): AmountField(one, key) for one in exercises for key in one.asked}


def name_of(exercise_id: str, number: str) -> str:
    """Return how a form names one number of an exercise."""
    return f"did-{exercise_id}-{number}"


def values_of(entry: DiaryFacts) -> dict[str, int | None]:
    """Return what an entry says, as the fields take it."""
    return {
        name_of(key, number): value
        for key, amount in entry.amounts.items()
        for number, value in amount.done.items()
    }


def read(form: Form, exercises: Iterable[Offered]) -> dict[str, Amount]:
    """Return how much was done of each exercise that is ticked."""
    ticked = set(form["exercises"].data or ())
    return {
        one.id: amounts.amount_of(
            one.asked, {key: form[name_of(one.id, key)].data for key in one.asked}
        )
        for one in exercises
        if one.id in ticked
    }

"""The forms of the team's loop."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import Length, Optional

from modules.course import prescription
from modules.course.curriculum import Exercise, Module
from modules.course.levels import HIGHEST, LOWEST
from modules.course.progression import HoldReason, OpenReason, OverrideAction
from modules.records.alert_models import AlertState, ClosingReason
from modules.safety.texts import Contraindication
from modules.services.care import LONGEST_REPLY
from modules.text import LabelledEnum
from plugin.filters import label
from plugin.forms import (
    FAULTS,
    Answered,
    Form,
    RadioField,
    SelectField,
    TickListField,
    WholeNumber,
    labelled,
    options,
)

STEPS = (AlertState.ACKNOWLEDGED, AlertState.CONTACTED, AlertState.CLOSED)
"""The states into which somebody takes an alert."""


class ReplyForm(Form):
    """A reply to a diary: a ready-made sentence, own words, or both."""

    entry = SelectField(_l("About"), [Optional()])
    template = RadioField(_l("Ready-made sentence"), [Optional()])
    words = TextAreaField(_l("Own words"), [Length(max=LONGEST_REPLY, message=FAULTS["too_long"])])
    client_key = HiddenField()
    covers_until = HiddenField()
    action = HiddenField()
    """`read` where there is nothing to answer."""


class MessageForm(Form):
    """One message to several participants: a ready-made sentence, own words, or both."""

    people = TickListField(_l("To"), validators=[Answered(_l("Choose at least one participant."))])
    template = RadioField(_l("Ready-made sentence"), [Optional()])
    words = TextAreaField(_l("Own words"), [Length(max=LONGEST_REPLY, message=FAULTS["too_long"])])
    client_key = HiddenField()
    action = HiddenField()
    """`preview` where it is to be looked at before it is sent."""

    def is_ready(self) -> bool:
        """Say whether it can be sent; what is missing is hung on its field."""
        ready = self.validate()
        if not self.template.data and not (self.words.data or "").strip():
            missing = _l("Choose a sentence or write your own words.")
            self.add_errors({"words": "required"}, {"required": missing})
        return ready and not self.errors


class ReviewerForm(Form):
    """Who of the team answers a diary."""

    reviewer = SelectField(_l("Who answers this diary"))


class TakingOver(LabelledEnum):
    """Why somebody looks after a colleague's participant from now on."""

    STAND_IN = "stand_in", "suplencia", "standing in"
    HAND_OVER = "hand_over", "cambio de responsable", "change of who is responsible"
    URGENT = "urgent", "aviso que no espera", "an alert that cannot wait"


class TakeOverForm(Form):
    """Take over a colleague's participant; the reason is kept."""

    reason = SelectField(_l("Reason"), [Answered()], choices=labelled(TakingOver))


class AlertForm(Form):
    """Take an alert one step on; closing it needs a reason."""

    state = RadioField(_l("State"), choices=[(each, each) for each in STEPS])
    reason = RadioField(
        _l("Close it, because"),
        [Optional()],
        choices=labelled(ClosingReason),
    )


class DirectionForm(Form):
    """Which direction of a module helps this participant."""

    direction = RadioField(_l("Direction"), [Answered()])
    reason = SelectField(_l("Why"), [Answered()])


def direction_form(module: Module, language: str) -> type[DirectionForm]:
    """Return the form of one module with directions; `none` takes a choice back."""
    groups = [(group.key, group.title.get(language)) for group in module.groups]
    choices = [*groups, ("none", _l("Not chosen yet: no exercise of either"))]
    fields = {
        "direction": RadioField(_l("Direction"), [Answered()], choices=choices),
        "reason": _reason(),
    }
    return type("ModuleDirectionForm", (DirectionForm,), fields)


RULE = "rule"
"""The choice that gives a level back to the rule of the protocol."""


class LevelForm(Form):
    """The level of one module, over the rule; `level_form` adds the choices."""

    level = RadioField(_l("Level"), [Answered()])
    reason = SelectField(_l("Why"), [Answered()])


def level_form() -> type[LevelForm]:
    """Return the form by which staff set a level, or leave it to the rule."""
    numbers = [(str(each), str(each)) for each in range(LOWEST, HIGHEST + 1)]
    choices = [(RULE, _l("By the diary, as the protocol says")), *numbers]
    fields = {
        "level": RadioField(_l("Level"), [Answered()], choices=choices),
        "reason": _reason("level"),
    }
    return type("ModuleLevelForm", (LevelForm,), fields)


class HealthForm(Form):
    """What must be kept in mind of a participant's health; `health_form` adds the choices."""

    contraindications = TickListField(_l("Contraindications"))
    reason = SelectField(_l("Why"), [Answered()])


def health_form(known: Iterable[Contraindication], language: str) -> type[HealthForm]:
    """Return the form by which staff tick what is contraindicated for a participant."""
    choices = [(each.code, each.text.get(language)) for each in known]
    fields = {
        "contraindications": TickListField(_l("Contraindications"), choices=choices),
        "reason": _reason("health"),
    }
    return type("ContraindicationsForm", (HealthForm,), fields)


def _reason(of: str = "") -> SelectField:
    """Return the field; `of`: which form it belongs to, where a page has several."""
    pairs = [("", _l("Choose a reason")), *labelled(prescription.ChangeReason)]
    identifier = "-".join(filter(None, ("f", of, "reason")))
    return SelectField(_l("Why"), [Answered()], choices=pairs, id=identifier)


def exercise_form(exercise: Exercise) -> type[Form]:
    """Return the form of one exercise: on the list or not, the numbers of its dose, why."""
    fields: dict[str, object] = {
        "state": RadioField(
            _l("On the list"), [Answered()], choices=labelled(prescription.ExerciseState)
        )
    }
    for name, (low, high) in prescription.numbers_of(exercise.dose).items():
        fields[name] = WholeNumber(LazyString(label, name), low, high, needed=True)
    fields["reason"] = _reason()
    return type("ExerciseForm", (Form,), fields)


class ModuleForm(Form):
    """Open a module before its time, hold it, or go back to the plan."""

    action = RadioField(
        _l("What should happen?"),
        [Answered()],
        choices=[(action.value, LazyString(label, action.offer)) for action in OverrideAction],
    )
    open_reason = SelectField(_l("Why is it opened?"), [Optional()])
    until = DateField(_l("Held until"), [Optional()])
    hold_reason = SelectField(_l("Why is it held? The participant is told."), [Optional()])


def module_form() -> ModuleForm:
    """Return the form with its reasons."""
    form = ModuleForm.sent()
    none = [("", _l("Choose a reason"))]
    form.open_reason.choices = options([*none, *labelled(OpenReason)])
    form.hold_reason.choices = options([*none, *labelled(HoldReason)])
    return form

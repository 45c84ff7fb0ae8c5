"""The forms of the schedule."""

import uuid
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, StringField, TimeField
from wtforms.validators import Length

from modules.study import live_sessions as rules
from plugin.forms import Answered, Form, TickListField, WholeNumber


class GroupForm(Form):
    """One session a week for a group."""

    name = StringField(_l("Name of the group"), [Answered(), Length(max=rules.LONGEST_NAME)])
    begins_on = DateField(_l("Day of the first session"), [Answered()])
    starts = TimeField(_l("Begins at"), [Answered()])
    minutes = WholeNumber(_l("How long?"), rules.SHORTEST, rules.LONGEST, needed=True)
    weeks = WholeNumber(_l("How many weeks?"), 1, rules.MOST_WEEKS, needed=True)
    link = StringField(_l("Address of the meeting"), [Answered(), Length(max=rules.LONGEST_LINK)])
    everyone = BooleanField(_l("Everybody whose programme has live sessions is invited"))


class MoveForm(Form):
    """Another moment for one session."""

    day = DateField(_l("New day"), [Answered()])
    starts = TimeField(_l("New hour"), [Answered()])
    minutes = WholeNumber(_l("How long?"), rules.SHORTEST, rules.LONGEST, needed=True)


class LinkForm(Form):
    """Another address for one session."""

    link = StringField(_l("Address of the meeting"), [Answered(), Length(max=rules.LONGEST_LINK)])


class MembersForm(Form):
    """Who is invited to the sessions of a group."""

    members = TickListField(_l("Invited"))


class AttendanceForm(Form):
    """Who was there; `attendance_form` adds the minutes of each."""

    present = TickListField(_l("Was there"))
    action = HiddenField()
    """`everybody` where all of those invited were there, whatever is ticked."""

    @property
    def is_everybody(self) -> bool:
        """Whether all of those invited were there."""
        return bool(self.action.data == "everybody")

    def said(self, key: uuid.UUID) -> tuple[bool, int | None]:
        """Return whether one participant was there, and for how many minutes if it is known."""
        ticked = self.is_everybody or str(key) in self.present.data
        return ticked, self[minutes_of(key)].data


def minutes_of(key: object) -> str:
    """Return the name of the field with the minutes of one participant."""
    return f"minutes-{key}"


def attendance_form(invited: Mapping[uuid.UUID, str]) -> type[AttendanceForm]:
    """Return the form that asks of each of those invited, by name, whether they were there."""
    fields: dict[str, object] = {
        minutes_of(key): WholeNumber(_l("Minutes of %(name)s", name=name), 0, rules.LONGEST)
        for key, name in invited.items()
    }
    fields["present"] = TickListField(
        _l("Was there"), choices=[(str(key), name) for key, name in invited.items()]
    )
    return type("SessionAttendanceForm", (AttendanceForm,), fields)

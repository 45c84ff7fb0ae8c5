"""The forms of the schedule."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TimeField
from wtforms.validators import Length

from modules.study import live_sessions as rules
from plugin.forms import Answered, Form, WholeNumber


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

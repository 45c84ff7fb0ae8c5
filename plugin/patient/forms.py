"""The forms of the patient's pages."""

import uuid
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from modules import diary
from plugin.forms import FAULTS, Cr10Field, Form, TickListField, VasField, WholeNumber


class DiaryEntryForm(Form):
    """One day of the exercise diary; only the minutes are asked for when exercises were ticked."""

    exercises = TickListField(_l("What did you do?"))
    minutes = WholeNumber(_l("How many minutes in all?"), 0, diary.MOST_MINUTES)
    effort = Cr10Field(_l("How hard was it?"))
    pain_before_mm = VasField(_l("Pain before the exercises"))
    pain_after_mm = VasField(_l("Pain after the exercises"))
    note = TextAreaField(
        _l("Anything you want to tell the team?"),
        [Length(max=diary.LONGEST_NOTE, message=FAULTS["too_long"])],
    )
    client_key = HiddenField()

    def entry(self, day: date) -> diary.DiaryForm:
        """Return what was written, for the rules to check."""
        return diary.DiaryForm(
            day=day,
            exercises=tuple(self.exercises.data or ()),
            minutes=self.minutes.data or 0,
            effort=self.effort.data,
            pain_before_mm=self.pain_before_mm.data,
            pain_after_mm=self.pain_after_mm.data,
            note=(self.note.data or "").strip(),
        )

    def key(self) -> uuid.UUID:
        """Return the key that makes the same form sent twice one entry; a new one if it is none."""
        try:
            return uuid.UUID(self.client_key.data or "")
        except ValueError:
            return uuid.uuid4()

"""Replies of the team, and reminders: consent is given and taken back here, at any time."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, TelField

from modules.course.curriculum import Curriculum
from modules.records import care_queries
from modules.records.care_queries import ReplyFacts
from modules.services import care
from notifications import consent, phones
from notifications.errors import InvalidPhone
from notifications.rows import open_contact
from plugin import reminders
from plugin.forms import Answered, Form
from plugin.patient.course import Course, current_course
from plugin.tool import current_tool

WORDING_VERSION = "reminders-1"
"""Version of the consent text in templates/patient/messages.html; a new text needs a new one."""


class ReminderForm(Form):
    """Where reminders may go, with the explicit yes."""

    phone = TelField(_l("Your WhatsApp number"), [Answered()])
    agree = BooleanField(
        _l("Yes, I want reminders of this course by WhatsApp on this number."), [Answered()]
    )
    action = HiddenField()
    """`stop` where they are switched off."""


@dataclass(frozen=True)
class Reply:
    """A reply as the participant reads it; `about`: the diary day it answers."""

    id: uuid.UUID
    sentences: tuple[str, ...]
    written_on: date
    about: date | None
    read: bool


def messages() -> str:
    """Show the replies of the team, and whether reminders are on."""
    return _page(current_course(), ReminderForm())


def read(reply_id: uuid.UUID) -> Response:
    """Note that a reply has been read; its announcement is taken back."""
    course = current_course()
    care.mark_read(g.session, course.participant_id, reply_id, course.now)
    reminders.reply_read(g.session, course.participant_id, reply_id, course.now)
    return redirect(url_for("patient.messages"), 303)


def _replies(course: Course) -> list[Reply]:
    """Return the replies, newest first; none where the arm has no diary."""
    if "diary" not in course.components:
        return []
    days = {entry.id: entry.day for entry in course.record.diary}
    return [
        Reply(
            each.id,
            sentences(course.curriculum, each, course.locale),
            each.written_on,
            days.get(each.entry_id),
            each.read_at is not None,
        )
        for each in care_queries.replies_of(g.session, course.participant_id)
    ]


def sentences(curriculum: Curriculum, reply: ReplyFacts, locale: str) -> tuple[str, ...]:
    """Return what a reply says: the ready-made sentence in the reader's language, own words."""
    ready = curriculum.reply(reply.template) if reply.template else None
    return tuple(text for text in (ready and ready.text.get(locale), reply.words) if text)


def change() -> Response | tuple[str, int]:
    """Switch reminders on (number and consent) or off."""
    course = current_course()
    form = ReminderForm.sent()
    if form.action.data == "stop":
        consent.opt_out(g.session, course.participant_id, course.now)
        flash(_("Reminders are off. You can switch them on again at any time."), "good")
        return redirect(url_for("patient.messages"), 303)
    if form.validate() and _opened(course, form):
        flash(_("Reminders are on."), "good")
        return redirect(url_for("patient.messages"), 303)
    return _page(course, form), 422


def _opened(course: Course, form: ReminderForm) -> bool:
    """Open the consent; a number that cannot be one becomes a fault of its field."""
    given = consent.ConsentGiven(WORDING_VERSION, course.now, "participant")
    try:
        consent.opt_in(
            g.session,
            course.participant_id,
            form.phone.data,
            channel=current_tool().settings.channel,
            language=course.locale,
            consent=given,
        )
    except InvalidPhone:
        form.phone.errors = [_("This does not look like a telephone number. Write ten digits.")]
        return False
    return True


def _page(course: Course, form: ReminderForm) -> str:
    contact = open_contact(g.session, course.participant_id)
    return render_template(
        "patient/messages.html",
        course=course,
        form=form,
        replies=_replies(course),
        masked=phones.masked(contact.phone) if contact else None,
    )

"""Reminders: whether and where to; consent is given and taken back here, at any time."""

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, TelField

from notifications import consent, phones
from notifications.errors import InvalidPhone
from notifications.rows import open_contact
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


def messages() -> str:
    """Show whether reminders are on."""
    return _page(current_course(), ReminderForm())


def change() -> Response | tuple[str, int]:
    """Switch reminders on (number and consent) or off."""
    course = current_course()
    if request.form.get("action") == "stop":
        consent.opt_out(g.session, course.participant_id, course.now)
        flash(_("Reminders are off. You can switch them on again at any time."), "good")
        return redirect(url_for("patient.messages"), 303)
    form = ReminderForm(request.form)
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
        masked=phones.masked(contact.phone) if contact else None,
    )

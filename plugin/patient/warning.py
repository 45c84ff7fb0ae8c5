"""«I have a warning sign»: whom to call, what to do, and telling the team; never a diagnosis.

Every arm has this page. A sign that is ticked raises an alert of its own, named by its code; while
that one is open the same sign raises no second one.
"""

import uuid

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from modules.safety.texts import Occasion
from modules.safety.triggers import Level, Origin, Trigger
from modules.services import alerts
from plugin.forms import Form, TickListField, options
from plugin.patient.after_end import saving
from plugin.patient.course import ParticipantCourse, current_course


class WarningForm(Form):
    """The signs of the safety file, ticked where they are true."""

    signs = TickListField(_l("Which of these is true for you?"))
    client_key = HiddenField()

    def key(self) -> uuid.UUID:
        """Return the key that makes the same form sent twice one notice."""
        try:
            return uuid.UUID(self.client_key.data or "")
        except ValueError:
            return uuid.uuid4()


def warning() -> str:
    """What to do now with a warning sign, whom to call, and a form that tells the team."""
    course = current_course()
    form = _offering(course, WarningForm())
    form.client_key.data = str(uuid.uuid4())
    return _page(course, form)


@saving
def tell() -> ResponseReturnValue:
    """Raise an alert for every sign ticked; without a tick the page comes back."""
    course = current_course()
    form = _offering(course, WarningForm.sent())
    if form.validate() and not form.signs.data:
        form.signs.errors = [_("Tick what is true for you, or call one of the numbers above.")]
    if form.errors:
        return _page(course, form), 422
    known = {alert.trigger for alert in alerts.waiting(g.session, course.participant_id)}
    fresh = [Trigger.of(code) for code in form.signs.data if code not in known]
    alerts.raise_all(g.session, course.participant_id, fresh, form.key(), course.now)
    return redirect(url_for("patient.told"), 303)


def told() -> ResponseReturnValue:
    """Show the fixed text of the most urgent sign the team has not yet dealt with."""
    course = current_course()
    waiting = alerts.waiting(g.session, course.participant_id)
    ticked = [a.trigger for a in waiting if a.trigger.origin is Origin.WARNING_PAGE]
    said = course.safety.first_said(ticked)
    if said is None:
        return redirect(url_for("patient.warning"), 303)
    return render_template(
        "patient/noticed.html",
        course=course,
        saved=_("Your team has been told."),
        text=said[1],
        emergency=said[0].level is Level.EMERGENCY,
        watched=course.safety.text("not_an_emergency_service"),
    )


def _offering(course: ParticipantCourse, form: WarningForm) -> WarningForm:
    asked = course.safety.asked(Occasion.ANY_TIME)
    form.signs.choices = options([(f.code, f.question.get(course.locale)) for f in asked])
    return form


def _page(course: ParticipantCourse, form: WarningForm) -> str:
    return render_template(
        "patient/warning.html",
        course=course,
        safety=course.safety,
        form=form,
        watched=course.safety.text("not_an_emergency_service"),
    )

"""Replies of the team, and reminders: consent is given and taken back here, at any time."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField

from modules.course.curriculum import Curriculum
from modules.records import care_queries
from modules.records.care_queries import ReplyFacts
from modules.services import care
from notifications import consent
from notifications.channels import shown_address
from notifications.consent import ConsentGiven
from notifications.models import Scope, open_contact
from plugin import contacts, i18n, preferences, reminders
from plugin.forms import Answered, Form
from plugin.patient.course import ParticipantCourse, current_course

WORDING_VERSION = "reminders-2"
"""Version of the consent: templates/patient/messages.html and the channel's `ConsentWords`."""


def reminder_form() -> type[Form]:
    """Return the form of where reminders may go, with the explicit yes, in the channel's words."""
    words, locale = contacts.channel().consent, i18n.locale()

    class ReminderForm(Form):
        address = contacts.address_field(words.asked.get(locale))
        agree = BooleanField(words.agreement.get(locale), [Answered()])
        action = HiddenField()
        """Which button: a scope, or `stop` where all are switched off."""
        back = HiddenField()
        """`welcome` where the choice is made on that page."""

    return ReminderForm


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
    return _page(current_course(), reminder_form()())


def read(reply_id: uuid.UUID) -> Response:
    """Note that a reply has been read; its announcement is taken back."""
    course = current_course()
    care.mark_read(g.session, course.participant_id, reply_id, course.now)
    reminders.reply_settled(g.session, course.participant_id, reply_id, course.now)
    return redirect(url_for("patient.messages"), 303)


def _replies(course: ParticipantCourse) -> list[Reply]:
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
        if each.taken_back_at is None
    ]


def sentences(curriculum: Curriculum, reply: ReplyFacts, locale: str) -> tuple[str, ...]:
    """Return what a reply says: the ready-made sentence in the reader's language, own words."""
    ready = curriculum.reply(reply.template) if reply.template else None
    return tuple(text for text in (ready and ready.text.get(locale), reply.words) if text)


def change() -> Response | tuple[str, int]:
    """Switch reminders on (number and consent) or off, all or those of the programme."""
    course = current_course()
    form = reminder_form().sent()
    if chosen := _chosen(form.action.data or ""):
        flash(chosen(course), "good")
        return _back(form)
    given = ConsentGiven(WORDING_VERSION, course.now, consent.PARTICIPANT)
    if form.validate() and contacts.agreed(
        g.session, course.participant_id, form, course.locale, given
    ):
        flash(_("Reminders are on."), "good")
        return _back(form)
    return _page(course, form), 422


def _back(form: Form) -> Response:
    on_welcome = form.back.data == "welcome"
    return redirect(url_for("patient.welcome" if on_welcome else "patient.messages"), 303)


def _chosen(action: str) -> Callable[[ParticipantCourse], str] | None:
    """Return what a button of the page does; it returns the words that say so."""
    return {"stop": _stop, Scope.ASSESSMENTS: _assessments_only, Scope.ALL: _all}.get(action)


def _stop(course: ParticipantCourse) -> str:
    consent.opt_out(g.session, course.participant_id, course.now)
    return _("You will receive no notices. You can choose again at any time.")


def _assessments_only(course: ParticipantCourse) -> str:
    _choose(course, Scope.ASSESSMENTS)
    return _("You will receive only the notices of your questionnaires.")


def _all(course: ParticipantCourse) -> str:
    _choose(course, Scope.ALL)
    return _("Reminders are on.")


def _choose(course: ParticipantCourse, scope: Scope) -> None:
    consent.choose(g.session, course.participant_id, course.now, scope, consent.PARTICIPANT)


def preferences_page() -> str:
    """Ask when reminders may come and of what; only whoever is reminded has it."""
    return _preferences(_preferences_form(current_course()))


def prefer() -> Response | tuple[str, int]:
    """Keep when reminders may come and of what."""
    course = current_course()
    form = _preferences_form(course)
    if not form.validate():
        return _preferences(form), 422
    preferences.keep(g.session, course.participant_id, form)
    flash(_("Saved."), "good")
    return redirect(url_for("patient.messages"), 303)


def _preferences_form(course: ParticipantCourse) -> Form:
    return preferences.form_of(g.session, course.participant_id, course.protocol, course.components)


def _preferences(form: Form) -> str:
    return render_template("patient/preferences.html", form=form)


def _page(course: ParticipantCourse, form: Form) -> str:
    return render_template(
        "patient/messages.html",
        course=course,
        replies=_replies(course),
        **reminder_choice(course, form),
    )


def reminder_choice(course: ParticipantCourse, form: Form) -> dict[str, object]:
    """Return what the choice of reminders shows, on whichever page it stands."""
    contact = open_contact(g.session, course.participant_id)
    before = None if contact else consent.ended_by_themselves(g.session, course.participant_id)
    asked = course.protocol, course.components
    return {
        "form": form,
        "channel": contacts.channel(),
        "limits": contacts.limits_in_words(g.person.protocol.reminder_limits),
        "reached": shown_address(contact.channel, contact.phone) if contact else None,
        "chosen": preferences.in_words(contact, *asked) if contact else "",
        "offers": bool(contact and preferences.left_to_choose(contact, *asked)),
        "all_notices": contact is not None and contact.scope is Scope.ALL,
        "reached_before": shown_address(before.channel, before.phone) if before else None,
    }

"""The pages on which participants are known by name: who needs somebody, and one person."""

import uuid
from datetime import timedelta

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import InvalidEntry
from modules.records import queries
from modules.services import course, time_zones
from notifications import outbox
from notifications.models import Scope
from notifications.outbox import ConsentGiven
from plugin import audit, contacts, i18n, names, preferences, reach
from plugin.access import Permission, may, require
from plugin.staff import care_context, finding, forms, records
from plugin.tool import current_tool
from plugin.trial import allocation

REMINDER_CONSENT = "reminders-2"
"""Version of the wording by which a participant agrees to be reminded."""


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to know participants."""
    bp = Blueprint("staff", __name__)
    bp.before_request(require(Permission.PEOPLE))
    bp.route("/", methods=["GET", "POST"])(finding.overview_page)
    bp.get("/participants/<uuid:participant_id>")(participant_page)
    bp.route("/participants/<uuid:participant_id>/contact", methods=["GET", "POST"])(contact)
    bp.route("/participants/<uuid:participant_id>/time-zone", methods=["GET", "POST"])(time_zone)
    bp.route("/participants/<uuid:participant_id>/withdrawal", methods=["GET", "POST"])(withdrawal)
    bp.post("/participants/<uuid:participant_id>/reminders/stop")(stop_reminders)
    bp.route("/participants/<uuid:participant_id>/reminders", methods=["GET", "POST"])(prefer)
    return bp


def participant_page(participant_id: uuid.UUID) -> ResponseReturnValue:
    """The whole course of one participant on one screen."""
    reach.require(participant_id)
    page = records.page_of(
        g.session, current_tool(), g.person.protocol, participant_id, i18n.language()
    )
    staff = names.of_staff(g.session, g.person.study.id) if may(Permission.ENROL) else {}
    return render_template(
        "staff/participant.html", page=page, allocating=forms.allocation_form(staff)
    )


def contact(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record the address and the agreement to be reminded."""
    reach.require(participant_id)
    form = forms.contact_form()
    if request.method == "POST" and form.validate():
        given = ConsentGiven(REMINDER_CONSENT, current_tool().now(), g.person.user_id.hex)
        if contacts.agreed(g.session, participant_id, form, form.language.data, given):
            audit.note("reminders.agreed", participant_id)
            flash(_("Reminders are switched on."), "good")
            return care_context.to_participant(participant_id)
    return care_context.form_page(
        "staff/contact.html", participant_id, form, channel=contacts.channel()
    )


def stop_reminders(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Switch reminders off at the participant's wish: all, or all but those of questionnaires."""
    reach.require(participant_id)
    now = current_tool().now()
    if forms.StopForm.sent().keep.data == Scope.ASSESSMENTS:
        by = g.person.user_id.hex
        outbox.choose(g.session, participant_id, now, Scope.ASSESSMENTS, by)
        audit.note("reminders.limited", participant_id)
        flash(_("Only the notices of questionnaires go on."), "good")
        return care_context.to_participant(participant_id)
    outbox.opt_out(g.session, participant_id, now, "staff")
    audit.note("reminders.stopped", participant_id)
    flash(_("Reminders are switched off."), "good")
    return care_context.to_participant(participant_id)


def prefer(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Keep when reminders may come and of what, at the participant's wish."""
    reach.require(participant_id)
    protocol = g.person.protocol
    parts = allocation.components_of(g.session, participant_id, protocol)
    form = preferences.form_of(g.session, participant_id, protocol, parts)
    if request.method == "POST" and form.validate():
        preferences.keep(g.session, participant_id, form)
        audit.note("reminders.preferred", participant_id)
        flash(_("Saved."), "good")
        return care_context.to_participant(participant_id)
    return care_context.form_page("staff/preferences.html", participant_id, form)


def time_zone(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Let another time zone count from a day on; the days lived until then stay as they are."""
    reach.require(participant_id)
    tool = current_tool()
    tomorrow = records.today_of(g.session, tool, participant_id) + timedelta(days=1)
    held = queries.participant(g.session, participant_id).time_zone.name_on(tomorrow)
    form = forms.time_zone_form(g.person.protocol.time_zone, held, tomorrow)
    if request.method == "POST" and form.validate():
        zone, since = form.time_zone.data, form.since.data
        try:
            changed = time_zones.change(g.session, participant_id, zone, since, tool.now())
        except InvalidEntry as error:
            form.add_errors(error.fields, {"out_of_range": _("Please choose a day within a year.")})
        else:
            if changed:
                audit.note("time_zone.changed", participant_id, zone=zone, since=since.isoformat())
            flash(_("The time zone was saved."), "good")
            return care_context.to_participant(participant_id)
    return care_context.form_page("staff/time_zone.html", participant_id, form)


def withdrawal(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record that a participant leaves; what was recorded stays."""
    reach.require(participant_id)
    tool = current_tool()
    form = forms.WithdrawalForm.sent(reason=request.args.get("reason"))
    if request.method == "POST" and form.validate():
        now = tool.now()
        course.withdraw(
            g.session,
            participant_id,
            form.reason.data,
            records.today_of(g.session, tool, participant_id),
        )
        outbox.opt_out(g.session, participant_id, now, "staff")
        audit.note("participant.withdrawn", participant_id)
        flash(_("The withdrawal was recorded. Reminders have stopped."), "good")
        return care_context.to_participant(participant_id)
    return care_context.form_page("staff/withdrawal.html", participant_id, form)

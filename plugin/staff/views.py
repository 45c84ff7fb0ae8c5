"""The pages of the clinic's staff: the people of the course, one participant."""

import uuid
from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lti.models import MembershipStatus
from modules.errors import InvalidEntry, NotFound
from modules.records import queries
from modules.services import course, time_zones
from modules.services import screening as screening_forms
from notifications import outbox
from notifications.models import Scope
from notifications.outbox import ConsentGiven
from plugin import audit, contacts, i18n, names, paging, web
from plugin.access import Permission, require
from plugin.staff import finding, forms, people, records, screenings
from plugin.tool import current_tool
from plugin.trial import allocation
from plugin.worker import current_tasks

REMINDER_CONSENT = "reminders-2"
"""Version of the wording by which a participant agrees to be reminded."""


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to care for patients."""
    bp = Blueprint("staff", __name__)
    bp.before_request(require(Permission.CARE))
    bp.route("/", methods=["GET", "POST"])(finding.overview_page)
    bp.route("/people", methods=["GET", "POST"])(people_page)
    bp.post("/people/sync")(sync_people)
    bp.post("/people/<uuid:membership_id>/enrol")(enrol)
    bp.get("/participants/<uuid:participant_id>")(participant_page)
    bp.route("/participants/<uuid:participant_id>/consent", methods=["GET", "POST"])(consent)
    bp.route("/participants/<uuid:participant_id>/screening", methods=["GET", "POST"])(screening)
    bp.route("/participants/<uuid:participant_id>/contact", methods=["GET", "POST"])(contact)
    bp.route("/participants/<uuid:participant_id>/time-zone", methods=["GET", "POST"])(time_zone)
    bp.route("/participants/<uuid:participant_id>/withdrawal", methods=["GET", "POST"])(withdrawal)
    bp.post("/participants/<uuid:participant_id>/allocation")(allocate)
    bp.post("/participants/<uuid:participant_id>/reminders/stop")(stop_reminders)
    return bp


@web.only_asks
def people_page() -> ResponseReturnValue:
    """The patients of the course as the platform names them, and who of them takes part.

    A name that is looked for is sent in the form: it stands in no address.
    """
    form = forms.FindForm.sent()
    sought = (form.name.data or "").strip() if form.validate() else ""
    found = people.of_course(g.session, g.person.course_id, g.person.study.id)
    found = [one for one in found if one.is_called(sought)]
    there = [one for one in found if one.status is not MembershipStatus.LEFT]
    status = 422 if form.errors else 200
    page = render_template(
        "staff/people.html",
        form=form,
        enrolling=forms.enrol_form(g.person.protocol.time_zone),
        sought=sought,
        waiting=paging.asked([one for one in there if not one.participant_id], "waiting"),
        enrolled=paging.asked([one for one in found if one.participant_id], "enrolled"),
        synced_at=people.synced_at(g.session, g.person.course_id),
        trouble=people.list_trouble(
            g.session, g.person.course_id, current_tool().settings.public_url
        ),
    )
    return page, status


def sync_people() -> ResponseReturnValue:
    """Ask the platform for the people of the course, in the background."""
    current_tasks().sync_roster(str(g.person.course_id))
    flash(_("The list is being fetched from Moodle. Load the page again in a moment."), "info")
    return redirect(url_for("staff.people_page"))


def enrol(membership_id: uuid.UUID) -> ResponseReturnValue:
    """Take a person of the course into the study."""
    tool = current_tool()
    membership = people.unenrolled(g.session, g.person.course_id, membership_id)
    form = forms.enrol_form(g.person.protocol.time_zone)
    if not form.validate():
        raise InvalidEntry({"time_zone": "unknown"})
    participant_id = course.enrol(
        g.session,
        g.person.study.id,
        g.person.protocol,
        tool.now(),
        time_zone=form.time_zone.data,
    )
    membership.participant_id = participant_id
    _audit("participant.enrolled", participant_id)
    flash(_("Enrolled. The next step is below."), "good")
    return _to(participant_id)


def participant_page(participant_id: uuid.UUID) -> ResponseReturnValue:
    """The whole course of one participant on one screen."""
    _require_own(participant_id)
    page = records.page_of(
        g.session, current_tool(), g.person.protocol, participant_id, i18n.language()
    )
    return render_template("staff/participant.html", page=page)


def consent(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record the signed paper consent."""
    _require_own(participant_id)
    form = forms.ConsentForm.sent()
    if request.method == "POST" and form.validate():
        try:
            course.record_consent(
                g.session,
                participant_id,
                form.version.data,
                form.signed_on.data,
                g.person.user_id,
                current_tool().now(),
            )
        except InvalidEntry as error:
            form.add_errors(error.fields)
        else:
            _audit("consent.recorded", participant_id)
            flash(_("The consent was recorded."), "good")
            return _to(participant_id)
    return _form("staff/consent.html", participant_id, form)


def screening(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the eligibility criteria and the covariates."""
    _require_own(participant_id)
    protocol = g.person.protocol
    form = forms.screening_form(protocol, i18n.language()).sent()
    if request.method == "POST" and form.validate():
        try:
            screening_forms.record(
                g.session,
                participant_id,
                protocol,
                forms.answers_of(form),
                g.person.user_id,
                current_tool().now(),
            )
        except InvalidEntry as error:
            form.add_errors(error.fields)
        else:
            _audit("screening.recorded", participant_id)
            flash(_("The screening form was saved."), "good")
            return _to(participant_id)
    saved = screenings.history(g.session, participant_id, protocol, i18n.language())
    return _form("staff/screening.html", participant_id, form, history=saved)


def contact(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record the address and the agreement to be reminded."""
    _require_own(participant_id)
    form = forms.contact_form()
    if request.method == "POST" and form.validate():
        given = ConsentGiven(REMINDER_CONSENT, current_tool().now(), g.person.user_id.hex)
        if contacts.agreed(g.session, participant_id, form, form.language.data, given):
            _audit("reminders.agreed", participant_id)
            flash(_("Reminders are switched on."), "good")
            return _to(participant_id)
    return _form("staff/contact.html", participant_id, form, channel=contacts.channel())


def stop_reminders(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Switch reminders off at the participant's wish: all, or all but those of questionnaires."""
    _require_own(participant_id)
    now = current_tool().now()
    if forms.StopForm.sent().keep.data == Scope.ASSESSMENTS:
        by = g.person.user_id.hex
        outbox.choose(g.session, participant_id, now, Scope.ASSESSMENTS, by)
        _audit("reminders.limited", participant_id)
        flash(_("Only the notices of questionnaires go on."), "good")
        return _to(participant_id)
    outbox.opt_out(g.session, participant_id, now, "staff")
    _audit("reminders.stopped", participant_id)
    flash(_("Reminders are switched off."), "good")
    return _to(participant_id)


def time_zone(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Let another time zone count from a day on; the days lived until then stay as they are."""
    _require_own(participant_id)
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
                _audit("time_zone.changed", participant_id, zone=zone, since=since.isoformat())
            flash(_("The time zone was saved."), "good")
            return _to(participant_id)
    return _form("staff/time_zone.html", participant_id, form)


def allocate(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Open the next slot of the concealed list for this participant."""
    _require_own(participant_id)
    allocation.allocate(
        g.session, participant_id, g.person.protocol, current_tool().now(), g.person.user_id
    )
    _audit("participant.allocated", participant_id)
    flash(_("Allocated. The course has begun."), "good")
    return _to(participant_id)


def withdrawal(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record that a participant leaves; what was recorded stays."""
    _require_own(participant_id)
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
        _audit("participant.withdrawn", participant_id)
        flash(_("The withdrawal was recorded. Reminders have stopped."), "good")
        return _to(participant_id)
    return _form("staff/withdrawal.html", participant_id, form)


def _require_own(participant_id: uuid.UUID) -> None:
    facts = queries.participant(g.session, participant_id)
    if facts.study_id != g.person.study.id:
        raise NotFound


def _audit(action: str, subject_id: uuid.UUID, **detail: str) -> None:
    audit.record(
        g.session,
        action,
        current_tool().now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        subject_id=subject_id,
        **detail,
    )


def _to(participant_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("staff.participant_page", participant_id=participant_id))


def _form(
    template: str, participant_id: uuid.UUID, form: forms.Form, **more: object
) -> ResponseReturnValue:
    name = names.of_participant(g.session, participant_id)
    facts = queries.participant(g.session, participant_id)
    status = 422 if form.errors else 200
    return render_template(template, form=form, name=name, facts=facts, **more), status

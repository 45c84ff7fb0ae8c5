"""Taking people in: the people of the course, enrolment, consent, screening, allocation.

In a trial these are the pages of whoever enrols, and nobody who treats has them (`plugin.access`).
"""

import uuid

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lti.models import MembershipStatus
from modules.errors import InvalidEntry
from modules.services import course
from modules.services import screening as screening_forms
from plugin import audit, i18n, names, paging, reach, web
from plugin.access import Permission, require
from plugin.staff import care_context, forms, people, screening_log, screenings
from plugin.tool import current_tool
from plugin.trial import allocation
from plugin.worker import current_tasks

ONE = "/participants/<uuid:participant_id>"


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to take people in."""
    bp = Blueprint("enrolment", __name__)
    bp.before_request(require(Permission.ENROL))
    bp.route("/people", methods=["GET", "POST"])(people_page)
    bp.post("/people/sync")(sync_people)
    bp.post("/people/<uuid:membership_id>/enrol")(enrol)
    bp.route("/screening-log", methods=["GET", "POST"])(screening_log.log_page)
    bp.post("/screening-log/<int:number>/back")(screening_log.take_back)
    bp.route(f"{ONE}/consent", methods=["GET", "POST"])(consent)
    bp.route(f"{ONE}/screening", methods=["GET", "POST"])(screening)
    bp.post(f"{ONE}/allocation")(allocate)
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
        mine=reach.mine(),
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
    return redirect(url_for("enrolment.people_page"))


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
    audit.note("participant.enrolled", participant_id)
    flash(_("Enrolled. The next step is below."), "good")
    return care_context.to_participant(participant_id)


def consent(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Record the signed paper consent."""
    reach.require(participant_id)
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
            audit.note("consent.recorded", participant_id)
            flash(_("The consent was recorded."), "good")
            return care_context.to_participant(participant_id)
    return care_context.form_page("staff/consent.html", participant_id, form)


def screening(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the eligibility criteria and the covariates."""
    reach.require(participant_id)
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
            audit.note("screening.recorded", participant_id)
            flash(_("The screening form was saved."), "good")
            return care_context.to_participant(participant_id)
    saved = screenings.history(g.session, participant_id, protocol, i18n.language())
    return care_context.form_page("staff/screening.html", participant_id, form, history=saved)


def allocate(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Open the next slot of the concealed list for this participant, for whom somebody is named.

    From here on the participant is that person's: whoever enrols learns nobody's arm.
    """
    reach.require(participant_id)
    form = forms.allocation_form(names.of_staff(g.session, g.person.study.id))
    if not form.validate():
        raise InvalidEntry({"clinician": "unknown"})
    allocation.allocate(
        g.session,
        participant_id,
        g.person.protocol,
        current_tool().now(),
        g.person.user_id,
        uuid.UUID(form.clinician.data),
    )
    audit.note("participant.allocated", participant_id, clinician=form.clinician.data)
    flash(_("Allocated. The course has begun, and whoever was named looks after it."), "good")
    return redirect(url_for("staff.overview"), 303)

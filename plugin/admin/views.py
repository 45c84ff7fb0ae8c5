"""The pages of those who administer, in two blueprints with a permission each.

`admin` (ADMINISTER): register, approve and disable platforms of the whole installation.
`course_admin` (SET_UP): for the team of a course as well, how launches from its platform went, who
belongs to the team, and whether progress goes to the gradebook.
"""

import uuid
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lti.errors import UnknownPlatform
from lti.models import Platform, Standing
from lti.registration import invites
from lti.registration import platforms as registrations
from lti.registration.platforms import AlreadyRegistered, InvalidRegistration
from lti.services import grades
from lti.services.grade_models import Delivery
from modules.errors import NotFound
from plugin import audit, gradebook
from plugin.access import Permission, may, require
from plugin.admin import installation, launches, platforms, team, wordings
from plugin.admin.forms import FAULTS, InviteForm, PlatformForm
from plugin.models import Role
from plugin.status.heartbeat import notices
from plugin.tool import current_tool


def create_blueprints() -> tuple[Blueprint, Blueprint]:
    """Return both blueprints; every page in them asks for its permission."""
    admin = Blueprint("admin", __name__)
    admin.before_request(require(Permission.ADMINISTER))
    admin.get("/")(platforms_page)
    admin.get("/installation")(installation.installation_page)
    admin.get("/wordings")(wordings.wordings_page)
    admin.post("/wordings")(wordings.take_pack)
    admin.get("/wordings/<key>.<any(es,en):language>.yaml")(wordings.empty_pack)
    admin.post("/invite")(invite)
    admin.route("/platforms/new", methods=["GET", "POST"])(new_platform)
    admin.post("/platforms/<uuid:key>/<any(approve, disable):verb>")(change_platform)
    admin.post("/deployments/<uuid:key>/<any(approve, disable):verb>")(change_deployment)

    course = Blueprint("course_admin", __name__)
    course.before_request(require(Permission.SET_UP))
    course.get("/launches")(launches_page)
    course.get("/team")(team.team_page)
    course.get("/team/commitment.json")(team.statement)
    course.post("/team/<uuid:user_id>/role")(team.give_role)
    course.route("/gradebook", methods=["GET"])(gradebook_page)
    course.post("/gradebook/<any(on, off):position>")(switch_gradebook)
    course.post("/gradebook/again")(send_again)
    for blueprint in (admin, course):
        blueprint.context_processor(_frame)
    return admin, course


def _frame() -> dict[str, Any]:
    if g.get("person") is None:  # the page of an error
        return {"admin_nav": []}
    entries = (
        ("platforms", "admin.platforms_page", _("Platforms"), may(Permission.ADMINISTER)),
        ("installation", "admin.installation_page", _("Installation"), may(Permission.ADMINISTER)),
        ("wordings", "admin.wordings_page", _("Licensed wordings"), may(Permission.ADMINISTER)),
        ("launches", "course_admin.launches_page", _("Last launches"), may(Permission.SET_UP)),
        ("team", "course_admin.team_page", _("Team"), _sets_up_study()),
        ("gradebook", "course_admin.gradebook_page", _("Gradebook"), _sets_up_study()),
        ("overview", "staff.overview", _("Overview"), g.person.role is Role.STAFF),
        ("set_up", "start.choose_study", _("Set up this course"), g.person.may_set_up),
    )
    return {
        "admin_nav": [(key, url_for(name), label) for key, name, label, shown in entries if shown]
    }


def _sets_up_study() -> bool:
    return g.person.study is not None and may(Permission.SET_UP)


# Platforms -------------------------------------------------------------------------------------


def platforms_page() -> ResponseReturnValue:
    """Every registration, what waits for approval first, with what is wrong."""
    return _platforms(InviteForm())


def _platforms(form: InviteForm, link: str = "") -> str:
    tool = current_tool()
    return render_template(
        "admin/platforms.html",
        notices=notices(g.session, tool.now()),
        rows=platforms.rows(g.session, tool.settings.public_url, tool.now()),
        own_platform=g.launch_session.platform_id,
        own_deployment=_own_deployment(),
        form=form,
        link=link,
    )


def _own_deployment() -> uuid.UUID | None:
    course = g.launch_session.course
    return course.deployment_id if course else None


def invite() -> ResponseReturnValue:
    """Make a one-time link and show it; it cannot be shown again."""
    tool = current_tool()
    form = InviteForm.sent()
    if not form.validate():
        return _platforms(form), 422
    secret = invites.invite(g.session, tool.now(), form.label.data or "")
    _audit("invite.made", None)
    return _platforms(InviteForm(), invites.invite_url(tool.settings.public_url, secret))


def new_platform() -> ResponseReturnValue:
    """Register a platform by hand."""
    tool = current_tool()
    form = PlatformForm.sent()
    if request.method == "POST" and form.validate():
        try:
            added = registrations.add(g.session, form.read(), tool.now())
        except AlreadyRegistered:
            form.client_id.errors = [_("This platform is registered with this client ID already.")]
        except InvalidRegistration as fault:
            form.add_errors(fault.fields, FAULTS)
        else:
            _audit("platform.registered", added.id)
            flash(_("Registered. Launches from this platform work now."), "good")
            return redirect(url_for("admin.platforms_page"))
    status = 422 if form.errors else 200
    return render_template("admin/new_platform.html", form=form), status


def change_platform(key: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Approve or disable a registration."""
    if verb == "disable" and key == g.launch_session.platform_id:
        return _not_from_here()
    change = registrations.approve if verb == "approve" else registrations.disable
    try:
        changed = change(g.session, key)
    except UnknownPlatform:
        raise NotFound from None
    _audit(f"platform.{verb}d", key)
    if verb == "approve":
        flash(_("%(name)s is approved.", name=changed.name), "good")
    else:
        flash(_("%(name)s is disabled. Its open sessions have ended.", name=changed.name), "good")
    return redirect(url_for("admin.platforms_page"))


def change_deployment(key: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Approve or disable one deployment."""
    if verb == "disable" and key == _own_deployment():
        return _not_from_here()
    standing = Standing.ACTIVE if verb == "approve" else Standing.DISABLED
    try:
        registrations.set_deployment(g.session, key, standing)
    except UnknownPlatform:
        raise NotFound from None
    _audit(f"deployment.{verb}d", key)
    flash(_("Saved. It holds from the next launch on."), "good")
    return redirect(url_for("admin.platforms_page"))


def _not_from_here() -> ResponseReturnValue:
    flash(
        _("You came in from this platform, so it was not disabled: nobody could undo it here."),
        "care",
    )
    return redirect(url_for("admin.platforms_page"))


# Launches --------------------------------------------------------------------------------------


def launches_page() -> ResponseReturnValue:
    """The last tries to come in; whoever does not administer sees those of their own platform."""
    tool = current_tool()
    public_url = tool.settings.public_url
    everywhere = may(Permission.ADMINISTER)
    reference = request.args.get("reference", "").strip()
    asked = _platform_asked() if everywhere else None
    within = None if everywhere else g.launch_session.platform_id
    return render_template(
        "admin/launches.html",
        tries=launches.tries(
            g.session, public_url, platform_id=asked, reference=reference, within=within
        ),
        troubled=launches.troubled(
            g.session,
            public_url,
            tool.now(),
            platform_id=within or asked,
            course_id=None if everywhere else g.person.course_id,
        ),
        reference=reference,
        platforms=registrations.all_of(g.session) if everywhere else [],
        asked=asked,
    )


def _platform_asked() -> uuid.UUID | None:
    try:
        key = uuid.UUID(request.args.get("platform", ""))
    except ValueError:
        return None
    return key if g.session.get(Platform, key) is not None else None


# Gradebook -------------------------------------------------------------------------------------


def gradebook_page() -> ResponseReturnValue:
    """Whether progress goes to the gradebook of this course, and what did not arrive."""
    if g.person.study is None:
        raise NotFound
    public_url = current_tool().settings.public_url
    course_id = g.person.course_id
    stopped = [
        (one, platforms.words_of(one.reason, public_url))
        for one in gradebook.parked(g.session, course_id)
    ]
    counted = gradebook.counts(g.session, course_id)
    return render_template(
        "admin/gradebook.html",
        is_on=gradebook.is_on(g.session, g.person.study.id),
        would_unblind=gradebook.would_unblind(g.person.protocol),
        has_columns=gradebook.has_columns(g.session, course_id),
        parked=stopped,
        sent=counted[Delivery.SENT],
        queued=counted[Delivery.QUEUED],
    )


def switch_gradebook(position: str) -> ResponseReturnValue:
    """Switch sending progress on or off. Raises GradebookRefused in a blinded study."""
    if g.person.study is None:
        raise NotFound
    tool, study_id = current_tool(), g.person.study.id
    gradebook.switch(g.session, tool, study_id, g.person.user_id, on=position == "on")
    said = (
        _("Switched on. Progress is sent from the next lesson on.")
        if position == "on"
        else _("Switched off. What the gradebook holds stays there.")
    )
    flash(said, "good")
    return redirect(url_for("course_admin.gradebook_page"))


def send_again() -> ResponseReturnValue:
    """Queue again what the platform did not take, after the cause was removed."""
    if g.person.study is None:
        raise NotFound
    if gradebook.is_on(g.session, g.person.study.id):
        grades.retry_parked(g.session, g.person.course_id, current_tool().now())
        flash(_("Queued. It is tried again within a few minutes."), "good")
    return redirect(url_for("course_admin.gradebook_page"))


def _audit(action: str, subject_id: uuid.UUID | None) -> None:
    audit.record(
        g.session,
        action,
        current_tool().now(),
        actor_id=g.person.user_id,
        subject_id=subject_id,
    )

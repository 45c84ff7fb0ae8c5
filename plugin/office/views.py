"""The custodian's pages: what is published of the study, its audit trail, how blind it is."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from modules.services import blinding
from plugin import filters, names, paging
from plugin.access import Permission, require
from plugin.audit import verification
from plugin.audit.actions import Action
from plugin.forms import Form
from plugin.office.trail import Trail
from plugin.trial import allocation
from plugin.trial import blinding as held

NEWEST = 500
"""So many of the newest events are verified when the trail is looked at."""


class TrailForm(Form):
    """Which part of the trail is looked at."""

    action = SelectField(_l("What happened"))
    code = StringField(_l("Code of a participant"), render_kw={"maxlength": 16})


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to oversee."""
    bp = Blueprint("office", __name__)
    bp.before_request(require(Permission.OVERSEE))
    bp.get("/")(overview)
    bp.get("/audit")(audit_trail)
    bp.get("/blinding")(blinding_page)
    return bp


def overview() -> ResponseReturnValue:
    """How the study stands for whoever answers for its data, and what to publish."""
    study = g.person.study
    return render_template(
        "office/overview.html",
        commitment=allocation.commitment_of(g.session, study.id),
        head=verification.head(g.session),
        events=len(Trail(g.session, study.id)),
    )


def audit_trail() -> ResponseReturnValue:
    """Who did what, when, newest first; looking verifies the newest part of the chain."""
    form = TrailForm(request.args)
    named = sorted(((one.value, filters.label(one)) for one in Action), key=lambda pair: pair[1])
    form.action.choices = [("", _("Everything")), *named]
    action = form.action.data if form.action.data in set(Action) else ""
    found = Trail(g.session, g.person.study.id, action, form.code.data or "")
    shown = paging.asked(found, "page")
    since = max(0, verification.head(g.session).place - NEWEST)
    return render_template(
        "office/audit.html",
        form=form,
        shown=shown,
        faults=tuple(verification.faults(g.session, since=since)),
    )


def blinding_page() -> ResponseReturnValue:
    """Who learned of whom what they receive; when the data are closed, how well blinding held."""
    study, protocol = g.person.study, g.person.protocol
    incidents = blinding.incidents(g.session, study.id)
    return render_template(
        "office/blinding.html",
        incidents=incidents,
        people=names.of_team(g.session, [one.user_id for one in incidents]),
        guesses=held.asked(g.session, study.id),
        found=held.held(g.session, study, [arm.key for arm in protocol.arms]),
        arms={arm.key: arm.label for arm in protocol.arms},
    )

"""The page on which the team of a study is named; it shows nobody who takes part."""

import uuid

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import NotFound
from modules.study.protocol import Protocol
from plugin import paging, setup, team
from plugin.admin.forms import RoleForm
from plugin.forms import labelled
from plugin.models import Role
from plugin.tool import current_tool
from plugin.trial import allocation, publication


def team_page() -> ResponseReturnValue:
    """The teachers of the course, what each is in this study, and its list's commitment."""
    if g.person.study is None:
        raise NotFound
    found = team.of_course(g.session, g.person.course_id, g.person.study.id)
    page = paging.asked(found, "team")
    protocol = current_tool().protocols[g.person.study.protocol_key]
    return render_template(
        "admin/team.html",
        page=page,
        is_trial=protocol.is_trial,
        nobody_enrols=protocol.is_trial and team.nobody_enrols(g.session, g.person.study.id),
        forms={each.user_id: _form(each, protocol) for each in page.items},
        commitment=allocation.commitment_of(g.session, g.person.study.id),
    )


def statement() -> Response:
    """The statement of the list's commitment as a file, for the registry. 404 without a list."""
    study = g.person.study
    if study is None or allocation.commitment_of(g.session, study.id) is None:
        raise NotFound
    protocol = current_tool().protocols[study.protocol_key]
    text = publication.statement(g.session, study, protocol)
    response = Response(text, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="commitment.json")
    return response


def _form(one: team.Teacher, protocol: Protocol) -> RoleForm:
    form = RoleForm(role=one.role or Role.VISITOR)
    form.role.choices = labelled(team.assignable_in(protocol))
    form.role.id = f"role-{one.user_id}"
    return form


def give_role(user_id: uuid.UUID) -> ResponseReturnValue:
    """Give a person of the course their role in this study."""
    if g.person.study is None:
        raise NotFound
    team.require_member(g.session, g.person.course_id, user_id)
    role = team.assignable(RoleForm.sent().role.data or "")
    if user_id == g.person.user_id:
        flash(_("Somebody else has to change your own role. Nothing was changed."), "care")
        return redirect(url_for("course_admin.team_page"))
    setup.assign_role(g.session, current_tool(), g.person.study.id, user_id, role, g.person.user_id)
    flash(_("The role was saved. It holds from the person's next page on."), "good")
    return redirect(url_for("course_admin.team_page"))

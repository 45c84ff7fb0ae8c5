"""Where a launch lands: everybody is shown to their own start page."""

import uuid

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.errors import NotAllowed, NotFound
from modules.outcomes.questionnaire import Instrument
from plugin import i18n, outcomes, people, setup, team
from plugin.forms import Answered, Form, RadioField, TickListField, options
from plugin.models import Role
from plugin.tool import current_tool
from plugin.worker import current_tasks

bp = Blueprint("start", __name__)

YEAR_S = 365 * 24 * 3600
STARTS = {
    Role.PATIENT: "patient.home",
    Role.STAFF: "staff.overview",
    Role.ENROLLER: "staff.overview",
    Role.ASSESSOR: "assessor.worklist",
    Role.CUSTODIAN: "office.overview",
    Role.ADMIN: "admin.platforms_page",
}


@bp.get("/")
def start() -> ResponseReturnValue:
    """Show a person to their start page."""
    if g.person.may_set_up:
        return redirect(url_for("start.choose_study"))
    if endpoint := STARTS.get(g.person.role):
        return redirect(url_for(endpoint))
    if _waits_to_be_named():
        there = team.staff_there(g.session, g.person.course_id, g.person.study.id)
        return render_template("not_named.html", staff=there)
    return render_template("visitor.html")


def _waits_to_be_named() -> bool:
    """Say whether a teacher came into a study in which they have no role."""
    nobody = g.person.role is Role.VISITOR and g.person.study is not None
    return nobody and people.teaches(g.launch_session)


@bp.post("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember the language and go back to the page one came from."""
    if code not in i18n.LOCALES:
        raise NotFound
    back = request.args.get("back", "")
    own = url_for("start.start")
    response = make_response(redirect(back if back.startswith(own) else own))
    response.set_cookie(
        i18n.COOKIE,
        code,
        max_age=YEAR_S,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


class StudyForm(Form):
    """Which study or programme a course belongs to, and who works in it."""

    study = RadioField(validators=[Answered()])
    staff = TickListField(_l("Who else is to be staff?"))


@bp.route("/set-up", methods=["GET", "POST"])
def choose_study() -> ResponseReturnValue:
    """Let the first teacher or administrator say what runs in this course, and who works in it."""
    if not g.person.may_set_up:
        raise NotAllowed
    tool = current_tool()
    form = StudyForm.sent()
    form.study.label.text = _("What runs in this course?")
    offered = setup.choices(g.session, g.person.user_id, tool.protocols, i18n.language())
    form.study.choices = options(offered)
    form.staff.choices = options(_may_be_named())
    if request.method == "POST" and form.validate():
        who = g.person.course_id, g.person.user_id
        staff = [uuid.UUID(key) for key in form.staff.data]
        setup.bind(g.session, tool, *who, form.study.data, staff)
        current_tasks().sync_roster(str(g.person.course_id))
        flash(_("Connected. The list of people is being fetched from Moodle."), "good")
        return redirect(url_for("course_admin.team_page"))
    details = {choice: _what_it_means(choice) for choice, _label in offered}
    page = render_template("set_up.html", form=form, details=details)
    return page, 422 if form.errors else 200


def _may_be_named() -> list[tuple[str, str]]:
    """Return whom the page offers as staff: an administrator, who is none by that alone, too."""
    own = g.person.user_id
    found = team.to_name(g.session, g.person.course_id)
    found.pop(own, None)
    names = [(str(key), name) for key, name in found.items()]
    return [(str(own), _("I myself")), *names] if g.person.administers else names


def _what_it_means(choice: str) -> str:
    """Return what happens when a course is connected to a choice of `setup.choices`."""
    if not choice.startswith(setup.NEW):
        return _("A study that exists already. This course is added to it.")
    tool = current_tool()
    protocol = tool.protocols[choice.removeprefix(setup.NEW)]
    means = (
        _(
            "A new trial. Its allocation list is sealed at once. Whoever makes it is its staff,"
            " treats and sees arms; a blinded assessor must not do this step, nor whoever will"
            " enrol."
        )
        if protocol.is_trial
        else _("A new programme for everybody in the course. Nobody is allocated or blinded.")
    )
    shut = outcomes.shut_at_first(protocol, tool.instruments, tool.now().date())
    return f"{means} {_what_is_shut(shut)}".rstrip()


def _what_is_shut(shut: list[Instrument]) -> str:
    """Return which questionnaires still need the wording that the clinic has a licence for."""
    if not shut:
        return ""
    titles = "; ".join(each.title.get(i18n.language()) for each in shut)
    return _(
        "Still shut to patients, until an administrator loads the licensed wording: %(titles)s.",
        titles=titles,
    )

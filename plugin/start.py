"""Where a launch lands: everybody is shown to their own start page."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import NotAllowed, NotFound
from modules.outcomes.questionnaire import Instrument
from plugin import i18n, outcomes, setup
from plugin.forms import Answered, Form, RadioField, options
from plugin.models import Role
from plugin.tool import current_tool

bp = Blueprint("start", __name__)

YEAR_S = 365 * 24 * 3600
STARTS = {
    Role.PATIENT: "patient.home",
    Role.STAFF: "staff.overview",
    Role.ASSESSOR: "assessor.worklist",
    Role.ADMIN: "admin.platforms_page",
}


@bp.get("/")
def start() -> ResponseReturnValue:
    """Show a person to their start page."""
    if g.person.may_set_up and g.person.role is not Role.ADMIN:
        return redirect(url_for("start.choose_study"))
    endpoint = STARTS.get(g.person.role)
    return redirect(url_for(endpoint)) if endpoint else render_template("visitor.html")


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
    """Which study or programme a course belongs to."""

    study = RadioField(validators=[Answered()])


@bp.route("/set-up", methods=["GET", "POST"])
def choose_study() -> ResponseReturnValue:
    """Let the first teacher or administrator say what runs in this course."""
    if not g.person.may_set_up:
        raise NotAllowed
    tool = current_tool()
    form = StudyForm.sent()
    form.study.label.text = _("What runs in this course?")
    offered = setup.choices(g.session, g.person.user_id, tool.protocols, i18n.language())
    form.study.choices = options(offered)
    if request.method == "POST" and form.validate():
        setup.bind(g.session, tool, g.person.course_id, g.person.user_id, form.study.data)
        return redirect(url_for("start.start"))
    details = {choice: _what_it_means(choice) for choice, _label in offered}
    return render_template("set_up.html", form=form, details=details)


def _what_it_means(choice: str) -> str:
    """Return what happens when a course is connected to a choice of `setup.choices`."""
    if not choice.startswith(setup.NEW):
        return _("A study that exists already. You are its staff.")
    tool = current_tool()
    protocol = tool.protocols[choice.removeprefix(setup.NEW)]
    means = (
        _(
            "A new trial. Its allocation list is sealed at once. You become its staff and see the"
            " arms; a blinded assessor must not do this step."
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

"""Placing the course in Moodle: staff choose, a signed answer goes back (Deep Linking 2.0)."""

from dataclasses import dataclass

from flask import Blueprint, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lti.http import origin_of
from lti.launch.claims import DEEP_LINKING_REQUEST, read_deep_linking
from lti.launch.claims import Role as ProposedRole
from lti.models import Deployment
from lti.services import deep_links, grades
from lti.services.deep_links import Place, Placement
from lti.services.tokens import signer
from modules.errors import NotAllowed
from plugin import gradebook, i18n
from plugin.forms import Answered, Form, TickListField, options
from plugin.tool import current_tool

bp = Blueprint("linking", __name__)

PLACE_WORDS = {
    Place.PROGRAMME: _l("The whole programme"),
    Place.ASSESSMENTS: _l("The questionnaires"),
    Place.ASSESSOR: _l("The entrance for blinded assessors"),
}


class PlaceForm(Form):
    """What a teacher places in the course."""

    place = TickListField(
        _l("What should be placed?"), validators=[Answered(_l("Choose at least one."))]
    )


@dataclass(frozen=True)
class Offer:
    """One thing that can be placed; `key` is its value in the form."""

    key: str
    words: str
    placement: Placement


@bp.before_request
def require_request() -> None:
    """Only teachers and administrators who are choosing content come here."""
    launch_session = g.launch_session
    allowed = launch_session.role in (ProposedRole.STAFF, ProposedRole.ADMIN)
    if launch_session.message_type != DEEP_LINKING_REQUEST or not allowed:
        raise NotAllowed


@bp.get("/deep-link")
def choose() -> ResponseReturnValue:
    """Show what can be placed."""
    return render_template("linking/choose.html", form=_form(_offers()))


@bp.post("/deep-link")
def answer() -> ResponseReturnValue:
    """Send the choice back to the platform through the browser, signed."""
    tool = current_tool()
    offers = _offers()
    form = _form(offers)
    settings = read_deep_linking(g.launch_session.deep_linking)
    if form.validate() and len(form.place.data) > 1 and not settings.accept_multiple:
        form.place.errors = [_("Moodle takes one at a time here. Choose one.")]
    if form.errors:
        return render_template("linking/choose.html", form=form), 422
    chosen = [offer for offer in offers if offer.key in form.place.data]
    platform = g.launch_session.platform
    token = deep_links.response(
        settings,
        issuer=platform.issuer,
        client_id=platform.client_id,
        deployment_id=_deployment_id(),
        items=[_item(offer) for offer in chosen],
        sign=signer(tool.database, tool.now),
        now=tool.now(),
    )
    response = make_response(
        render_template("linking/return.html", return_url=settings.return_url, token=token)
    )
    g.form_target = origin_of(settings.return_url)
    return response


def _form(offers: list[Offer]) -> PlaceForm:
    form = PlaceForm.sent()
    form.place.choices = options((offer.key, offer.words) for offer in offers)
    return form


def _offers() -> list[Offer]:
    offers = [Offer(each.value, str(words), Placement(each)) for each, words in PLACE_WORDS.items()]
    modules = current_tool().curriculum.modules
    return offers + [
        Offer(
            f"module:{module.key}",
            _(
                "Module %(number)s: %(title)s",
                number=module.number,
                title=module.title.get(i18n.language()),
            ),
            Placement(Place.MODULE, module.key),
        )
        for module in modules
    ]


def _item(offer: Offer) -> dict[str, object]:
    key = offer.placement.module
    module = current_tool().curriculum.module(key) if key else None
    return deep_links.item(
        offer.placement,
        _course_language(),
        title=deep_links.numbered(module.number, module.title) if module else None,
        points=_points(offer),
    )


def _course_language() -> str:
    """Return the language the platform asked for: titles are the course's, not this reader's."""
    return "en" if (g.launch_session.locale or "").lower().startswith("en") else "es"


def _points(offer: Offer) -> float | None:
    """Return the maximum of a grade column; none unless the course's study sends progress.

    One column shows the whole progress, so only the programme brings one.
    """
    course = g.launch_session.course
    sends = course is not None and course.study_id and gradebook.is_on(g.session, course.study_id)
    return grades.MAXIMUM if sends and offer.placement.place is Place.PROGRAMME else None


def _deployment_id() -> str:
    course = g.launch_session.course
    if course is None:
        raise NotAllowed
    return g.session.get_one(Deployment, course.deployment_id).deployment_id

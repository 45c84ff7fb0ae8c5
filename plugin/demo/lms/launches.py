"""How a launch travels: login initiation, authorisation, the signed answer; and content selection.

OpenID Connect third-party login as LTI security 1.0, section 5.1, describes it and as Moodle does
it: `launch.php` posts to the tool, the tool sends the browser to `auth.php`, which posts the
id_token to a registered address.
"""

from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Blueprint, abort, jsonify, render_template, request, session, url_for
from werkzeug.wrappers import Response

from plugin.demo.lms import claims
from plugin.demo.lms.access import TokenRefused
from plugin.demo.lms.config import Activity, Course, Person, Tool
from plugin.demo.lms.pages import course_or_404, current_person, current_site, session_id
from plugin.demo.lms.site import (
    DEEP_LINK_MESSAGE,
    RESOURCE_MESSAGE,
    PendingLaunch,
    may_edit,
)
from plugin.demo.lms.texts import launch_locale

bp = Blueprint("demo_launches", __name__, url_prefix="/mod/lti")

DOCUMENT_TARGETS = {"top": "frame", "window": "window"}


@bp.get("/launch.php")
def launch() -> str:
    """Begin a launch of activity `id`; `container` is `top`, `window` or, by default, an iframe."""
    site, person = current_site(), _signed_in()
    number = request.args.get("id", type=int) or 0
    placed = site.activity(site.course_of(number) or "", number) or abort(404)
    tool = site.tool_of(placed)
    if not site.is_active(tool):
        abort(403)
    pending = PendingLaunch(
        person.id,
        tool.client_id,
        site.course_of(number) or "",
        RESOURCE_MESSAGE,
        placed.target_link_uri,
        DOCUMENT_TARGETS.get(request.args.get("container", ""), "iframe"),
        placed,
    )
    return _initiate(tool, pending)


@bp.get("/contentitem.php")
def select_content() -> str:
    """Begin content selection with the tool `tool` (a client id) for the course `course`."""
    site, person = current_site(), _signed_in()
    course = course_or_404(request.args.get("course", ""))
    tool = site.tool(request.args.get("tool", "")) or abort(404)
    if not site.is_active(tool) or not may_edit(
        person
    ):  # Moodle stops a non-editing teacher before the tool is reached
        abort(403)
    pending = PendingLaunch(
        person.id, tool.client_id, course.id, DEEP_LINK_MESSAGE, tool.launch_url, "iframe"
    )
    return _initiate(tool, pending)


@bp.get("/contentitem_page.php")
def select_content_page() -> str:
    """Show content selection in its iframe."""
    course = course_or_404(request.args.get("course", ""))
    tool = current_site().tool(request.args.get("tool", "")) or current_site().tools()[0]
    address = url_for("demo_launches.select_content", course=course.id, tool=tool.client_id)
    return render_template("lms/select.html", course=course, frame_url=address)


def _signed_in() -> Person:
    return current_person() or abort(403)


def _initiate(tool: Tool, pending: PendingLaunch) -> str:
    fields = {
        "iss": current_site().config.base_url,
        "target_link_uri": pending.target_link_uri,
        "login_hint": pending.person_id,
        "lti_message_hint": current_site().begin_launch(session_id(), pending),
        "client_id": tool.client_id,
        "lti_deployment_id": tool.deployment_id,
        **_storage(pending),
    }
    return render_template("lms/autopost.html", action=tool.login_url, fields=fields)


def _storage(pending: PendingLaunch) -> dict[str, str]:
    """Name the frame that keeps things for a tool (LTI Platform Storage 1.0), if there is one."""
    offered = current_site().config.offers_storage and pending.document_target == "iframe"
    return {"lti_storage_target": "_parent"} if offered else {}


# --- authorisation -----------------------------------------------------------------------------


@bp.route("/auth.php", methods=["GET", "POST"])
def authorise() -> str:
    """Answer an authentication request with a signed id_token, or with an error, by form post."""
    site = current_site()
    asked = request.values
    if current_person() is None and "repost" not in asked:
        # Sent here by a page of another site, a browser leaves our Lax cookie out. As in Moodle a
        # page of our own sends the same once more.
        again = {**asked.to_dict(), "repost": "1"}
        address = url_for("demo_launches.authorise")
        return render_template("lms/autopost.html", action=address, fields=again)
    pending = site.take_launch(session_id(), asked.get("lti_message_hint", ""))
    if pending is None:
        abort(400, "invalid request: unknown or used lti_message_hint")
    tool = site.tool(pending.client_id) or abort(400)
    if asked.get("redirect_uri") not in tool.allowed_redirects:
        abort(400, "invalid request: redirect_uri is not registered")
    fields = {"state": asked["state"]} if "state" in asked else {}
    fields |= _storage(pending)
    problem = _request_problem(asked, tool)
    if problem:
        fields |= {"error": problem[0], "error_description": problem[1]}
    else:
        fields["id_token"] = site.access.sign(_claims(tool, pending, asked["nonce"]))
    return render_template("lms/autopost.html", action=asked["redirect_uri"], fields=fields)


def _request_problem(asked: Any, tool: Tool) -> tuple[str, str] | None:
    person = current_person()
    needed = ("scope", "response_type", "client_id", "login_hint", "nonce")
    checks = (
        (all(asked.get(name) for name in needed), "invalid_request", "Missing parameter"),
        (asked.get("scope") == "openid", "invalid_scope", "Invalid scope"),
        (asked.get("response_type") == "id_token", "unsupported_response_type", "Invalid type"),
        (asked.get("client_id") == tool.client_id, "unauthorized_client", "Another client"),
        (person is not None and asked.get("login_hint") == person.id, "access_denied", "No login"),
        (asked.get("response_mode") == "form_post", "invalid_request", "Invalid response_mode"),
        (asked.get("prompt") in (None, "none"), "invalid_request", "Invalid prompt"),
    )
    return next(((code, words) for holds, code, words in checks if not holds), None)


def _claims(tool: Tool, pending: PendingLaunch, nonce: str) -> dict[str, Any]:
    site, person = current_site(), _signed_in()
    config, course = site.config, site.courses[pending.course_id]
    said = claims.lti_claims(
        config,
        tool,
        pending,
        course,
        person,
        nonce=nonce,
        locale=launch_locale(person),
        return_url=_return_url(course, pending),
        now=config.clock(),
    )
    if pending.activity is None:
        return said | claims.deep_link_claims(tool, course, _deep_link_return_url(course, tool))
    items = [
        item
        for item in site.gradebook.of_course(course.id)
        if item.activity_number == pending.activity.number
    ]
    return said | claims.resource_claims(config, tool, course, pending.activity, items)


def _return_url(course: Course, pending: PendingLaunch) -> str:
    query = {
        "course": course.id,
        "launch_container": 3 if pending.document_target == "iframe" else 5,
        "instanceid": pending.activity.number if pending.activity else "",
        "sesskey": _sesskey(),
    }
    return f"{current_site().config.base_url}/mod/lti/return.php?{urlencode(query)}"


def _deep_link_return_url(course: Course, tool: Tool) -> str:
    query = {"course": course.id, "id": tool.deployment_id, "sesskey": _sesskey()}
    return f"{current_site().config.base_url}/mod/lti/contentitem_return.php?{urlencode(query)}"


def _sesskey() -> str:
    return str(session["sesskey"])


# --- the answer to content selection -----------------------------------------------------------


@bp.post("/contentitem_return.php")
def content_selected() -> str:
    """Place what the tool offers. As in Moodle only signature and issuer of the answer count.

    Moodle knows its user again by a page that posts itself once more; here the session key, which
    only that browser and the tool were told, is enough.
    """
    site = current_site()
    course = course_or_404(request.args.get("course", ""))
    if not site.knows_session_key(request.args.get("sesskey", "")):
        abort(403)
    tool = site.tool_by_deployment(request.args.get("id", "")) or abort(404)
    try:
        answer = site.access.read_tool_message(request.form.get("JWT", ""), tool)
    except jwt.PyJWTError:
        abort(400, "Invalid JWT")
    items = answer.get(f"{claims.DEEP_LINKING}/content_items", [])
    placed = [
        site.add_activity(course.id, _activity_of(item, tool))
        for item in items
        if item.get("type") == "ltiResourceLink"
    ]
    return render_template("lms/placed.html", course=course, placed=placed)


def _activity_of(item: dict[str, Any], tool: Tool) -> Activity:
    line_item = item.get("lineItem") or {}
    points = line_item.get("scoreMaximum")
    return Activity(
        number=0,
        title=str(item.get("title", tool.name)),
        target_link_uri=str(item.get("url") or tool.launch_url),
        deployment_id=tool.deployment_id,
        text=str(item.get("text", "")),
        custom={str(key): str(value) for key, value in (item.get("custom") or {}).items()},
        points=float(points) if points is not None else None,
    )


# --- keys and tokens ---------------------------------------------------------------------------


@bp.get("/certs.php")
def key_set() -> Response:
    """Publish the public keys."""
    return jsonify(current_site().access.key_set())


@bp.post("/token.php")
def token() -> tuple[Response, int] | Response:
    """Give an access token for the services to a tool that proves itself with its own key."""
    site = current_site()
    try:
        return jsonify(site.access.grant(request.form.to_dict(), site.tool))
    except TokenRefused as refusal:
        return jsonify(error=refusal.code), 400

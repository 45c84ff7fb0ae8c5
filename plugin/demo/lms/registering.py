"""Dynamic registration (LTI-DR 1.0), as Moodle does it, and the page where tools are managed."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin.demo.lms import access
from plugin.demo.lms.config import CourseRole, Tool
from plugin.demo.lms.pages import current_person, current_site
from plugin.demo.lms.site import DEEP_LINK_MESSAGE, RESOURCE_MESSAGE

bp = Blueprint("demo_registering", __name__, url_prefix="/mod/lti")

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
NAME_CLAIMS = {"name", "given_name", "family_name"}
VARIABLES = ("Context.id", "Context.title", "ResourceLink.id", "User.id", "Person.name.full")


@bp.get("/openid-configuration.php")
def openid_configuration() -> Response:
    """Say where everything is."""
    base = current_site().config.base_url
    return jsonify(
        {
            "issuer": base,
            "token_endpoint": f"{base}/mod/lti/token.php",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{base}/mod/lti/certs.php",
            "authorization_endpoint": f"{base}/mod/lti/auth.php",
            "registration_endpoint": f"{base}/mod/lti/openid-registration.php",
            "scopes_supported": list(access.SCOPES),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            PLATFORM_CONFIGURATION: {
                "product_family_code": "moodle",
                "version": "4.5.6 (Build: 20250811)",
                "messages_supported": [{"type": RESOURCE_MESSAGE}, {"type": DEEP_LINK_MESSAGE}],
                "variables": list(VARIABLES),
            },
        }
    )


@bp.post("/openid-registration.php")
def register() -> Response | tuple[Response, int] | tuple[str, int]:
    """Keep a tool as pending. Refusals are Moodle's: a word with 401, plain text with 400."""
    site = current_site()
    try:
        client_id = site.access.take_registration(request.headers.get("Authorization"))
    except LookupError as reason:
        if str(reason) == "invalid_registration_token":
            abort(404)
        return jsonify(error=str(reason)), 401
    asked: Any = request.get_json(force=True, silent=True)
    problem = _problem(asked)
    if problem:
        return problem, 400
    tool = site.register(_tool(client_id, asked))
    return jsonify(_answer(tool, asked))


def _problem(asked: Any) -> str | None:
    if not isinstance(asked, dict):
        return "not_json"
    lti = asked.get(TOOL_CONFIGURATION)
    if not isinstance(lti, dict):
        return "missing_lti_tool_configuration"
    target = str(lti.get("target_link_uri", ""))
    checks = (
        ("id_token" in asked.get("response_types", []), "invalid_response_types"),
        (bool(asked.get("initiate_login_uri")), "missing_initiate_login_uri"),
        (_is_list(asked.get("redirect_uris")), "missing_redirect_uris"),
        (bool(asked.get("client_name")), "missing_client_name"),
        (bool(asked.get("jwks_uri")), "missing_jwks_uri"),
        (asked.get("token_endpoint_auth_method") == "private_key_jwt", "invalid_auth_method"),
        (asked.get("application_type", "web") == "web", "invalid_application_type"),
        (bool(lti.get("domain")), "missing_domain"),
        (lti.get("domain") == urlsplit(target).netloc, "domain_targetlinkuri_mismatch"),
    )
    return next((reason for holds, reason in checks if not holds), None)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value)


def _tool(client_id: str, asked: dict[str, Any]) -> Tool:
    lti = asked[TOOL_CONFIGURATION]
    claims = set(lti.get("claims", []))
    return Tool(
        client_id=client_id,
        deployment_id="0",
        login_url=asked["initiate_login_uri"],
        launch_url=lti["target_link_uri"],
        jwks_url=asked["jwks_uri"],
        redirect_uris=tuple(asked["redirect_uris"]),
        name=asked["client_name"],
        share_name=bool(claims & NAME_CLAIMS),
        share_email="email" in claims,
        custom=dict(lti.get("custom_parameters", {})),
    )


def _answer(tool: Tool, asked: dict[str, Any]) -> dict[str, Any]:
    lti = {**asked[TOOL_CONFIGURATION], "version": "1.3.0", "deployment_id": tool.deployment_id}
    return {**asked, "client_id": tool.client_id, TOOL_CONFIGURATION: lti}


# --- the administrator's pages -----------------------------------------------------------------


@bp.get("/toolconfigure.php")
def manage_tools() -> str:
    """List the tools and offer to add one."""
    _only_admin()
    site = current_site()
    tools = [(tool, site.is_active(tool)) for tool in site.tools()]
    return render_template("lms/tools.html", tools=tools)


@bp.post("/startltiadvregistration.php")
def start_registration() -> str:
    """Open the tool's registration page in an iframe, with the two things it needs."""
    _only_admin()
    site = current_site()
    address = request.form.get("url", "")
    if urlsplit(address).scheme not in ("http", "https"):
        abort(400)
    query = {
        "openid_configuration": f"{site.config.base_url}/mod/lti/openid-configuration.php",
        "registration_token": site.access.registration_token(),
    }
    frame_url = f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    return render_template("lms/register.html", frame_url=frame_url, origin=origin)


@bp.post("/activate.php")
def activate() -> AnyResponse:
    """Activate a pending tool."""
    _only_admin()
    current_site().activate(request.form.get("client_id", ""))
    return redirect(url_for("demo_registering.manage_tools"))


def _only_admin() -> None:
    person = current_person()
    if person is None or person.role is not CourseRole.ADMIN:
        abort(403)

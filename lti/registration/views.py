"""The page of `/lti/register`: a platform opens it in a frame, with what we need to register there.

It needs no cookie and no session. Its words name the cause wherever one is known, above all the
`Authorization` header that many web servers drop before Moodle sees it.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from lti.http import Http, origin_of
from lti.registration import invites
from lti.registration.dynamic import (
    Registered,
    RegistrationRefused,
    ToolProfile,
    register,
)
from modules.records.db import Database

LAYOUT = "lti/layout.html"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?|https?://\[[0-9a-f:]+\](:\d+)?")
AUTHORIZATION = _l(
    "The platform did not receive our registration token. Very often the web server in front of"
    " Moodle drops the Authorization header. For Apache add “CGIPassAuth On” or “SetEnvIf"
    " Authorization (.+) HTTP_AUTHORIZATION=$1”; for nginx pass HTTP_AUTHORIZATION to PHP. Then"
    " try again with the same link."
)
WORDS: dict[str, LazyString] = {
    "invite": _l(
        "This registration link is unknown, has been used, or is over. Ask the administrator of"
        " this tool for a new one."
    ),
    "not_from_platform": _l(
        "This link is to be entered in the learning platform, not opened here. In Moodle: Site"
        " administration, Plugins, External tool, Manage tools; paste the link as tool URL and"
        " choose “Add LTI Advantage”."
    ),
    "address_not_public": _l(
        "The platform's address leads into a private network. Dynamic registration works with"
        " public addresses only; register the platform by hand instead."
    ),
    "address_not_https": _l("The platform's address must begin with https."),
    "address_malformed": _l("The platform sent an address that cannot be read."),
    "address_redirects": _l("The platform's address leads to another one. Use the final address."),
    "answer_too_big": _l("The platform's answer was too large or too slow."),
    "configuration_unreachable": _l("The platform's configuration could not be read."),
    "configuration_unreadable": _l("The platform's configuration is not what it should be."),
    "configuration_incomplete": _l("Something is missing in the platform's configuration."),
    "issuer_elsewhere": _l(
        "The platform names an issuer on another host than its configuration. In Moodle, check"
        " wwwroot in config.php."
    ),
    "endpoint_elsewhere": _l("The platform names an address on another host than its issuer."),
    "no_rs256": _l("The platform cannot sign with RS256."),
    "registration_unreachable": _l("The platform's registration address could not be reached."),
    "registration_unreadable": _l("The platform answered something that cannot be read."),
    "authorization_lost": AUTHORIZATION,
    "no_client_id": AUTHORIZATION,
    "token_already_used": _l(
        "The platform's registration token has been used before, perhaps by reloading this page."
        " Close this window and start again in the platform; the link still works."
    ),
    "platform_refused": _l("The platform refused the registration."),
}


def create_view(
    database: Database,
    http: Http,
    profile: ToolProfile,
    clock: Callable[[], datetime],
    layout: str = LAYOUT,
) -> Callable[[], ResponseReturnValue]:
    """Return the view for `lti.launch.views.create_blueprint(register=…)`.

    `http` is a `lti.http.GuardedHttp`; `layout` the template our pages extend.
    """

    def view() -> ResponseReturnValue:
        configuration_url = request.args.get("openid_configuration", "")
        secret = request.args.get("invite", "")
        origin = _safe_origin(configuration_url)
        try:
            _check_request(database, secret, configuration_url, clock())
            registered = register(
                database,
                http,
                profile,
                secret=secret,
                configuration_url=configuration_url,
                registration_token=request.args.get("registration_token", ""),
                now=clock(),
            )
        except RegistrationRefused as refusal:
            return _refused(refusal, layout, origin)
        return _done(registered, layout, origin)

    return view


def _check_request(database: Database, secret: str, configuration_url: str, now: datetime) -> None:
    with database.reading() as session:
        if not invites.is_open(session, secret, now):
            raise RegistrationRefused("invite", 403)
    if not configuration_url:
        raise RegistrationRefused("not_from_platform")


def _done(registered: Registered, layout: str, origin: str) -> Response:
    page = render_template(
        "lti/registered.html",
        lti_layout=layout,
        lti_language=_language(),
        repeated=registered.repeated,
        # Only the platform that opened this page is told that it may close it.
        close_message=json.dumps({"subject": "org.imsglobal.lti.close"}),
        platform_origin=origin,
    )
    return _framed(make_response(page), origin)


def _refused(refusal: RegistrationRefused, layout: str, origin: str) -> Response:
    page = render_template(
        "lti/not-registered.html",
        lti_layout=layout,
        lti_language=_language(),
        reason=WORDS[refusal.code],
        detail=refusal.detail,
    )
    return _framed(make_response(page, refusal.status), origin)


def _safe_origin(url: str) -> str:
    """Return the origin of an address if it can stand in a header, else ""."""
    origin = origin_of(url)
    return origin if ORIGIN.fullmatch(origin) else ""


def _framed(response: Response, origin: str) -> Response:
    """Let the platform that opened the page frame it; nothing on it can be done by a click."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " font-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {origin or chr(39) + 'none' + chr(39)}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the link is in the address
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _language() -> str:
    locale = get_locale()
    return str(locale).replace("_", "-") if locale else "en"

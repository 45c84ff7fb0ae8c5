"""The routes below `/lti`: login, launch and key set; the application mounts registration here too.

Every answer says which site may frame it (the registered platform, nobody else) and that addresses
are not passed on. Refusals are pages with a reference, never a server error.
"""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lti import keys
from lti.errors import Code, LtiError, Malformed, NotAuthentic, TooMany, WrongMethod
from lti.http import origin_of
from lti.keysets import KeySets
from lti.launch import (
    diagnostics,
    login,
    login_attempts,
    refusal_texts,
    sessions,
)
from lti.launch.accept import LaunchTool, LtiSettings, OnLaunch
from lti.launch.answers import drop_cookie, page, set_cookie
from lti.launch.diagnostics import LaunchChecks, QuietPlatforms
from lti.launch.frames import NOBODY, frame_ancestors, origins
from lti.launch.login import AuthenticationRequest, LoginRequest
from lti.launch.platform_storage import PlatformStorage
from lti.launch.rate_limit import visitor_address
from lti.models import Platform, RegisteredPlatform
from modules.records.db import Database
from modules.records.rate_limit import RateLimit

PROBE_COOKIE = "__Host-lti-probe"
PROBE = "probe"
LARGEST_FORM = 262_144
FRAMES = ("iframe", "frame", "embed", "object")


def create_blueprint(
    *,
    database: Database,
    settings: LtiSettings,
    on_launch: OnLaunch,
    on_deep_link: OnLaunch | None = None,
    register: Callable[[], ResponseReturnValue] | None = None,
) -> Blueprint:
    """Return the blueprint `lti`.

    `on_launch` and `on_deep_link` decide where an accepted launch leads (`accept.OnLaunch`);
    without the second, deep-linking requests are refused. `register` is the view of
    `/lti/register`, where a platform opens dynamic registration.
    """
    bp = Blueprint(
        "lti", "lti", url_prefix="/lti", template_folder="templates", static_folder="static"
    )
    views = _Views(database, settings, on_launch, on_deep_link)
    bp.before_request(views.prepare)
    bp.after_request(views.protect)
    bp.register_error_handler(LtiError, views.refused)
    bp.add_url_rule("/login", "login", views.login, methods=["GET", "POST"])
    bp.add_url_rule("/launch", "launch", views.launch, methods=["GET", "POST"])
    bp.add_url_rule("/enter", "enter", views.enter, methods=["POST"])
    bp.add_url_rule("/jwks", "jwks", views.jwks, methods=["GET"])
    if register is not None:
        bp.add_url_rule("/register", "register", register, methods=["GET", "POST"])
    return bp


class _Views:
    def __init__(
        self,
        database: Database,
        settings: LtiSettings,
        on_launch: OnLaunch,
        on_deep_link: OnLaunch | None,
    ) -> None:
        self.database, self.settings = database, settings
        self.keysets = KeySets(database, allow_loopback=settings.allow_loopback)
        self.tool = LaunchTool(database, settings, self.keysets, on_launch, on_deep_link)
        self.by_storage = PlatformStorage(database, settings)
        # What ends in an accepted launch is given back: a hospital behind one address is never
        # held up.
        self.rate_limit = RateLimit(
            "launch", settings.burst, settings.per_second, database, settings.clock
        )
        self.quiet = QuietPlatforms()

    # Routes -------------------------------------------------------------------------------------

    def login(self) -> ResponseReturnValue:
        """Take a login request to the platform's own login."""
        self._slow_down()
        asked = login.read_login(_sent(lambda: request.values), self.settings.addresses)
        g.lti_checks("parameters")
        platform = login.find_platform(self.database, asked)
        g.lti_checks.platform_id = platform.id
        g.lti_frames = frame_ancestors(platform)
        login.require_active(platform)
        g.lti_checks("registration")
        detour = self._probe(platform, asked)
        return detour if detour is not None else self._to_platform(platform, asked)

    def launch(self) -> ResponseReturnValue:
        """Let a launch in, or say which check it failed."""
        self._slow_down()
        if request.method != "POST" or "id_token" in request.args:
            if "error" in request.args:  # a platform may answer an error by address
                raise NotAuthentic(Code.PLATFORM_ERROR)
            raise WrongMethod(Code.METHOD)
        form = _sent(lambda: request.form)
        kept = self.by_storage.brought_back(form)
        if kept is None:
            asking = self.by_storage.ask_for_binding(form)
            if asking is not None:
                return asking
        cookies = {**(kept or {}), **request.cookies}
        accepted = self.tool.receive(form, cookies, g.lti_now, g.lti_checks)
        self._was_honest()
        self.quiet.heard_from(g.lti_checks.platform_id, g.lti_now)
        g.lti_frames = accepted.frame_ancestors
        if kept:
            return self.by_storage.offer_window(accepted)
        response = redirect(self.settings.public_url + accepted.path, code=303)
        for ref in accepted.forget:
            drop_cookie(response, sessions.cookie_name(ref))
        _keep_session(response, accepted.opened)
        return response

    def enter(self) -> ResponseReturnValue:
        """Take a session that was opened without cookies into a window of its own."""
        self._slow_down()
        path, opened = self.by_storage.take_over(_sent(lambda: request.form), g.lti_now)
        response = redirect(self.settings.public_url + path, code=303)
        _keep_session(response, opened)
        return response

    def jwks(self) -> ResponseReturnValue:
        """Publish the public halves of our keys."""
        with self.database.reading() as session:
            response = make_response(keys.key_set(session, g.lti_now))
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    # Login --------------------------------------------------------------------------------------

    def _probe(self, platform: RegisteredPlatform, asked: LoginRequest) -> Response | None:
        """Inside a frame, find out whether a cookie comes back, before the login is used up."""
        if PROBE_COOKIE in request.cookies:
            g.lti_checks("cookies")
            return None
        if request.args.get(PROBE):
            return self._without_cookies(platform, asked)
        if request.headers.get("Sec-Fetch-Dest") not in FRAMES:
            return None
        again = urlencode({**asked.parameters(), PROBE: "1"})
        response = redirect(f"{url_for('lti.login')}?{again}", code=303)
        set_cookie(response, PROBE_COOKIE, secrets.token_urlsafe(8), 43_200)
        return response

    def _without_cookies(self, platform: RegisteredPlatform, asked: LoginRequest) -> Response:
        """Let the platform keep what a cookie cannot, if it offers that; else a new window."""
        if asked.lti_storage_target is None:
            return make_response(page(self.settings, "new-window.html", parameters=asked.again()))
        return self.by_storage.keep_binding(platform, asked, self._request(platform, asked))

    def _to_platform(self, platform: RegisteredPlatform, asked: LoginRequest) -> Response:
        going = self._request(platform, asked)
        response = redirect(going.url, code=302)
        name = login.binding_cookie(going.state)
        set_cookie(response, name, going.binding, int(login_attempts.LIFE.total_seconds()))
        return response

    def _request(self, platform: RegisteredPlatform, asked: LoginRequest) -> AuthenticationRequest:
        if self.quiet.heard_from(platform.id, g.lti_now):
            with self.database.writing() as session:
                diagnostics.record(session, g.lti_checks, g.lti_now)
        return login.authentication_request(platform, asked, self.settings.public_url, g.lti_now)

    # Around every answer ------------------------------------------------------------------------

    def prepare(self) -> None:
        """Begin the record of this request; take no more of a form than a token needs."""
        request.max_content_length = LARGEST_FORM
        request.max_form_memory_size = LARGEST_FORM
        g.lti_now = self.settings.clock()
        g.lti_checks = LaunchChecks("launch" if request.endpoint == "lti.launch" else "login")
        g.lti_frames = NOBODY

    def protect(self, response: Response) -> Response:
        """Say who may frame this answer, and that its address is not passed on."""
        if request.endpoint in ("lti.static", "lti.register"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
            " font-src 'self'; connect-src 'self'; base-uri 'none';"
            # Whoever was refused before `prepare` (too much sent) has told us no platform.
            f" frame-ancestors {g.get('lti_frames', NOBODY)}"
        )
        return response

    def refused(self, error: LtiError) -> Response:
        """Answer a refusal with a page, and keep a record of it."""
        checks, now = g.lti_checks, g.lti_now
        # A flood is not worth a row for each of its drops.
        reference = "" if isinstance(error, TooMany) else self.tool.refuse(error, checks, now)
        known = self._origins_of_visitor(checks)
        g.lti_frames = " ".join(known) or NOBODY
        shown = page(
            self.settings,
            "refused.html",
            words=refusal_texts.for_person(error.code),
            reference=reference,
            new_window=known[0] if known and error.code == Code.BROWSER_BINDING else "",
        )
        response = make_response(shown, error.status)
        if isinstance(error, WrongMethod):
            response.headers["Allow"] = "POST"
        return response

    def _origins_of_visitor(self, checks: LaunchChecks) -> tuple[str, ...]:
        """Return the origins of the registered platform this request concerns or comes from.

        One that is not active counts too: its refusals are read inside its frames.
        """
        sent_by = request.headers.get("Origin") or request.headers.get("Referer") or ""
        visitor = origin_of(sent_by)
        with self.database.reading() as session:
            known = {each.id: origins(each) for each in session.scalars(select(Platform))}
        if checks.platform_id in known:
            return known[checks.platform_id]
        return next((each for each in known.values() if visitor and visitor in each), ())

    def _slow_down(self) -> None:
        if not self.rate_limit.admits(f"{request.endpoint} {_visitor()}"):
            raise TooMany(Code.TOO_MANY)

    def _was_honest(self) -> None:
        for endpoint in ("lti.login", "lti.launch"):
            self.rate_limit.give_back(f"{endpoint} {_visitor()}")


def _visitor() -> str:
    if "werkzeug.proxy_fix.orig" in request.environ:  # the application knows its proxies
        return request.remote_addr or ""
    return visitor_address(request.remote_addr, request.headers.get("X-Forwarded-For"))


def _sent(read: Callable[[], "MultiDict[str, str]"]) -> Mapping[str, str]:
    """Return parameters that were each sent once; two values for one name are nobody's form."""
    try:
        lists = list(read().lists())
    except RequestEntityTooLarge:
        raise Malformed(Code.TOKEN_MALFORMED) from None
    if any(len(set(found)) > 1 for _name, found in lists):
        raise Malformed(Code.LOGIN_PARAMETER)
    return {name: found[0] for name, found in lists}


def _keep_session(response: Response, opened: sessions.Opened) -> None:
    name = sessions.cookie_name(opened.launch_session.ref)
    set_cookie(response, name, opened.secret, int(sessions.LIFE.total_seconds()))


__all__ = ["LtiSettings", "create_blueprint"]

"""Where no cookie can be kept: the platform's own page keeps the secret that binds a login.

LTI Platform Storage 1.0 and LTI Client-Side postMessages 1.0. A platform that offers it names a
frame (`lti_storage_target`); our page gives that frame the secret under a name made from the state
and asks for it back when the launch arrives. Messages go to the origin of the registered platform
only and are taken from nobody else, so neither a page that frames ours nor one that opened it
learns the secret.

The secret then comes back in a form field, and a form can be sent by any page; so it counts only
when the browser says that the form was sent by a page of our own. Without cookies there is no
session inside the frame either: it continues in a window of its own, by a secret that works once.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import g, make_response, request
from werkzeug.wrappers import Response

from lti.errors import Code, NotAuthentic
from lti.http import origin_of
from lti.launch import login, login_attempts, sessions
from lti.launch.accept import AcceptedLaunch, LtiSettings
from lti.launch.answers import page
from lti.launch.frames import frame_ancestors
from lti.launch.login import AuthenticationRequest, LoginRequest
from lti.models import Platform, RegisteredPlatform
from modules.records.db import Database

FIELD = "binding"
"""The form field in which our own page brings the secret back; empty if it could not be had."""
_PATH = re.compile(r"/t/([a-z0-9]{1,16})/[A-Za-z0-9/_-]*")


class PlatformStorage:
    """The steps of a login and launch without cookies, on a platform that keeps things for us."""

    def __init__(self, database: Database, settings: LtiSettings) -> None:
        self._database, self._settings = database, settings

    def keep_binding(
        self, platform: RegisteredPlatform, asked: LoginRequest, going: AuthenticationRequest
    ) -> Response:
        """Show the page that gives the secret to the platform's frame and then goes on there."""
        return self._shown(
            "storage-keep.html",
            storage_origin=origin_of(platform.auth_login_url),
            storage_target=asked.lti_storage_target,
            storage_key=login.binding_name(going.state),
            storage_value=going.binding,
            go_on=going.url,
            parameters=asked.again(),
        )

    def ask_for_binding(self, form: Mapping[str, str]) -> Response | None:
        """Show the page that asks the platform's frame for the secret, if that is the way.

        None: the launch takes its usual way, which says what is wrong with it, if anything is.
        """
        state, target = form.get("state", ""), form.get("lti_storage_target", "")
        usual = not target or not state or FIELD in form or "id_token" not in form
        if usual or login.binding_cookie(state) in request.cookies:
            return None
        attempt = login_attempts.read_state(state)
        if attempt is None:
            return None
        with self._database.reading() as session:
            platform = session.get(Platform, attempt.platform_id)
        if platform is None:
            return None
        g.lti_frames = frame_ancestors(platform)
        return self._shown(
            "storage-ask.html",
            storage_origin=origin_of(platform.auth_login_url),
            storage_target=target,
            storage_key=login.binding_name(state),
            fields={"state": state, "id_token": form["id_token"], FIELD: ""},
        )

    def brought_back(self, form: Mapping[str, str]) -> dict[str, str] | None:
        """Return the secret as the cookie it stands for, if our own page sent the form."""
        if not form.get(FIELD) or not self._is_from_our_page():
            return None
        return {login.binding_cookie(form.get("state", "")): form[FIELD]}

    def offer_window(self, accepted: AcceptedLaunch) -> Response:
        """Show the button that takes the session into a window of its own."""
        opened = accepted.opened
        fields = {
            "ref": opened.launch_session.ref,
            "secret": opened.secret,
            "path": accepted.path,
        }
        return self._shown("storage-enter.html", fields=fields)

    def take_over(self, form: Mapping[str, str], now: datetime) -> tuple[str, sessions.Opened]:
        """Return where a session goes on, and its new secret. Raises NotAuthentic."""
        path = _PATH.fullmatch(form.get("path", ""))
        if path is None or path[1] != form.get("ref") or not self._is_from_our_page():
            raise NotAuthentic(Code.SESSION)
        with self._database.writing() as session:
            opened = sessions.hand_over(session, path[1], form.get("secret", ""), now)
        if opened is None:
            raise NotAuthentic(Code.SESSION)
        return path[0], opened

    def _is_from_our_page(self) -> bool:
        """Whether the browser says that a page of ours sent this; no page can say that itself."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        return request.headers.get("Origin") == origin_of(self._settings.public_url)

    def _shown(self, template: str, **values: object) -> Response:
        response = make_response(page(self._settings, template, **values))
        # Without this a browser would not tell us that the next form is our own.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

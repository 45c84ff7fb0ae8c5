"""The short messages after a redirect ("Your diary is saved"), kept in a cookie of this launch.

Flask's own session holds nothing else: who a person is lives on the server (`lti.launch.sessions`).
"""

import re

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from plugin.tool import EXTENSION

_REF = re.compile(r"^/t/([A-Za-z0-9_-]{1,32})(?:/|$)")


class LaunchNotes(SecureCookieSessionInterface):
    """One cookie per launch, so that two tabs never show each other's messages."""

    def get_cookie_name(self, app: Flask) -> str:
        """Name the cookie after the launch in the address."""
        match = _REF.match(request.path)
        return f"__Host-columna-notes-{match.group(1) if match else 'none'}"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie of a launch; where no launch is named there is none to read."""
        if _REF.match(request.path) is None:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Use launch-scoped, partitioned cookies for messages."""
    app.secret_key = app.extensions[EXTENSION].secret_for("notes")
    app.config.update(
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_PARTITIONED=True,
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = LaunchNotes()

"""Put the demo LMS together."""

import secrets
from typing import Any

import requests
from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from plugin.demo.lms import grades, launches, pages, registering, roster
from plugin.demo.lms.access import Access
from plugin.demo.lms.config import PlatformConfig
from plugin.demo.lms.site import Site
from plugin.demo.lms.texts import text

EXTENSION = "lms"


def create_platform(config: PlatformConfig, http: Any = None) -> Flask:
    """Return the LMS as a Flask app, to be served at `config.base_url` by one process.

    `http` fetches the tools' key sets (anything with `requests.Session.get`). The running state is
    `app.extensions["lms"]`, a `Site`.
    """
    app = Flask("plugin.demo.lms", static_url_path="/theme")
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        SESSION_COOKIE_NAME="demo_lms_session",
        SESSION_COOKIE_SAMESITE="Lax",  # as Moodle since 2026, whatever the address
        SESSION_COOKIE_HTTPONLY=True,
    )
    access = Access(config, http or requests.Session())
    app.extensions[EXTENSION] = Site(config, access)
    for part in (pages, launches, registering, roster, grades):
        app.register_blueprint(part.bp)
    app.context_processor(pages.template_context)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _error_page)
    return app


def _headers(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; frame-src http: https:; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _error_page(error: HTTPException) -> tuple[str, int] | Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    page = render_template(
        "lms/error.html", code=error.code, reason=error.description or text("error")
    )
    return page, error.code or 500

"""What every answer tells the browser: who may frame it, what it may load, what it may keep."""

import re

from flask import Flask, Response, g, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lti.launch import sessions
from lti.launch.login import origin_of
from lti.models import LaunchSession
from plugin.tool import current_tool

FIXED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_REF = re.compile(r"^/t/([A-Za-z0-9]{1,16})/")


def init_app(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own before."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    origin = g.get("framed_by")
    if "Content-Security-Policy" not in response.headers:
        policy = _policy(origin or _once_framed_by(), g.get("form_target"))
        response.headers["Content-Security-Policy"] = policy
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if origin is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _once_framed_by() -> str:
    """Return who may frame a page of a launch that is over: there it says that it is over.

    Whose launch it was stays unsaid; an address that never was one is framed by nobody.
    """
    match = _REF.match(request.path)
    if match is None:
        return "'none'"
    with current_tool().database.reading() as session:
        launch = session.scalar(
            select(LaunchSession)
            .where(LaunchSession.ref == match[1])
            .options(joinedload(LaunchSession.platform))
        )
        return sessions.embedding_origin(launch) if launch else "'none'"


def _policy(frame_ancestors: str, form_target: str | None) -> str:
    """Return the policy: nothing from elsewhere; framed by the registered platform alone.

    `form_target`: the platform's origin where a deep-linking answer is posted to it.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": _media_sources(),
        "connect-src": "'self'",
        "form-action": f"'self' {form_target}" if form_target else "'self'",
        "base-uri": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _media_sources() -> str:
    """Return where films may come from: the tool, and the storage where browsers fetch there."""
    given = current_tool().settings
    return f"'self' {origin_of(given.media_endpoint)}" if given.media_presigned else "'self'"

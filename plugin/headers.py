"""What every answer tells the browser: who may frame it, what it may load, what it may keep.

Nothing here asks the database: an answer is given also when it is away.
"""

from flask import Flask, Response, g

from lti.http import origin_of
from lti.launch.frames import NOBODY
from plugin.tool import current_tool

FIXED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own before."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    framed_by = g.get("framed_by")
    if "Content-Security-Policy" not in response.headers:
        policy = _policy(framed_by or NOBODY, g.get("form_target"))
        response.headers["Content-Security-Policy"] = policy
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if framed_by is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy(frame_ancestors: str, form_target: str | None) -> str:
    """Return the policy: nothing from elsewhere; framed by those the registration names.

    `form_target`: the platform's origin where a deep-linking answer is posted to it.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": _media_sources(),
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": f"'self' {form_target}" if form_target else "'self'",
        "base-uri": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _media_sources() -> str:
    """Return where films may come from: the tool, and the storage where browsers fetch there."""
    given = current_tool().settings
    return f"'self' {origin_of(given.media_endpoint)}" if given.media_presigned else "'self'"

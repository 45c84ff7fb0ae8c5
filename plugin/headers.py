"""What every answer tells the browser: who may frame it, what it may load, what it may keep."""

from flask import Flask, Response, g

FIXED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own before."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    origin = g.get("framed_by")
    policy = _policy(origin or "'none'", g.get("form_target"))
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if origin is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy(frame_ancestors: str, form_target: str | None) -> str:
    """Return the policy: nothing from elsewhere; framed by the registered platform alone.

    `form_target`: the platform's origin where a deep-linking answer is posted to it.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self'",
        "connect-src": "'self'",
        "form-action": f"'self' {form_target}" if form_target else "'self'",
        "base-uri": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())

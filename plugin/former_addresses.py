"""The addresses the tool had before it moved: whoever comes by one is led to the present one.

Links in messages, in calendars and on paper name the address of the day they were made, and nobody
can change them. The path stays the same and the host is always our own.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.sansio.utils import get_current_url
from werkzeug.utils import redirect
from werkzeug.wrappers import Request

from lti.http import origin_of

CALLED_BY_MACHINES = ("/lti/jwks", "/webhooks/", "/health", "/ready", "/metrics")
"""Answered under every address: what calls these does not always follow."""


def init_app(app: Flask, present: str, former: Sequence[str]) -> None:
    """Lead requests for a former address on to the present one, before anything else is done."""
    inner = app.wsgi_app

    def lead_on(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if _is_former(request, present, former):
            # 307: method and form are kept, and no browser remembers it for good.
            scheme, _, host = present.partition("://")
            target = get_current_url(scheme, host, "", request.path, request.query_string)
            return redirect(target, 307)(environ, start_response)
        return inner(environ, start_response)

    if former:
        app.wsgi_app = lead_on  # type: ignore[method-assign]


def _is_former(request: Request, present: str, former: Sequence[str]) -> bool:
    if request.path.startswith(CALLED_BY_MACHINES):
        return False
    asked = request.headers.get("Host", "")
    came_by = [each for each in (present, *former) if _has_host(each, asked)]
    return bool(came_by) and came_by[0] != present


def _has_host(address: str, host: str) -> bool:
    return origin_of(f"{urlsplit(address).scheme}://{host}") == origin_of(address)

"""What is answered where a form is sent by a script, or after the session of its page has ended.

Then it is saved all the same (`plugin.web.saves_after_end`), and a page follows in place of the way
on: what to do about what was written where there is something to do, and how to go on.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from plugin import web

TELLING = frozenset({"patient.noticed", "patient.saved", "patient.told"})
"""Pages that say what to do about what was just written; they show nothing else of the person."""


def saving(view: Callable[..., Any]) -> Callable[..., Any]:
    """Make a view save after the end too, and answer a script with where to go (`next`, `page`)."""

    @wraps(view)
    def answer(**values: Any) -> Response:
        response = make_response(view(**values))
        if not 300 <= response.status_code < 400:
            return response
        scripted = request.accept_mimetypes.best == "application/json"
        if g.get("ended"):
            page = _in_place_of(response.location or "")
            return jsonify(page=page) if scripted else make_response(page)
        return jsonify(next=response.location) if scripted else response

    return web.saves_after_end(answer)


def _in_place_of(location: str) -> str:
    endpoint, values = current_app.url_map.bind("").match(urlsplit(location).path)
    values.pop("ref", None)
    page = current_app.view_functions[endpoint](**values) if endpoint in TELLING else None
    return page if isinstance(page, str) else render_template("patient/after_end.html")

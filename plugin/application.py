"""Flask with two promises kept by construction: a commit belongs to the request, an error always
has a page.

Flask calls what follows an answer (`after_request`) outside of its table of errors: a commit that
failed there, or a header that had to ask a database that is away, ended as a bare 500 with a
traceback. So a request's transaction ends where its view ends, and whatever still escapes gets a
page that needs nothing: no template, no database, no address.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from flask import Flask, Response, g
from flask.templating import Environment
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import get_host

from lti.launch.frames import NOBODY

log = logging.getLogger(__name__)

_LAST_RESORT = """<!doctype html>
<html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Columna</title>
<h1>Algo salió mal de nuestro lado</h1>
<p>Es posible que no se haya guardado. Espera un momento, regresa y revisa.</p>
<p lang="en">Something went wrong on our side. It may not be saved: wait a moment, go back and
look.</p>
<p>{reference}</p>
</html>
"""


class Templates(Environment):
    """Templates whose globals are settled when they are first used.

    Jinja chains a template's globals to those of the environment, in case these change later, and
    compares the two by every import: a tenth of the cost of a page of many components.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of one template."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """The application; `finish` ends a request's transaction with its answer, `undo` without."""

    jinja_environment = Templates
    finish: Callable[[Response], None] = staticmethod(lambda _response: None)
    undo: Callable[[], None] = staticmethod(lambda: None)

    def wsgi_app(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Refuse a Host that is none before anything is built on it: no page could be."""
        scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST")
        try:
            server = (environ["SERVER_NAME"], int(environ["SERVER_PORT"]))
            self.url_map.bind(get_host(scheme, host, server))
        except (BadRequest, ValueError):
            return last_resort(400)(environ, start_response)
        return super().wsgi_app(environ, start_response)

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer, and commit: a commit that fails is an error like every other."""
        response = self.make_response(super().dispatch_request())
        self.finish(response)
        return response

    def handle_user_exception(self, e: Exception) -> ResponseReturnValue:
        """Answer an error by the table; then nothing of its request is kept."""
        try:
            response = super().handle_user_exception(e)
        except Exception as second:
            if second is e:
                raise
            # What an error's own page met (the database is away) is an error like every other.
            response = super().handle_user_exception(second)
        self.undo()
        return response

    def handle_exception(self, e: Exception) -> Response:
        """Answer what escaped the table of errors, needing nothing that may be broken."""
        reference = secrets.token_hex(4)
        log.error("no page for %s, reference %s", describe(e), reference)
        return last_resort(500, reference, g.get("framed_by", NOBODY))

    def log_exception(self, exc_info: Any) -> None:
        """Flask would write a traceback with the exception's text, which may hold answers."""


def describe(error: BaseException) -> str:
    """Return an exception's type and place; never its text, which may hold what a person typed."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    return f"{type(error).__name__} at {where}"


def last_resort(status: int, reference: str = "", framed_by: str = NOBODY) -> Response:
    """Return the page that needs nothing: no template, no database, no address."""
    response = Response(_LAST_RESORT.format(reference=reference), status, mimetype="text/html")
    policy = f"default-src 'none'; frame-ancestors {framed_by}"
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    return response

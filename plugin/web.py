"""One request: whose launch it belongs to, its one transaction, its CSRF token.

Every page of a person lives below `/t/<ref>`, where `ref` names one launch: two tabs, or two
people on the clinic's tablet, never share a session. A GET runs in a read-only transaction; any
other method in one that is committed before the answer leaves and rolled back on every error.
"""

from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, current_app, g, request
from wtforms import HiddenField

from lti.launch import sessions
from modules.errors import NotAllowed
from plugin import people
from plugin.forms import Form
from plugin.tool import current_tool

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the name of a header


class SessionEnded(NotAllowed):
    """The launch this page belongs to has expired, or its cookie did not come along."""

    code = "session_ended"


class StaleForm(NotAllowed):
    """A form came without the token of this launch."""

    code = "stale_form"


class TokenForm(Form):
    """The field that every form carries (`hidden_fields` in components/field.html)."""

    csrf_token = HiddenField()


def init_app(app: Flask) -> None:
    """Wire the handling of a request into the application."""
    app.url_value_preprocessor(_take_ref)
    app.url_defaults(_give_ref)
    app.before_request(_open)
    app.after_request(_commit)
    app.teardown_request(_close)
    app.jinja_env.globals["csrf_token"] = csrf_token


def _take_ref(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.ref = values.pop("ref", None) if values else None


def _give_ref(endpoint: str, values: dict[str, Any]) -> None:
    if g.get("ref") and current_app.url_map.is_endpoint_expecting(endpoint, "ref"):
        values.setdefault("ref", g.ref)


def _open() -> None:
    if g.get("ref") is None:
        return
    tool = current_tool()
    g.stack = ExitStack()
    safe = request.method in SAFE_METHODS
    g.session = g.stack.enter_context(tool.database.reading() if safe else tool.database.writing())
    secret = request.cookies.get(sessions.cookie_name(g.ref), "")
    g.launch_session = sessions.load(g.session, g.ref, secret, tool.now())
    if g.launch_session is None:
        raise SessionEnded
    # Read now what every answer needs: after a refusal the row has left its transaction.
    g.csrf_token = sessions.csrf_token(g.launch_session)
    g.framed_by = sessions.embedding_origin(g.launch_session)
    g.person = people.person_of(g.session, tool, g.launch_session)
    if not safe and not sessions.csrf_holds(g.launch_session, sent_token()):
        raise StaleForm


def csrf_token() -> str:
    """Return the token that every form of this launch carries."""
    return str(g.csrf_token)


def sent_token() -> str:
    """Return the token that came with this request; empty without one."""
    return request.headers.get(TOKEN_HEADER) or TokenForm.sent().csrf_token.data or ""


def _commit(response: Response) -> Response:
    """Commit before the answer leaves: nothing is acknowledged that is not stored."""
    stack: ExitStack | None = g.pop("stack", None)
    if stack is None:
        return response
    if response.status_code < 400:
        stack.close()
    else:
        stack.__exit__(_Refused, _Refused(), None)
    return response


class _Refused(Exception):
    """Tells the transaction of a refused request to roll back; never leaves this module."""


def _close(error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("stack", None)
    if stack is not None:
        failure = error or _Refused()
        stack.__exit__(type(failure), failure, failure.__traceback__)

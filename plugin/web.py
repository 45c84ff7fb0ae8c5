"""One request: whose launch it belongs to, its one transaction, its CSRF token.

Every page of a person lives below `/t/<ref>`, where `ref` names one launch: two tabs, or two
people on the clinic's tablet, never share a session. A GET runs in a read-only transaction, as does
what `only_asks`; anything else in one that is committed before the answer leaves and rolled back on
every error.

What somebody wrote outlives their session: the forms of `saves_after_end` carry a token of their
own, by which the page can still send them, and read nothing, for a week.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from flask import Response, abort, current_app, g, request
from wtforms import HiddenField

from lti.launch import sessions
from lti.launch.frames import frame_ancestors
from lti.models import LaunchSession
from modules.errors import NotAllowed
from plugin import i18n, people
from plugin.application import Application
from plugin.forms import Form, formdata
from plugin.request_limits import ORDINARY, REFUSED, limit_of
from plugin.tool import Tool, current_tool

View = TypeVar("View", bound=Callable[..., Any])

_BELOW_A_LAUNCH = re.compile(r"^/t/([A-Za-z0-9]{1,16})/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the name of a header


class LaunchSessionEnded(NotAllowed):
    """The launch this page belongs to has expired, or its cookie did not come along."""

    code = "session_ended"


class StaleForm(NotAllowed):
    """A form came without the token of this launch."""

    code = "stale_form"


class TokenForm(Form):
    """What every form carries (`hidden_fields` in components/field.html)."""

    csrf_token = HiddenField()
    saving_token = HiddenField()
    """In a form that is saved even after its session ended (`saves_after_end`)."""


def saves_after_end(view: View) -> View:
    """Mark a view whose forms are saved even after the session of their page ended."""
    view.saves_after_end = True  # type: ignore[attr-defined]
    return view


def only_asks(view: View) -> View:
    """Mark a view whose forms change nothing: sent by POST, so that no address says what was asked.

    Its requests run in a read-only transaction, whatever their method.
    """
    view.only_asks = True  # type: ignore[attr-defined]
    return view


def init_app(app: Application) -> None:
    """Wire the handling of a request into the application."""
    app.url_value_preprocessor(_take_ref)
    app.url_defaults(_give_ref)
    app.before_request(_receive)  # before anything that opens a transaction
    app.before_request(_open)
    app.finish, app.undo = _finish, undo
    app.teardown_request(lambda _error: undo())
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["saving_token"] = saving_token


def _take_ref(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.ref = values.pop("ref", None) if values else None


def _give_ref(endpoint: str, values: dict[str, Any]) -> None:
    if g.get("ref") and current_app.url_map.is_endpoint_expecting(endpoint, "ref"):
        values.setdefault("ref", g.ref)


def _receive() -> None:
    """Read the whole request, or refuse it, while nothing is held that others wait for."""
    if refused := request.environ.get(REFUSED):
        abort(refused)
    most = limit_of(request.path).size
    if request.mimetype == "multipart/form-data":
        # Files go to disk while they are read; kept as one text they would fill the memory.
        request.max_content_length = most
        formdata()
    else:
        request.max_content_length = min(most, ORDINARY.size)
        request.get_data(cache=True)


def _open() -> None:
    if g.get("ref") is None:
        _of_a_strange_address()
        return
    tool = current_tool()
    g.stack = ExitStack()
    safe = request.method in SAFE_METHODS
    reads = safe or _is_marked("only_asks")
    g.session = g.stack.enter_context(tool.database.reading() if reads else tool.database.writing())
    secret = request.cookies.get(sessions.cookie_name(g.ref), "")
    found, known = people.session_at(g.session, g.ref) or (None, None)
    if found is not None:
        # Read now what every answer needs: whoever makes one must not have to ask the database.
        g.framed_by = frame_ancestors(found.platform)
    g.ended = found is None or not sessions.is_open(found, secret, tool.now())
    g.launch_session = _ended_session(tool) if g.ended else found
    g.csrf_token = sessions.csrf_token(g.launch_session)
    g.person = people.person_of(g.session, tool, g.launch_session, known)
    i18n.know_the_person()
    if not safe and not sessions.csrf_holds(g.launch_session, sent_token()):
        raise StaleForm


def _of_a_strange_address() -> None:
    """Let the page that says that nothing is here be framed as others of its launch are."""
    match = _BELOW_A_LAUNCH.match(request.path)
    if match is not None:
        with current_tool().database.reading() as session:
            found = sessions.find(session, match[1])
            if found is not None:
                g.framed_by = frame_ancestors(found.platform)


def _ended_session(tool: Tool) -> LaunchSession:
    """Return the session that this form was shown in, only to save it.

    Raises LaunchSessionEnded.
    """
    token = TokenForm.sent().saving_token.data
    if token and _is_marked("saves_after_end"):
        found = sessions.load_to_save(g.session, g.ref, request.path, token, tool.now())
        if found is not None:
            return found
    raise LaunchSessionEnded


def _is_marked(mark: str) -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), mark, False)


def saving_token(path: str) -> str:
    """Return the token by which a form can be sent to `path` after this session ended."""
    return sessions.saving_token(g.launch_session, path)


def csrf_token() -> str:
    """Return the token that every form of this launch carries."""
    return str(g.csrf_token)


def sent_token() -> str:
    """Return the token that came with this request; empty without one."""
    return request.headers.get(TOKEN_HEADER) or TokenForm.sent().csrf_token.data or ""


def _finish(response: Response) -> None:
    """Commit before the answer leaves: nothing is acknowledged that is not stored."""
    if response.status_code >= 400:
        undo()
    elif stack := g.pop("stack", None):
        stack.close()


class _Refused(Exception):
    """Tells the transaction of a refused request to roll back; never leaves this module."""


def undo() -> None:
    """Roll the request's transaction back, if one is open: nothing of it stays."""
    stack: ExitStack | None = g.pop("stack", None)
    if stack is not None:
        stack.__exit__(_Refused, _Refused(), None)

"""Leaks planted in an application, each of another kind: what the walk of the twins must find."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from flask import Flask, Response, flash, g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modules.records.alert_models import Alert
from modules.records.models import LoginDay
from modules.services import course
from plugin.models import Role
from plugin.tool import current_tool
from plugin.trial import allocation
from plugin.visits import due
from plugin.visits.due import CodedParticipant, VisitForm

FORM = "/participants/<uuid:participant_id>/<visit_key>/<instrument_key>"


@dataclass(frozen=True)
class Leak:
    """What is done to an answer, and where the walk must see it."""

    says: str
    endpoint: str
    method: str
    do: Callable[[Response], None]
    seen: tuple[str, str]
    """Role, method and route below the launch's prefix; and what differs."""


def reading() -> AbstractContextManager[Session]:
    """Open a transaction: that of the request is over once it has an answer."""
    return current_tool().database.reading()


def logins(person: uuid.UUID | None = None) -> int:
    """Return on how many days somebody, or anybody, logged in: more of it in one arm."""
    query = select(func.count()).select_from(LoginDay)
    with reading() as session:
        return session.scalar(query.where(LoginDay.participant_id == person) if person else query)


def whose() -> uuid.UUID:
    """Return the participant of the address."""
    return request.view_args["participant_id"]


def last_seen(response: Response) -> None:
    response.set_data(response.get_data() + f"<p>Seen on {logins(whose())} days</p>".encode())


def header(response: Response) -> None:
    response.headers["X-Days"] = str(logins(whose()))


def statement(_response: Response) -> None:
    if logins(whose()):
        logins(whose())


def status(response: Response) -> None:
    if logins(whose()):
        response.status_code = 404


def note(_response: Response) -> None:
    if logins(whose()):
        flash("Muy bien")


def whose_alert(response: Response) -> None:
    with reading() as session:
        alert = session.get(Alert, request.view_args["alert_id"])
        response.set_data(str(alert and course.get(session, alert.participant_id).code))


def total(response: Response) -> None:
    if g.person.role is Role.ANALYST:
        response.set_data(f"{logins()} days")


def address(response: Response) -> None:
    response.headers["Location"] += f"?of={logins()}"


def file_name(response: Response) -> None:
    response.headers["Content-Disposition"] += f"; days={logins()}"


def on_head(response: Response) -> None:
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(100 + logins())


LEAKS = (
    Leak("when somebody was last seen", "assessor.participant", "GET", last_seen,
         ("assessor GET /assessor/participants/<uuid:participant_id>", "body")),
    Leak("a header", "assessor.visit", "GET", header,
         ("assessor GET /assessor/participants/<uuid:participant_id>/<visit_key>", "headers")),
    Leak("a statement more", "assessor.paper", "GET", statement,
         (f"assessor GET /assessor{FORM}/paper", "sql")),
    Leak("another refusal", "care.review_page", "GET", status,
         ("visitor GET /care/diaries/<uuid:participant_id>", "status")),
    Leak("what is said after a form", "assessor.keep", "POST", note,
         (f"assessor then /assessor{FORM}", "body")),
    Leak("whose an alert is", "care.alert_page", "GET", whose_alert,
         ("visitor GET /care/alerts/<uuid:alert_id>", "body")),
    Leak("a total", "start.start", "GET", total, ("analyst GET /", "body")),
    Leak("an address", "assessor.export", "POST", address,
         ("assessor POST /assessor/export", "headers")),
    Leak("the name of a file", "assessor.export_file", "GET", file_name,
         ("assessor GET /assessor/exports/<uuid:job_id>/file", "headers")),
    Leak("a length that only HEAD tells", "assessor.checks", "HEAD", on_head,
         ("assessor HEAD /assessor/checks", "headers")),
)  # fmt: skip
IN_THE_TOOL = {
    "a new route": ("assessor GET /assessor/news/<uuid:somebody>", "body"),
    "an order": ("assessor GET /assessor/", "body"),
    "free text": (f"assessor GET /assessor{FORM}/record", "body"),
}
"""Leaks that `plant` makes elsewhere than in a finished answer."""


WHERE = {
    says: (place.replace(" /", " /t/<ref>/", 1), part)
    for says, (place, part) in ({leak.says: leak.seen for leak in LEAKS} | IN_THE_TOOL).items()
}
"""What is planted, by what it says: role, method and route, and what differs there."""


def plant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an application leak in every one of these ways."""
    for leak in LEAKS:
        assert leak.endpoint in app.view_functions, leak.endpoint
        _after(app, leak)
    app.add_url_rule("/t/<ref>/assessor/news/<uuid:somebody>", "news", _news)
    everybody = due.everybody

    def by_logins() -> list[CodedParticipant]:
        return sorted(everybody(), key=lambda one: logins(one.facts.id))

    monkeypatch.setattr(due, "everybody", by_logins)
    monkeypatch.setattr(VisitForm, "asked", property(lambda this: this.instrument))


def _after(app: Flask, leak: Leak) -> None:
    @app.after_request
    def leaking(response: Response) -> Response:
        if (request.endpoint, request.method) == (leak.endpoint, leak.method):
            leak.do(response)
        return response


def _news(somebody: uuid.UUID) -> str:
    return str(allocation.arm_of(g.session, somebody))

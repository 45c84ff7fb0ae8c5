"""A second, independent platform: Open edX's own LTI consumer, over HTTP.

It differs from Moodle where that helps: its keys name no algorithm, `azp` is always there, tokens
live for an hour, and its access tokens are signed.
"""

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from lti.launch.claims import Role
from lti.models import LaunchSession, LtiContext, LtiUser, Membership
from lti.registration import platforms as registrations
from lti.registration.platforms import NewPlatform
from lti.services import doctor
from lti.services.roster import proposed_role
from plugin import platforms, setup
from plugin.app import create_app
from plugin.tool import Tool
from tests import processes
from tests.plugin.admin.admin_kit import TRIAL, make_tool

LMS = Path(__file__).with_name("lms.py")
RESOURCE, DEEP = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


class Edx:
    """The tool and Open edX's consumer, each behind its own port."""

    def __init__(self, tool: Tool, address: str, lms: str) -> None:
        self.tool, self.address, self.lms = tool, address, lms
        self.platform_id = self._register()

    def _register(self) -> uuid.UUID:
        new = NewPlatform(
            issuer=self.lms,
            client_id="edx",
            deployment_id="1",
            login_url=f"{self.lms}/auth",
            token_url=f"{self.lms}/token",
            jwks_url=f"{self.lms}/jwks",
            product_family="open-edx",
        )
        with self.tool.database.writing() as session:
            return registrations.add(session, new, self.tool.now()).id

    def form(self, user: str, role: str, kind: str = RESOURCE) -> tuple[dict[str, str], str]:
        """Go through the login; return what the platform posts, and the browser's cookies."""
        start = requests.get(
            f"{self.lms}/start", {"user": user, "role": role, "kind": kind}, timeout=10
        ).json()
        login = requests.get(start["url"], allow_redirects=False, timeout=10)
        assert login.status_code == 302, login.text
        posted = requests.get(login.headers["Location"], timeout=10)
        assert posted.status_code == 200, posted.text
        return posted.json(), _cookies(login)

    def launch(self, user: str, role: str, kind: str = RESOURCE) -> tuple[requests.Response, str]:
        """Launch; return the tool's answer and the cookies of the session."""
        form, cookies = self.form(user, role, kind)
        answer = self.post("/lti/launch", form, cookies)
        return answer, f"{cookies}; {_cookies(answer)}"

    def post(self, path: str, form: dict[str, str], cookies: str) -> requests.Response:
        """Post a form as a browser that keeps cookies, whatever they say of https."""
        url = path if path.startswith("http") else f"{self.address}{path}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(
            url, urlencode(form), headers=headers, allow_redirects=False, timeout=10
        )

    def role_of(self, subject: str) -> Role:
        """Return what the platform proposes for a person."""
        with self.tool.database.reading() as session:
            query = select(Membership).join(LtiUser).where(LtiUser.subject == subject)
            return proposed_role(session.scalars(query).one().roles)


def _cookies(answer: requests.Response) -> str:
    found: SimpleCookie = SimpleCookie()
    for line in answer.raw.headers.getlist("Set-Cookie"):
        found.load(line.replace("; Partitioned", ""))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in found.items())


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it did not start")


@pytest.fixture
def edx(tmp_path: Path, xblock_python: Path) -> Iterator[Edx]:
    tool_port, lms_port = processes.free_port(), processes.free_port()
    address = f"http://localhost:{tool_port}"
    tool = make_tool(tmp_path, lambda: datetime.now(UTC), address)
    server = make_server(
        "127.0.0.1", tool_port, create_app(tool=tool), threaded=True, request_handler=Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with processes.running([xblock_python, LMS, lms_port, address]):
            _wait_for(lms_port)
            yield Edx(tool, address, f"http://127.0.0.1:{lms_port}")
    finally:
        server.shutdown()
        server.server_close()
        tool.database.dispose()


@pytest.mark.parametrize(
    ("role", "proposed"),
    [
        ("student", Role.PATIENT),
        ("staff", Role.STAFF),
        ("global_staff", Role.ADMIN),
        ("Community TA", None),
    ],
)
def test_everybody_gets_in_as_what_they_are(edx: Edx, role: str, proposed: Role | None) -> None:
    answer, _cookies = edx.launch("somebody", role)

    assert answer.status_code == 303, answer.text
    if proposed:
        assert edx.role_of("somebody") is proposed


def test_the_page_behind_the_launch_opens(edx: Edx) -> None:
    answer, cookies = edx.launch("somebody", "staff")
    place = answer.headers["Location"].rstrip("/")
    page = requests.get(f"{place}/set-up", headers={"Cookie": cookies}, timeout=10)

    assert page.status_code == 200
    assert "frame-ancestors http://127.0.0.1" in page.headers["Content-Security-Policy"]


def test_its_launch_works_once(edx: Edx) -> None:
    form, cookies = edx.form("somebody", "student")
    answers = [edx.post("/lti/launch", form, cookies).status_code for _time in range(2)]

    assert answers == [303, 409]


def test_its_launch_in_another_browser_is_refused(edx: Edx) -> None:
    form, _cookies = edx.form("somebody", "student")

    assert edx.post("/lti/launch", form, "").status_code == 401


def test_what_staff_place_satisfies_its_checks(edx: Edx) -> None:
    answer, cookies = edx.launch("teacher-1", "staff", DEEP)
    assert answer.status_code == 303
    place = answer.headers["Location"]
    page = requests.get(place, headers={"Cookie": cookies}, timeout=10)
    chosen = {"csrf_token": _hidden(page.text, "csrf_token"), "place": "programme"}
    returned = edx.post(place, chosen, cookies)
    token = _hidden(returned.text, "JWT")
    taken = requests.post(f"{edx.lms}/deep-link", {"JWT": token}, timeout=10)

    assert taken.status_code == 200, taken.text
    assert [item["custom"] for item in taken.json()] == [{"place": "programme"}]


def _hidden(page: str, name: str) -> str:
    mark = f'name="{name}" value="'
    return page.split(mark, 1)[1].split('"', 1)[0]


def test_it_believes_our_signature_and_gives_its_roster(edx: Edx) -> None:
    edx.launch("teacher-1", "staff")
    with edx.tool.database.writing() as session:
        protocol = edx.tool.protocols[TRIAL]
        study_id = setup.create_study(session, edx.tool, "study", protocol, seed=b"s" * 32)
        course = session.scalars(select(LtiContext)).one()
        course.study_id = study_id
        course_id = course.id
    report = platforms.sync_roster(edx.tool, platforms.services(edx.tool), course_id)

    assert (report.listed, report.added) == (2, 1)


def test_the_doctor_finds_nothing_wrong(edx: Edx) -> None:
    edx.launch("teacher-1", "staff")
    findings = platforms.examine(edx.tool, platforms.services(edx.tool), edx.platform_id)
    wrong = [finding for finding in findings if finding.outcome is doctor.Outcome.BAD]

    assert wrong == []


def test_each_launch_is_a_session_of_its_own(edx: Edx) -> None:
    for user in ("learner-1", "learner-1", "learner-2"):
        edx.launch(user, "student")
    with edx.tool.database.reading() as session:
        rows: list[Any] = list(session.scalars(select(LaunchSession.ref)))

    assert len(set(rows)) == 3

"""The tool's LTI side on its own, one registered platform, and browsers that launch."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, request
from flask.testing import FlaskClient
from flask_babel import Babel
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti import keys
from lti.launch import login, sessions
from lti.launch.accept import LtiSettings
from lti.launch.claims import Launch
from lti.launch.views import create_blueprint
from lti.models import (
    Deployment,
    LaunchRecord,
    LaunchSession,
    LtiUser,
    Membership,
    Platform,
    Standing,
    UsedNonce,
)
from modules.records.db import Database
from tests.lti.cases import SEEN
from tests.lti.services_kit import NOW, Clock
from tests.lti.simulated_platform import ABSENT, Moodle, present

TOOL = "https://tool.example"
TARGET = f"{TOOL}/lti/launch"
DEEP_TARGET = f"{TOOL}/lti/deep-link"


@dataclass(frozen=True)
class Started:
    """A login on its way: what the platform was sent."""

    state: str
    nonce: str
    target: str
    location: str
    cookie: str


class ToolAndPlatform:
    """A tool, its database and its clock. `client()` is a new browser."""

    def __init__(
        self, database: Database, moodle: Moodle, seen: list[tuple[str, object]], **settings: Any
    ) -> None:
        self.database, self.moodle, self._seen = database, moodle, seen
        self.clock = Clock()
        self.launches: list[Launch] = []
        self.settings = LtiSettings(
            **{
                "public_url": TOOL,
                "clock": self.clock,
                "allow_loopback": True,
                "burst": 100_000,
                **settings,
            }
        )
        self.app = self.application()
        self.browser = self.client()
        self.platform_id = self.register(moodle)
        with database.writing() as session:
            keys.ensure(session, NOW)

    def application(self) -> Flask:
        """Return the tool as one worker runs it: caches of its own, the database shared."""
        app = Flask("platform")
        Babel(app, default_locale="en")
        app.register_blueprint(
            create_blueprint(
                database=self.database,
                settings=self.settings,
                on_launch=self._welcome,
                on_deep_link=self._welcome,
            )
        )
        app.add_url_rule("/t/<ref>/", "home", self._home)
        return app

    def _welcome(self, _session: Session, launch: Launch, _opened: LaunchSession) -> str:
        self.launches.append(launch)
        return "/"

    def _home(self, ref: str) -> tuple[str, int]:
        secret = request.cookies.get(sessions.cookie_name(ref))
        with self.database.reading() as session:
            found = sessions.load(session, ref, secret, self.clock())
            return (found.lti_user.subject, 200) if found else ("no session", 401)

    def client(self, app: Flask | None = None) -> FlaskClient:
        """Return a browser without cookies."""
        return (app or self.app).test_client()

    def register(self, moodle: Moodle, deployment: str = "1") -> uuid.UUID:
        """Make a platform known, approved."""
        with self.database.writing() as session:
            platform = Platform(
                id=uuid.uuid4(),
                issuer=moodle.issuer,
                client_id=moodle.client_id,
                auth_login_url=f"{moodle.issuer}/mod/lti/auth.php",
                auth_token_url=f"{moodle.issuer}/mod/lti/token.php",
                jwks_url=moodle.jwks_url,
                name=moodle.client_id,
                status=Standing.ACTIVE,
                created_at=NOW,
            )
            session.add(platform)
            session.flush()
            session.add(
                Deployment(
                    platform_id=platform.id,
                    deployment_id=deployment,
                    status=Standing.ACTIVE,
                    created_at=NOW,
                )
            )
            return platform.id

    # What a browser does --------------------------------------------------------------------------

    def ask(
        self,
        browser: FlaskClient | None = None,
        *,
        moodle: Moodle | None = None,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        **changes: Any,
    ) -> TestResponse:
        """Send a login request as Moodle does."""
        platform = moodle or self.moodle
        fields = {
            "iss": platform.issuer,
            "target_link_uri": TARGET,
            "login_hint": "101",
            "lti_message_hint": '{"cmid":7,"launchid":"x"}',
            "client_id": platform.client_id,
            "lti_deployment_id": "1",
            **changes,
        }
        sent = {"data": present(fields)} if method == "POST" else {"query_string": present(fields)}
        return (browser or self.browser).open(
            "/lti/login", method=method, base_url=TOOL, headers=headers, **sent
        )

    def login(self, browser: FlaskClient | None = None, **changes: Any) -> Started:
        """Begin a login that goes well."""
        response = self.ask(browser, **changes)
        assert response.status_code == 302, response.text
        query = {
            name: found[0] for name, found in parse_qs(urlsplit(response.location).query).items()
        }
        state = query["state"]
        name = login.binding_cookie(state)
        cookie = (browser or self.browser).get_cookie(name, "tool.example")
        return Started(
            state,
            query["nonce"],
            changes.get("target_link_uri", TARGET),
            response.location,
            cookie.value if cookie else "",
        )

    def claims(self, started: Started, /, **changes: Any) -> dict[str, Any]:
        """Return what Moodle would say in answer to a login."""
        now = self.clock().timestamp()
        return self.moodle.claims(started.nonce, now, started.target, **changes)

    def post(
        self, token: object, state: object, browser: FlaskClient | None = None, **fields: Any
    ) -> TestResponse:
        """Send a launch."""
        data = present({"id_token": token, "state": state, **fields})
        return (browser or self.browser).post("/lti/launch", data=data, base_url=TOOL)

    def launch(self, browser: FlaskClient | None = None, **changes: Any) -> TestResponse:
        """Log in and launch with changed claims, in one browser."""
        started = self.login(browser)
        return self.post(self.moodle.sign(self.claims(started, **changes)), started.state, browser)

    def deep_link(self, target: str = DEEP_TARGET, **changes: Any) -> TestResponse:
        """Log in and send a deep-linking request."""
        started = self.login(target_link_uri=target)
        now = self.clock().timestamp()
        claims = self.moodle.deep_claims(started.nonce, now, target, **changes)
        return self.post(self.moodle.sign(claims), started.state)

    def warm(self) -> None:
        """Launch once in another browser, so that the keys are known; then forget it happened."""
        assert self.launch(self.client()).status_code == 303
        self.launches.clear()
        self.moodle.server.hits.clear()

    # What came of it ------------------------------------------------------------------------------

    def accepted(self, response: TestResponse) -> Launch:
        """See that a launch was let in; return what the application was told."""
        assert response.status_code == 303, response.text
        assert response.location.startswith(f"{TOOL}/t/")
        self._seen.append((SEEN, "accepted"))
        record = self.records()[-1]
        assert record.accepted
        assert record.failed is None
        assert record.passed[-1] == "admitted"
        return self.launches[-1]

    def refused(
        self, response: TestResponse, status: int, code: str, *, sessions_before: int = 0
    ) -> str:
        """See that nothing was let in, and that the refusal is a page and a record. Return it."""
        assert response.status_code == status, response.text
        record = self.records()[-1]
        assert (record.failed, record.status, record.accepted) == (code, status, False)
        page = response.get_data(as_text=True)
        assert record.reference in page
        assert "Location" not in response.headers
        assert not [c for c in response.headers.getlist("Set-Cookie") if "__Host-columna" in c]
        assert self.count(LaunchSession) == sessions_before
        assert self.count(LtiUser) <= sessions_before
        assert self.count(Membership) <= sessions_before
        self._seen.append((SEEN, f"{status} {code}"))
        return page

    def note(self, text: str) -> None:
        """Put what was seen into the table."""
        self._seen.append((SEEN, text))

    def records(self) -> list[LaunchRecord]:
        """Return all diagnostic records, oldest first."""
        with self.database.reading() as session:
            rows = session.scalars(select(LaunchRecord)).all()
        return sorted(rows, key=lambda row: (row.at, self._age(row)))

    def _age(self, row: LaunchRecord) -> int:
        with self.database.reading() as session:
            return int(
                session.connection()
                .exec_driver_sql(
                    "SELECT rowid FROM lti_launch_records WHERE reference = ?", (row.reference,)
                )
                .scalar_one()
            )

    def count(self, table: type) -> int:
        """Return how many rows a table has."""
        with self.database.reading() as session:
            return int(session.scalar(select(func.count()).select_from(table)) or 0)

    def only(self, table: type) -> Any:
        """Return the only row of a table."""
        with self.database.reading() as session:
            return session.scalars(select(table)).one()

    def change(self, table: type, **values: Any) -> None:
        """Change every row of a table."""
        with self.database.writing() as session:
            for row in session.scalars(select(table)):
                for name, value in values.items():
                    setattr(row, name, value)

    def is_used(self, started: Started) -> bool:
        """Whether a login was used up."""
        with self.database.reading() as session:
            return started.nonce in session.scalars(select(UsedNonce.nonce)).all()

    def with_cookie(
        self, started: Started, value: str | None = None, app: Flask | None = None
    ) -> FlaskClient:
        """Return a new browser that holds the cookie of a login."""
        browser = self.client(app)
        name = login.binding_cookie(started.state)
        browser.set_cookie(name, value or started.cookie, domain="tool.example")
        return browser


def at_once(*actions: Callable[[], TestResponse]) -> list[TestResponse]:
    """Run actions in threads that start together; return what each came to."""
    gate = threading.Barrier(len(actions))
    results: list[TestResponse | None] = [None] * len(actions)

    def run(place: int, action: Callable[[], TestResponse]) -> None:
        gate.wait()
        results[place] = action()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [result for result in results if result is not None]


__all__ = ["ABSENT", "DEEP_TARGET", "TARGET", "TOOL", "ToolAndPlatform", "Started", "at_once"]

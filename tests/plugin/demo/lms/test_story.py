"""Demo LMS and tool on two sites, in a real browser: a launch in the frame, and a registration."""

import json
import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request
from flask_babel import Babel
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server

from lti import keys
from lti.http import Gate, GuardedHttp
from lti.launch import sessions
from lti.launch.accept import LtiSettings
from lti.launch.claims import Launch
from lti.launch.views import create_blueprint
from lti.models import Deployment, LaunchRecord, LaunchSession, Platform, Standing
from lti.registration import invites
from lti.registration.dynamic import ToolProfile
from lti.registration.views import create_view
from modules.records.db import Database
from plugin.demo.lms import create_platform, demo_config
from tests.lti.services_kit import make_database

pytestmark = pytest.mark.browser

COOKIES = {
    "third-party cookies as the browser is set": [],
    "third-party cookies blocked": ["--test-third-party-cookie-phaseout"],
}


@dataclass
class Sites:
    """The addresses of both, and what the tool keeps."""

    lms: str
    tool: str
    database: Database


def _server(app: Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever).start()
    return server


def _tool(database: Database, address: str) -> Flask:
    def welcome(_session: Session, _launch: Launch, _opened: LaunchSession) -> str:
        return "/"

    app = Flask("tool")
    Babel(app)
    http = GuardedHttp(Gate(allow_loopback=True))
    app.register_blueprint(
        create_blueprint(
            database=database,
            settings=LtiSettings(public_url=address, allow_loopback=True),
            on_launch=welcome,
            on_deep_link=welcome,
            register=create_view(database, http, ToolProfile(address), lambda: datetime.now(UTC)),
        )
    )

    @app.get("/t/<ref>/")
    def home(ref: str) -> str:
        known = sessions.cookie_name(ref) in request.cookies
        return f"<title>home</title><h1>{'known' if known else 'stranger'}</h1>"

    return app


def _registered(database: Database, lms: str) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        keys.ensure(session, now)
        platform = Platform(
            id=uuid.uuid4(),
            issuer=lms,
            client_id="columna-demo",
            auth_login_url=f"{lms}/mod/lti/auth.php",
            auth_token_url=f"{lms}/mod/lti/token.php",
            jwks_url=f"{lms}/mod/lti/certs.php",
            status=Standing.ACTIVE,
            created_at=now,
        )
        session.add(platform)
        session.flush()
        session.add(
            Deployment(
                platform_id=platform.id,
                deployment_id="1",
                status=Standing.ACTIVE,
                created_at=now,
            )
        )


@pytest.fixture
def sites(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sites]:
    """Both sites; `indirect` parameters go into the platform's configuration."""
    tool_holder, lms_holder = Flask("tool_holder"), Flask("lms_holder")
    servers = [_server(tool_holder), _server(lms_holder)]
    tool = f"http://localhost:{servers[0].server_port}"
    lms = f"http://127.0.0.1:{servers[1].server_port}"
    database = make_database(tmp_path)
    _registered(database, lms)
    tool_holder.wsgi_app = _tool(database, tool).wsgi_app  # type: ignore[method-assign]
    config = replace(demo_config(lms, tool), **getattr(request, "param", {}))
    lms_holder.wsgi_app = create_platform(config).wsgi_app  # type: ignore[method-assign]
    yield Sites(lms, tool, database)
    for server in servers:
        server.shutdown()
        server.server_close()
    database.dispose()


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def chromium(driver: Playwright, *switches: str) -> Browser:
    path = shutil.which("chromium")
    return driver.chromium.launch(executable_path=path, args=["--no-sandbox", *switches])


@pytest.mark.parametrize("switches", COOKIES.values(), ids=COOKIES)
def test_a_launch_inside_the_frame_is_remembered(
    sites: Sites, driver: Playwright, switches: list[str]
) -> None:
    browser = chromium(driver, *switches)
    page = browser.new_page()
    page.goto(f"{sites.lms}/course/2/activity/1?user=101")
    heading = page.frame_locator("#contentframe").locator("h1")
    heading.wait_for()

    assert heading.inner_text() == "known"
    browser.close()


@pytest.fixture
def no_cookies(sites: Sites, driver: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser that keeps no cookie of the tool inside the platform's pages."""
    refused = {"cookies": {f"{sites.tool},{sites.lms}": {"setting": 2}}}
    folder = tmp_path / "profile" / "Default"
    folder.mkdir(parents=True)
    profile = {"profile": {"content_settings": {"exceptions": refused}}}
    (folder / "Preferences").write_text(json.dumps(profile), "utf-8")
    context = driver.chromium.launch_persistent_context(
        folder.parent, executable_path=shutil.which("chromium"), args=["--no-sandbox"]
    )
    yield context
    context.close()


def frame_says(sites: Sites, context: BrowserContext, words: str) -> Page:
    """Open the activity and wait until its frame has this heading."""
    page = context.new_page()
    page.goto(f"{sites.lms}/course/2/activity/1?user=101")
    page.frame_locator("#contentframe").get_by_role("heading", name=words).wait_for()
    return page


def records(sites: Sites) -> list[bool]:
    """Return how the launches ended; that somebody logged in is a record of its own."""
    launches = select(LaunchRecord).where(LaunchRecord.step == "launch")
    with sites.database.reading() as session:
        return [row.accepted for row in session.scalars(launches)]


@pytest.mark.parametrize("sites", [{"offers_storage": True}], indirect=True)
def test_without_cookies_the_platform_keeps_the_binding_and_a_window_the_session(
    sites: Sites, no_cookies: BrowserContext
) -> None:
    page = frame_says(sites, no_cookies, "Open in a new window")
    assert records(sites) == [True]
    with no_cookies.expect_page() as opened:
        page.frame_locator("#contentframe").get_by_role("button").click()
    opened.value.wait_for_url("**/t/*/")
    assert opened.value.locator("h1").inner_text() == "known"


@pytest.mark.parametrize("sites", [{"offers_storage": True}], indirect=True)
def test_a_platform_that_promises_storage_and_has_none_costs_two_seconds(
    sites: Sites, no_cookies: BrowserContext
) -> None:
    no_cookies.route("**/storage.js", lambda route: route.abort())
    page = frame_says(sites, no_cookies, "Open in a new window")
    assert records(sites) == []
    with no_cookies.expect_page() as opened:
        page.frame_locator("#contentframe").get_by_role("button").click()
    opened.value.wait_for_url("**/t/*/")
    assert records(sites) == [True]


@pytest.mark.parametrize("sites", [{"offers_storage": True}], indirect=True)
def test_where_cookies_are_kept_storage_is_not_asked(sites: Sites, driver: Playwright) -> None:
    browser = chromium(driver)
    frame_says(sites, browser.new_context(), "known")
    browser.close()


def test_an_administrator_registers_the_tool_by_its_link(sites: Sites, driver: Playwright) -> None:
    with sites.database.writing() as session:
        secret = invites.invite(session, datetime.now(UTC), "Campus")
    browser = chromium(driver)
    page = browser.new_page()
    page.goto(f"{sites.lms}/course/2/activity/1?user=2&lang=en")
    page.goto(f"{sites.lms}/mod/lti/toolconfigure.php")
    page.get_by_label("Tool registration URL").fill(invites.invite_url(sites.tool, secret))
    page.get_by_role("button", name="Add LTI Advantage").click()
    frame = page.frame_locator("#registration")
    frame.get_by_role("heading", name="Columna is registered").wait_for()
    frame.get_by_role("button", name="Close").click()
    page.wait_for_url("**/toolconfigure.php")
    page.get_by_role("button", name="Activate").click()
    page.wait_for_load_state()

    assert page.get_by_text("Pending").count() == 0
    with sites.database.reading() as session:
        row = session.scalars(select(Platform).where(Platform.name == "Campus")).one()
        assert row.status is Standing.PENDING
    browser.close()

"""The pages of the demo LMS in a real browser: accessible, and usable without a mouse."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from plugin.demo.lms import create_platform, demo_config
from tests.browser.axe import faults

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/course/2",
    "/course/2/grades",
    "/course/2/activity/1?user=2",
    "/mod/lti/toolconfigure.php",
    "/mod/lti/contentitem_page.php?course=2",
    "/mod/lti/return.php?course=2&lti_errormsg=x",
    "/course/99",
)
SIZES = ((360, 740), (1280, 900))


def _serve(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield str(server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def tool() -> Iterator[str]:
    """A stand-in for the tool, on another site: shows what the login request brought."""
    app = Flask("stand_in")

    @app.post("/lti/login")
    def login() -> str:
        return f"<title>tool</title><h1>{request.form['login_hint']}</h1>"

    for port in _serve(app):
        yield f"http://localhost:{port}"


@pytest.fixture(scope="module")
def lms(tool: str) -> Iterator[str]:
    holder = Flask("lms")
    for port in _serve(holder):
        address = f"http://127.0.0.1:{port}"
        holder.wsgi_app = create_platform(demo_config(address, tool)).wsgi_app  # type: ignore[method-assign]
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        path = shutil.which("chromium")
        yield driver.chromium.launch(executable_path=path, args=["--no-sandbox"])


@pytest.fixture(params=SIZES, ids=["phone", "desktop"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_nothing_overflows(page: Page, lms: str, path: str) -> None:
    page.goto(f"{lms}/course/2/activity/1?user=2")
    page.goto(f"{lms}{path}")
    assert faults(page) == []


def test_a_person_is_chosen_with_the_keyboard(page: Page, lms: str) -> None:
    page.goto(f"{lms}/course/2")
    link = page.get_by_role("link", name="Entrar como Persona sintética 01", exact=True)
    link.focus()
    page.keyboard.press("Enter")

    tool = page.frame_locator("#contentframe").get_by_role("heading", name="101")
    tool.wait_for()


def test_the_tool_gets_most_of_a_small_window(page: Page, lms: str) -> None:
    page.goto(f"{lms}/course/2/activity/1?user=101")
    box = page.locator("#contentframe").bounding_box()
    assert box is not None

    assert box["height"] >= 500
    assert box["width"] >= 0.95 * page.viewport_size["width"]  # type: ignore[index]


def test_the_full_page_link_leaves_the_frame(page: Page, lms: str) -> None:
    page.goto(f"{lms}/course/2/activity/1?user=101")
    page.get_by_role("link", name="Abrir en pantalla completa").click()
    page.wait_for_url("**/lti/login")

    assert page.get_by_role("heading").inner_text() == "101"

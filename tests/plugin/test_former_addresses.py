"""Whoever comes by an address the tool had before is led to the same place under the present."""

import pytest
from flask.testing import FlaskClient

from plugin.app import create_app
from plugin.tool import Tool

PRESENT, FORMER = "https://new.example", "https://old.example"


@pytest.fixture
def browser(tool: Tool) -> FlaskClient:
    addresses = {"public_url": PRESENT, "former_urls": (FORMER, PRESENT)}
    tool.settings = tool.settings.model_copy(update=addresses)
    return create_app(tool=tool).test_client()


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/", "/"),
        ("/v/abcdefghijklmnop", "/v/abcdefghijklmnop"),
        (
            "/t/abc/diary/2026-11-12?session=1&x=%C3%A1",
            "/t/abc/diary/2026-11-12?session=1&x=%C3%A1",
        ),
        ("/a%0d%0aSet-Cookie:x=1", "/a%0D%0ASet-Cookie:x=1"),
    ],
)
def test_an_old_link_leads_to_the_same_path(browser: FlaskClient, asked: str, led_to: str) -> None:
    answer = browser.get(asked, base_url=FORMER)

    assert (answer.status_code, answer.headers["Location"]) == (307, PRESENT + led_to)
    assert "x" not in answer.headers.get("Set-Cookie", "")


def test_two_slashes_lead_nowhere_else(browser: FlaskClient) -> None:
    answer = browser.get("/", base_url=FORMER, environ_overrides={"PATH_INFO": "//evil.example/"})

    assert answer.headers["Location"] == f"{PRESENT}/evil.example/"


def test_a_login_keeps_its_form(browser: FlaskClient) -> None:
    answer = browser.post("/lti/login", base_url=FORMER, data={"iss": "https://lms.example"})

    assert (answer.status_code, answer.location) == (307, f"{PRESENT}/lti/login")


@pytest.mark.parametrize("host", ["OLD.example", "old.example:443"])
def test_a_name_is_known_however_it_is_written(browser: FlaskClient, host: str) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 307


@pytest.mark.parametrize("path", ["/lti/jwks", "/health"])
def test_machines_are_answered_under_every_address(browser: FlaskClient, path: str) -> None:
    assert browser.get(path, base_url=FORMER).status_code == 200


@pytest.mark.parametrize("address", [PRESENT, "https://elsewhere.example", "http://10.0.0.7:8000"])
def test_nobody_else_is_led_anywhere(browser: FlaskClient, address: str) -> None:
    assert browser.get("/health", base_url=address).status_code == 200
    assert browser.get("/v/none", base_url=address).status_code == 404

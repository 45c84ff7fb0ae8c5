"""The administrator's side of a registration in the demo LMS."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from lti.registration.dynamic import ToolProfile, introduction
from plugin.demo.lms.site import Site
from tests.plugin.demo.lms.conftest import LMS, TOOL

LINK = f"{TOOL}/lti/register?invite=s-1"


@pytest.fixture
def admin(browser: FlaskClient) -> FlaskClient:
    browser.get("/course/2/activity/1?user=2")
    return browser


def frame_of(page: str) -> dict[str, str]:
    """Return the parameters of the address in the iframe."""
    source = re.search(r'<iframe[^>]* src="([^"]*)"', page, re.DOTALL)
    assert source is not None
    query = parse_qs(urlsplit(unescape(source[1])).query)
    return {name: values[0] for name, values in query.items()}


def register(admin: FlaskClient) -> str:
    """Register the tool as Moodle would let it; return the client id."""
    opened = admin.post("/mod/lti/startltiadvregistration.php", data={"url": LINK}).text
    answer = admin.post(
        "/mod/lti/openid-registration.php",
        json=introduction(ToolProfile(TOOL)),
        headers={"Authorization": f"Bearer {frame_of(opened)['registration_token']}"},
    )
    return str(answer.json["client_id"])


def test_the_tools_page_gets_the_configuration_and_a_token(admin: FlaskClient) -> None:
    page = admin.post("/mod/lti/startltiadvregistration.php", data={"url": LINK}).text
    query = frame_of(page)

    assert query["invite"] == "s-1"
    assert query["openid_configuration"] == f"{LMS}/mod/lti/openid-configuration.php"
    assert query["registration_token"].count(".") == 2
    assert f'data-tool-origin="{TOOL}"' in page


def test_the_configuration_says_where_everything_is(browser: FlaskClient) -> None:
    said = browser.get("/mod/lti/openid-configuration.php").json

    assert said["issuer"] == LMS
    assert said["registration_endpoint"] == f"{LMS}/mod/lti/openid-registration.php"


def test_a_tool_waits_until_it_is_activated(admin: FlaskClient, site: Site) -> None:
    client_id = register(admin)
    tool = site.tool(client_id)
    assert tool is not None
    assert not site.is_active(tool)
    assert "Pendiente" in admin.get("/mod/lti/toolconfigure.php").text

    admin.post("/mod/lti/activate.php", data={"client_id": client_id})

    assert site.is_active(tool)


def test_nobody_else_starts_a_registration(browser: FlaskClient) -> None:
    browser.get("/course/2/activity/1?user=11")
    answer = browser.post("/mod/lti/startltiadvregistration.php", data={"url": LINK})

    assert answer.status_code == 403


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "file:///etc/passwd"])
def test_only_web_addresses_are_opened(admin: FlaskClient, url: str) -> None:
    assert admin.post("/mod/lti/startltiadvregistration.php", data={"url": url}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status", "word"),
    [
        ({}, 401, "missing_registration_token"),
        ({"Authorization": "Bearer nonsense"}, 404, ""),
    ],
)
def test_tokens_are_refused_in_moodles_words(
    browser: FlaskClient, headers: dict[str, str], status: int, word: str
) -> None:
    answer = browser.post("/mod/lti/openid-registration.php", json={}, headers=headers)

    assert answer.status_code == status
    assert word in answer.text


def test_a_token_works_once(admin: FlaskClient, site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.access.registration_token()}"}
    said = introduction(ToolProfile(TOOL))
    first = admin.post("/mod/lti/openid-registration.php", json=said, headers=headers)
    second = admin.post("/mod/lti/openid-registration.php", json=said, headers=headers)

    assert first.status_code == 200
    assert (second.status_code, second.json) == (401, {"error": "token_already_used"})

"""A login bound by the platform's storage: the secret counts from our own page alone."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti.models import LaunchSession
from tests.lti.launch_kit import TOOL, Started, ToolAndPlatform

OURS = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": TOOL},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {},
]


@pytest.fixture
def frame(lti: ToolAndPlatform) -> FlaskClient:
    """A browser that keeps no cookies."""
    return lti.app.test_client(use_cookies=False)


def keep(lti: ToolAndPlatform, frame: FlaskClient) -> tuple[Started, str]:
    """Log in inside a frame without cookies; return the login and the page that was shown."""
    headers = {"Sec-Fetch-Dest": "iframe"}
    first = lti.ask(frame, headers=headers, lti_storage_target="_parent")
    assert first.status_code == 303
    page = frame.get(first.location, base_url=TOOL, headers=headers).get_data(as_text=True)
    said = {name: html.unescape(v) for name, v in re.findall(r'data-(\w+)="([^"]*)"', page)}
    sent = parse_qs(urlsplit(said["next"]).query)
    state, nonce = sent["state"][0], sent["nonce"][0]
    target = f"{TOOL}/lti/launch"
    return Started(state, nonce, target, said["next"], said["value"]), page


def launch(
    lti: ToolAndPlatform,
    frame: FlaskClient,
    started: Started,
    headers: dict[str, str],
    **fields: str,
) -> TestResponse:
    token = lti.moodle.sign(lti.claims(started))
    data = {"id_token": token, "state": started.state, "lti_storage_target": "_parent", **fields}
    return frame.post("/lti/launch", data=data, base_url=TOOL, headers=headers)


def entrance(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))


def test_the_page_names_the_registered_platform_and_no_other(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    _started, page = keep(lti, frame)
    assert 'data-origin="http://moodle.example"' in page
    assert 'data-target="_parent"' in page


def test_a_launch_without_cookie_asks_the_platform_before_it_is_judged(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    started, _page = keep(lti, frame)
    asking = launch(lti, frame, started, {"Origin": "http://moodle.example"})
    assert asking.status_code == 200
    assert asking.headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors http://moodle.example" in asking.headers["Content-Security-Policy"]
    assert started.cookie not in asking.text
    assert lti.count(LaunchSession) == 0
    assert not lti.is_used(started)


def test_the_secret_from_our_own_page_lets_in_and_a_window_takes_over(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    started, _page = keep(lti, frame)
    page = launch(lti, frame, started, OURS, binding=started.cookie)
    assert page.status_code == 200
    fields = entrance(page.text)
    window = lti.client()
    entered = window.post("/lti/enter", data=fields, base_url=TOOL, headers=OURS)
    assert entered.status_code == 303
    assert window.get(entered.location).get_data(as_text=True) == "101"
    again = lti.client().post("/lti/enter", data=fields, base_url=TOOL, headers=OURS)
    assert again.status_code == 401


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_brings_no_secret(
    lti: ToolAndPlatform, frame: FlaskClient, headers: dict[str, str]
) -> None:
    started, _page = keep(lti, frame)
    response = launch(lti, frame, started, headers, binding=started.cookie)
    lti.refused(response, 401, "browser_binding")


@pytest.mark.parametrize("headers", FOREIGN)
def test_nor_does_it_carry_a_session_into_a_window(
    lti: ToolAndPlatform, frame: FlaskClient, headers: dict[str, str]
) -> None:
    started, _page = keep(lti, frame)
    fields = entrance(launch(lti, frame, started, OURS, binding=started.cookie).text)
    answer = lti.client().post("/lti/enter", data=fields, base_url=TOOL, headers=headers)
    lti.refused(answer, 401, "session", sessions_before=1)


@pytest.mark.parametrize("secret", ["", "guess", "x" * 5000])
def test_a_wrong_secret_is_a_missing_cookie(
    lti: ToolAndPlatform, frame: FlaskClient, secret: str
) -> None:
    started, _page = keep(lti, frame)
    response = launch(lti, frame, started, OURS, binding=secret)
    lti.refused(response, 401, "browser_binding")


def test_the_secret_of_another_login_is_none(lti: ToolAndPlatform, frame: FlaskClient) -> None:
    first, second = keep(lti, frame)[0], keep(lti, frame)[0]
    response = launch(lti, frame, first, OURS, binding=second.cookie)
    lti.refused(response, 401, "browser_binding")


def test_sent_twice_it_is_a_replay(lti: ToolAndPlatform, frame: FlaskClient) -> None:
    started, _page = keep(lti, frame)
    launch(lti, frame, started, OURS, binding=started.cookie)
    again = launch(lti, frame, started, OURS, binding=started.cookie)
    lti.refused(again, 409, "state_used", sessions_before=1)


def test_an_unknown_state_is_refused_without_asking(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    started, _page = keep(lti, frame)
    token = lti.moodle.sign(lti.claims(started))
    data = {"id_token": token, "state": "state-unknown", "lti_storage_target": "_parent"}
    response = frame.post("/lti/launch", data=data, base_url=TOOL)
    lti.refused(response, 401, "state_unknown")


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example/", "/", "", "/t/other/", "/t/../x"]
)
def test_a_window_goes_on_in_its_own_session_only(
    lti: ToolAndPlatform, frame: FlaskClient, path: str
) -> None:
    started, _page = keep(lti, frame)
    fields = entrance(launch(lti, frame, started, OURS, binding=started.cookie).text)
    data = {**fields, "path": path}
    answer = lti.client().post("/lti/enter", data=data, base_url=TOOL, headers=OURS)
    lti.refused(answer, 401, "session", sessions_before=1)


def test_a_session_is_not_taken_over_after_ten_minutes(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    started, _page = keep(lti, frame)
    fields = entrance(launch(lti, frame, started, OURS, binding=started.cookie).text)
    lti.clock.wait(minutes=10)
    answer = lti.client().post("/lti/enter", data=fields, base_url=TOOL, headers=OURS)
    lti.refused(answer, 401, "session", sessions_before=1)


def test_what_a_login_names_as_its_frame_is_not_believed_as_html(
    lti: ToolAndPlatform, frame: FlaskClient
) -> None:
    headers = {"Sec-Fetch-Dest": "iframe"}
    first = lti.ask(frame, headers=headers, lti_storage_target='"><script>x')
    page = frame.get(first.location, base_url=TOOL, headers=headers).get_data(as_text=True)
    assert "<script>x" not in page

"""Tokens and forms changed at random: never a server error, never an accepted forgery."""

import base64
import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from lti.launch.claims import Role
from lti.models import LaunchSession
from tests.lti.cases import EXAMPLES_TRIED
from tests.lti.launch_kit import TOOL, ToolAndPlatform
from tests.lti.simulated_platform import CLAIM, INSTRUCTOR, Moodle, rsa_key

EXAMPLES = 1500 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 100
"""Of each of the five tests: 7,500 in all in the long profile, whatever the profile itself says."""
fuzz = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
tried: Counter[str] = Counter()
"""How many examples a test had; the summary of the run says it."""
REFUSED = {400, 401, 403, 405, 409, 503}


@pytest.fixture(autouse=True)
def _counted(request: pytest.FixtureRequest) -> Iterator[None]:
    before = tried.total()
    yield
    request.node.user_properties.append((EXAMPLES_TRIED, tried.total() - before))


letters = st.text(max_size=30) | st.sampled_from(
    ["\x00", "\ud800", "../", "' OR 1=1 --", "<script>", "x" * 3000, "\r\nSet-Cookie: a=b", "٣"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
    max_leaves=6,
)
claim_names = st.sampled_from(
    [
        *("iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "jti", "name", "locale"),
        *(
            CLAIM + name
            for name in (
                *("version", "message_type", "deployment_id", "target_link_uri", "roles"),
                *("resource_link", "context", "custom", "launch_presentation", "tool_platform"),
            )
        ),
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
    ]
)
headers = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "jku", "jwk", "x5u", "crit", "b64", "zip", "cty"]),
    json_values | st.sampled_from(["none", "HS256", "RS256", "RS512", "ES256", "moodle-1"]),
    max_size=3,
)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def sendable(text: str) -> str:
    """Replace letters that cannot be written in UTF-8."""
    return text.encode("utf-8", "replace").decode()


@st.composite
def changed_bytes(draw: st.DrawFn, token: str) -> str:
    """Cut, double or exchange letters anywhere in a token."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(token)))
        end = draw(st.integers(start, min(len(token), start + 40)))
        token = token[:start] + draw(letters | st.just(token[start:end] * 2)) + token[end:]
    return sendable(token)


@st.composite
def forged(draw: st.DrawFn, moodle: Moodle, claims: dict[str, Any], token: str) -> str:
    """Say something else than the platform did, without its private key."""
    told = {**claims, **draw(st.dictionaries(claim_names, json_values, max_size=3))}
    told |= draw(st.sampled_from([{}, {"sub": "2"}, {CLAIM + "roles": [INSTRUCTOR]}]))
    head = {"alg": "RS256", "kid": moodle.kid, **draw(headers)}
    signature = draw(st.sampled_from([token.rsplit(".")[-1], "", "AAAA"]))
    return draw(
        st.sampled_from(
            [
                f"{part(head)}.{part(told)}.{signature}",
                moodle.sign(told, key=rsa_key("foreign")),
                moodle.sign_with_public_key(told),
            ]
        )
    )


def answered(response: TestResponse) -> bool:
    """Whether it was let in; anything but that and a refusal is a fault."""
    assert response.status_code == 303 or response.status_code in REFUSED, response.status_code
    return response.status_code == 303


@fuzz
@given(data=st.data())
def test_a_token_changed_anywhere_says_what_was_signed_or_nothing(
    lti: ToolAndPlatform, data: st.DataObject
) -> None:
    tried["test_a_token_changed_anywhere_says_what_was_signed_or_nothing"] += 1
    started = lti.login()
    token = lti.moodle.sign(lti.claims(started))
    if answered(lti.post(data.draw(changed_bytes(token)), started.state)):
        told = lti.launches[-1]
        assert (told.subject, told.role, told.name) == ("101", Role.PATIENT, "Persona sintética 01")


@fuzz
@given(data=st.data())
def test_no_forgery_is_accepted(lti: ToolAndPlatform, data: st.DataObject) -> None:
    tried["test_no_forgery_is_accepted"] += 1
    before = lti.count(LaunchSession)
    started = lti.login()
    claims = lti.claims(started)
    honest = lti.moodle.sign(claims)
    token = data.draw(forged(lti.moodle, claims, honest))
    accepted = answered(lti.post(token, started.state))
    # Drawing no change at all leaves the platform's own words.
    assert not accepted or token.split(".")[1:] == honest.split(".")[1:]
    assert lti.count(LaunchSession) == before + accepted


@fuzz
@given(changes=st.dictionaries(claim_names, json_values, min_size=1, max_size=4))
def test_a_signed_message_with_any_claims_is_let_in_or_refused(
    lti: ToolAndPlatform, changes: dict[str, Any]
) -> None:
    tried["test_a_signed_message_with_any_claims_is_let_in_or_refused"] += 1
    started = lti.login()
    true = lti.claims(started)
    if answered(lti.post(lti.moodle.sign({**true, **changes}), started.state)):
        for name in ("iss", "nonce", CLAIM + "deployment_id", CLAIM + "version"):
            assert changes.get(name, true[name]) == true[name]
        assert lti.launches[-1].subject


field_names = st.sampled_from(
    [
        *("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id"),
        *("lti_message_hint", "state", "id_token", "error", "probe", "lti_storage_target"),
    ]
)
good_values = st.sampled_from(
    ["http://moodle.example", "columna", f"{TOOL}/lti/launch", "1", "101", "a.b.c"]
)
forms = st.dictionaries(
    field_names, good_values | letters | st.lists(letters, max_size=2), max_size=7
)


@fuzz
@given(
    path=st.sampled_from(["/lti/login", "/lti/launch"]),
    method=st.sampled_from(["GET", "POST"]),
    form=forms,
    query=forms,
    cookies=st.dictionaries(
        st.sampled_from(
            ["__Host-lti-probe", "__Host-lti-x", "__Host-columna-x", "__Host-columna-"]
        ),
        st.text(st.characters(codec="ascii", exclude_characters=';,"\\ '), max_size=20),
    ),
    frame=st.sampled_from(["iframe", "document", ""]),
)
def test_any_form_is_answered(
    lti: ToolAndPlatform,
    path: str,
    method: str,
    form: dict[str, Any],
    query: dict[str, Any],
    cookies: dict[str, str],
    frame: str,
) -> None:
    tried["test_any_form_is_answered"] += 1
    clean = [all_sendable(fields) for fields in (form, query)]
    browser = lti.client()
    for name, value in cookies.items():
        browser.set_cookie(name, value, domain="tool.example")
    response = browser.open(
        path,
        method=method,
        base_url=TOOL,
        query_string=clean[1],
        data=clean[0] if method == "POST" else None,
        headers={"Sec-Fetch-Dest": frame},
    )
    if path == "/lti/login":
        assert response.status_code in {200, 302, 303, *REFUSED}
        assert "elsewhere" not in response.headers.get("Location", "")
    else:
        assert not answered(response)


def all_sendable(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields a browser could put into an address or a form."""
    return {
        name: [sendable(v) for v in value] if isinstance(value, list) else sendable(value)
        for name, value in fields.items()
    }


@fuzz
@given(body=st.binary(max_size=300), kind=st.sampled_from(["/lti/login", "/lti/launch"]))
def test_any_bytes_are_answered(lti: ToolAndPlatform, body: bytes, kind: str) -> None:
    tried["test_any_bytes_are_answered"] += 1
    for content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "x",
    ):
        response = lti.browser.post(kind, data=body, content_type=content_type, base_url=TOOL)
        assert response.status_code in REFUSED

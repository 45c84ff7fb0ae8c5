"""Whose request it is: told by our own proxies, as many as the setting says, and by nobody else."""

import pytest
from flask import Flask, request

from plugin.app import create_app
from plugin.settings import SettingsFault, load
from plugin.tool import Tool

GIVEN = {"COLUMNA_PUBLIC_URL": "https://columna.example.org", "COLUMNA_SECRETS": "s" * 32}
CLIENT, FIRST, SECOND = "192.0.2.7", "198.51.100.1", "198.51.100.2"


def application(tool: Tool, proxies: int) -> Flask:
    tool.settings = tool.settings.model_copy(update={"trusted_proxies": proxies})
    app = create_app(tool=tool)
    app.add_url_rule(
        "/who", "who", lambda: f"{request.remote_addr} {request.scheme} {request.host}"
    )
    return app


def who(app: Flask, peer: str, **headers: str) -> list[str]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get("/who", headers=sent, environ_base={"REMOTE_ADDR": peer})
    return answer.text.split()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, CLIENT, SECOND),
        (1, CLIENT, CLIENT),
        (1, f"203.0.113.9, {CLIENT}", CLIENT),
        (2, f"{CLIENT}, {FIRST}", CLIENT),
        (2, f"203.0.113.9, {CLIENT}, {FIRST}", CLIENT),
        (2, CLIENT, SECOND),
    ],
)
def test_the_visitor_is_whom_the_outermost_proxy_of_ours_saw(tool, proxies, forwarded, address):
    assert who(application(tool, proxies), SECOND, X_Forwarded_For=forwarded)[0] == address


def test_a_proxy_says_nothing_else_about_a_request(tool):
    told = who(
        application(tool, 1), SECOND, X_Forwarded_Proto="https", X_Forwarded_Host="evil.example"
    )
    assert told == [SECOND, "http", "localhost"]


def test_floods_are_counted_by_the_address_the_proxy_saw(tool):
    app = application(tool, 1)
    browser = app.test_client()

    def ask(address: str) -> int:
        return browser.get(
            "/lti/login",
            headers={"X-Forwarded-For": f"10.0.0.1, {address}"},
            environ_base={"REMOTE_ADDR": SECOND},
        ).status_code

    answers = {ask(CLIENT) for _ in range(200)}
    assert answers == {400, 429}
    assert ask(FIRST) == 400


@pytest.mark.parametrize("value", ["-1", "10", "one", "", "1.0", "²"])
def test_a_number_of_proxies_is_one_figure(value):
    with pytest.raises(SettingsFault) as refused:
        load({**GIVEN, "COLUMNA_TRUSTED_PROXIES": value})
    assert list(refused.value.faults) == ["COLUMNA_TRUSTED_PROXIES"]


def test_nobody_is_believed_unless_it_is_set():
    assert load(GIVEN).trusted_proxies == 0
    assert load({**GIVEN, "COLUMNA_TRUSTED_PROXIES": " 2 "}).trusted_proxies == 2

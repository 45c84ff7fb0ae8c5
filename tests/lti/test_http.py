"""Case 72: an address somebody else chose leads to public hosts only, checked where we connect."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from flask import Flask, Response, redirect
from werkzeug.serving import make_server

from lti.http import (
    LARGEST,
    AddressRefused,
    Gate,
    GuardedHttp,
    is_public,
)
from tests.lti.cases import Saw


class Wire:
    """Records where connections would go; none is made."""

    def __init__(self) -> None:
        self.connected: list[tuple[str, int]] = []

    def __call__(self, address: tuple[str, int], _timeout: float | None) -> socket.socket:
        self.connected.append(address)
        raise ConnectionRefusedError


def gate(*looked_up: str, allow_loopback: bool = False) -> tuple[Gate, Wire]:
    """Return a gate for which every name stands for these addresses."""
    wire = Wire()
    made = Gate(
        allow_loopback=allow_loopback,
        resolve=lambda _host, _port: list(looked_up),
        connect=wire,
    )
    return made, wire


PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.5",
    "64:ff9b::a00:5",
    "2002:7f00:1::",
    "2002:a00:5::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_case_72_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_case_72_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_case_72_nothing_is_connected_to_a_private_address(address: str, saw: Saw) -> None:
    made, wire = gate(address)
    with pytest.raises(AddressRefused, match="address_not_public"):
        GuardedHttp(made).request("GET", "https://lms.example/")

    assert wire.connected == []
    saw("refused, nothing connected")


def test_case_72_one_private_address_among_public_ones_refuses_the_name() -> None:
    made, wire = gate("93.184.216.34", "10.0.0.5")
    with pytest.raises(AddressRefused):
        GuardedHttp(made).request("GET", "https://lms.example/")

    assert wire.connected == []


def test_case_72_a_name_that_changes_between_look_up_and_connection_gains_nothing(saw: Saw) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    wire = Wire()
    http = GuardedHttp(Gate(resolve=lambda _host, _port: next(answers), connect=wire))
    with pytest.raises(requests.ConnectionError):
        http.request("GET", "https://rebinding.example/")

    assert wire.connected == [("93.184.216.34", 443)]
    saw("rebinding reaches nothing")


def test_case_72_the_next_connection_is_checked_again() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    wire = Wire()
    http = GuardedHttp(Gate(resolve=lambda _host, _port: next(answers), connect=wire))
    with pytest.raises(requests.ConnectionError):
        http.request("GET", "https://rebinding.example/")
    with pytest.raises(AddressRefused):
        http.request("GET", "https://rebinding.example/")

    assert len(wire.connected) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "address_malformed"),
        ("ftp://lms.example/", "address_not_https"),
        ("gopher://lms.example/", "address_not_https"),
        ("http://lms.example/", "address_not_https"),
        ("http://127.0.0.1/", "address_not_https"),
        ("https:///x", "address_malformed"),
        ("https://user:word@lms.example/", "address_malformed"),
        ("https://lms.example:99999/", "address_malformed"),
        ("https://lms .example/", "address_malformed"),
        ("", "address_malformed"),
    ],
)
def test_case_72_the_form_of_an_address_is_checked_first(url: str, code: str) -> None:
    made, wire = gate("93.184.216.34")
    with pytest.raises(AddressRefused, match=code):
        GuardedHttp(made).request("GET", url)

    assert wire.connected == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "017700000001"])
def test_case_72_odd_spellings_of_loopback_are_seen_through(host: str) -> None:
    wire = Wire()
    with pytest.raises((AddressRefused, requests.RequestException)):
        GuardedHttp(Gate(connect=wire)).request("GET", f"https://{host}/")

    assert wire.connected == []


def test_case_72_the_proxy_of_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.9:3128")
    made, wire = gate("93.184.216.34")
    with pytest.raises(requests.ConnectionError):
        GuardedHttp(made).request("GET", "https://lms.example/")

    assert wire.connected == [("93.184.216.34", 443)]


def test_case_72_development_reaches_this_machine_and_no_private_network() -> None:
    made, wire = gate("127.0.0.1", allow_loopback=True)
    with pytest.raises(requests.ConnectionError):
        GuardedHttp(made).request("GET", "http://localhost:8100/")
    assert wire.connected == [("127.0.0.1", 8100)]

    made, wire = gate("10.0.0.5", allow_loopback=True)
    with pytest.raises(AddressRefused):
        GuardedHttp(made).request("GET", "https://lms.example/")
    assert wire.connected == []


class TestApprovedPlatforms:
    """Whose addresses an administrator has vouched for."""

    @pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.1", "fc00::1", "93.184.216.34"])
    def test_an_organisations_own_network_is_reached(self, address: str) -> None:
        wire = Wire()
        gate = Gate(allow_private=True, resolve=lambda _host, _port: [address], connect=wire)
        with pytest.raises(requests.ConnectionError):
            GuardedHttp(gate).request("GET", "http://moodle.hospital.example/")

        assert wire.connected == [(address, 80)]

    @pytest.mark.parametrize(
        "address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0", "fe80::1"]
    )
    def test_this_machine_and_metadata_services_are_not(self, address: str) -> None:
        wire = Wire()
        gate = Gate(allow_private=True, resolve=lambda _host, _port: [address], connect=wire)
        with pytest.raises(AddressRefused, match="address_not_public"):
            GuardedHttp(gate).request("GET", "http://moodle.hospital.example/")

        assert wire.connected == []


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    server = make_server("127.0.0.1", 0, Flask("secure"), ssl_context="adhoc")
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with pytest.raises(requests.exceptions.SSLError):
        GuardedHttp(Gate(allow_loopback=True)).request(
            "GET", f"https://localhost:{server.server_port}/"
        )
    thread.join()
    server.server_close()


class TestAnswers:
    """With a real server on this machine."""

    @pytest.fixture
    def address(self) -> Iterator[str]:
        app = Flask("answers")
        app.add_url_rule("/plain", "plain", lambda: "hello")
        app.add_url_rule("/inside", "inside", lambda: redirect("http://169.254.169.254/"))
        app.add_url_rule("/big", "big", lambda: Response(b"x" * (LARGEST + 1)))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()

    def get(self, url: str) -> requests.Response:
        return GuardedHttp(Gate(allow_loopback=True)).request("GET", url)

    def test_an_answer_is_read_whole(self, address: str) -> None:
        assert self.get(f"{address}/plain").text == "hello"

    def test_case_72_redirects_are_refused(self, address: str, saw: Saw) -> None:
        with pytest.raises(AddressRefused, match="address_redirects"):
            self.get(f"{address}/inside")
        saw("redirect refused")

    def test_an_answer_too_big_is_refused(self, address: str) -> None:
        with pytest.raises(AddressRefused, match="answer_too_big"):
            self.get(f"{address}/big")

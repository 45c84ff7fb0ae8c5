"""Ports that cannot be had are said in words that name one that can."""

import re
import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from plugin.cli import main
from plugin.demo import ports
from plugin.demo.faults import CannotStart


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fault(wanted: dict[str, int]) -> str:
    with pytest.raises(CannotStart) as raised:
        ports.require(wanted)
    return str(raised.value)


def test_one_port_for_two_is_refused_with_another_for_the_second():
    port = free()
    words = fault({"PORT": port, "LMS_PORT": port})

    assert f"PORT and LMS_PORT are both {port}" in words
    ports.require({"PORT": port, "LMS_PORT": int(re.search(r"make demo LMS_PORT=(\d+)", words)[1])})


def test_one_in_use_is_named_with_one_that_is_not(taken):
    words = fault({"PORT": taken})

    assert f"Port {taken} is in use" in words
    ports.require({"PORT": int(re.search(r"make demo PORT=(\d+)", words)[1])})


def test_an_option_that_make_does_not_know_is_named_as_the_command_takes_it(taken):
    assert "--twilio-port=" in fault({"--twilio-port": taken})


@pytest.mark.parametrize("option", ["--port", "--lms-port", "--twilio-port"])
@pytest.mark.parametrize("given", ["0", "-1", "99999", "65536", "http", ""])
def test_what_is_no_port_is_refused_in_words(option, given, tmp_path):
    done = CliRunner().invoke(main, ["demo", option, given, "--folder", str(tmp_path / "demo")])

    assert done.exit_code == 2
    assert option in done.output
    assert isinstance(done.exception, SystemExit)
    assert not (tmp_path / "demo").exists()


def test_the_command_says_what_is_wrong_with_its_ports(taken, tmp_path):
    words = ["--port", str(taken), "--lms-port", str(taken), "--folder", str(tmp_path / "demo")]
    done = CliRunner().invoke(main, ["demo", *words])

    assert done.exit_code == 1
    assert "PORT and LMS_PORT are both" in done.output
    assert isinstance(done.exception, SystemExit)
    assert not (tmp_path / "demo").exists()

"""However the demonstration is told to stop, and whenever, nothing of it stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from plugin import settings, setup
from plugin.database import upgrade_database
from plugin.demo import study
from plugin.demo.run import Demo
from plugin.tool import build

ROOT = Path(__file__).parents[3]
PATIENCE_S = 90.0

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc (Linux)"
)


# Not deaf to what the tests themselves were started to be deaf to (in the background, by nohup).
HEARING = ("env", "--default-signal=HUP,INT,TERM")


class Started:
    """The command as a terminal starts it: with a session of its own."""

    def __init__(self, demo: Demo, *before: str) -> None:
        self.demo = demo
        command = ["-m", "plugin.cli", "demo", "--folder", str(demo.folder)]
        ports = ["--port", str(demo.port), "--lms-port", str(demo.lms_port)]
        self.output = demo.folder.with_suffix(".output")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*HEARING, *before, sys.executable, *command, *ports],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def children(self) -> list[int]:
        """Return the processes with the demonstration's settings: its own and their own."""
        mark = f"sqlite:///{self.demo.folder}/".encode()
        return [pid for pid in _pids() if mark in _environment(pid)]

    def wait_until(self, condition: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.poll() is None, self.output.read_text("utf-8")
            assert time.monotonic() < until, self.output.read_text("utf-8")
            time.sleep(0.02)

    def stop(self, number: signal.Signals) -> int:
        """Send a signal; return the exit status once it and its children are gone."""
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE_S)
        assert self.children() == []
        assert "Traceback" not in self.output.read_text("utf-8")
        return status

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.demo.tool_url + "/health", timeout=5):
                return b"is running" in self.output.read_bytes()
        except OSError:
            return False


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """A demonstration whose folder is still empty."""
    return Demo(tmp_path / "demo", *_free_ports(), "console", 0)


@pytest.fixture
def filled(demo: Demo) -> Demo:
    """A demonstration that finds a study, so that it need not make one."""
    demo.folder.mkdir()
    tool = build(settings.load(demo.environment()))
    upgrade_database(tool.database)
    with tool.database.writing() as session:
        protocol = tool.protocols[study.PROTOCOL]
        setup.create_study(session, tool, study.STUDY, protocol, synthetic=True, seed=b"s" * 32)
    tool.database.dispose()
    return demo


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    """Return a starter; what a failed test leaves is ended after it."""
    made: list[Started] = []

    def begin(demo: Demo, *before: str) -> Started:
        made.append(Started(demo, *before))
        return made[-1]

    yield begin
    for one in made:
        for pid in {one.process.pid, *one.children()}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_before_it_is_ready_ends_it_and_its_children(start, filled, number):
    started = start(filled)
    started.wait_until(started.children)
    assert started.stop(number) == 0


def test_closing_the_terminal_ends_it_and_its_children(start, filled):
    started = start(filled)
    started.wait_until(started.answers)
    assert started.stop(signal.SIGHUP) == 0


def test_nohup_keeps_it_running_until_it_is_told_otherwise(start, filled):
    started = start(filled, "nohup")
    started.wait_until(started.answers)
    started.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)

    assert started.answers()
    assert started.stop(signal.SIGINT) == 0


def test_a_study_that_was_half_made_is_made_anew(start, filled):
    """Stopped while it filled the database, it does not show a part as the whole next time."""
    filled.half_filled.touch()
    database = filled.folder / "columna.sqlite3"
    # Held open, so that the new file cannot get the number of the old one.
    with database.open("rb") as old:
        before = os.fstat(old.fileno()).st_ino
        started = start(filled)
        started.wait_until(lambda: database.exists() and database.stat().st_ino != before)

    assert started.stop(signal.SIGTERM) == 0
    assert "Making a synthetic study" in started.output.read_text("utf-8")
    assert filled.half_filled.exists()


def test_a_web_server_that_dies_while_starting_is_said_at_once(start, filled, monkeypatch):
    monkeypatch.setenv("COLUMNA_TRUSTED_PROXIES", "many")  # the demonstration sets others itself
    started = start(filled)

    assert started.process.wait(PATIENCE_S) == 1
    assert started.children() == []
    assert "ended while it started" in started.output.read_text("utf-8")

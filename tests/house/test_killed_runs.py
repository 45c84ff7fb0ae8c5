"""A run of the tests that is killed leaves nothing behind: no server, no folder."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
POSTGRES = """
import tempfile, time
from tests import postgres
tempfile.tempdir = {folder!r}
with postgres.server() as url:
    print(url, flush=True)
    time.sleep(600)
"""
WEB = """
import sys, tempfile, time
from pathlib import Path
from tests import processes
folder = Path(tempfile.mkdtemp(dir={folder!r}))
command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]
log = folder / "log"
with log.open("wb") as output, processes.running(command, folder=folder, stdout=output):
    while not (words := log.read_text().split()):
        time.sleep(0.05)
    print("http://127.0.0.1:" + words[words.index("port") + 1], flush=True)
    time.sleep(600)
"""


def answers(address: str) -> bool:
    """Whether something listens there."""
    parts = urlsplit(address)
    with socket.socket() as probe:
        return probe.connect_ex((str(parts.hostname), int(parts.port or 0))) == 0


def within_patience(so: Callable[[], bool]) -> bool:
    """Whether something becomes so within half a minute."""
    until = time.monotonic() + PATIENCE_S
    while not so() and time.monotonic() < until:
        time.sleep(0.05)
    return so()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder other users may pass through, as PostgreSQL's does."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.parametrize("program", [POSTGRES, WEB], ids=["PostgreSQL", "a web server"])
def test_a_killed_run_leaves_no_server_and_no_folder(program, folder):
    command = [sys.executable, "-c", program.format(folder=str(folder))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout
            address = run.stdout.readline().strip()
            assert answers(address)
            assert list(folder.iterdir())
        finally:
            run.kill()

    assert within_patience(lambda: not answers(address))
    assert within_patience(lambda: not list(folder.iterdir()))

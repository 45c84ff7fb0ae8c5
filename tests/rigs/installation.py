"""The tool as it runs in a clinic: server and worker as processes of their own, killed and started
again.
"""

import http.client
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from lti.launch import sessions
from tests import processes
from tests.conftest import SECRET

PATIENCE_S = 120.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back whole."""

    status: int
    location: str
    cookies: tuple[str, ...]


class Installation:
    """Server and worker on a database; the server keeps its port.

    `options`: of `columna serve`. `settings`: further ones, by name.
    """

    def __init__(self, database_url: str, folder: Path, *options: str, **settings: str) -> None:
        self.port = processes.free_port()
        self.url = f"http://localhost:{self.port}"
        self.sink = folder / "sent.jsonl"
        self._log = folder / "processes.log"
        self._options = options
        self._environment = {
            **os.environ,
            "COLUMNA_PUBLIC_URL": self.url,
            "COLUMNA_SECRETS": SECRET,
            "COLUMNA_DATABASE_URL": database_url,
            "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'queue.sqlite3'}",
            "COLUMNA_CONSOLE_SINK": str(self.sink),
            "COLUMNA_ALLOW_LOOPBACK": "yes",
            **settings,
        }
        self._servers: list[subprocess.Popen[bytes]] = []
        self._worker: subprocess.Popen[bytes] | None = None

    def columna(self, *words: str) -> str:
        """Run a command of the shell on this installation; return what it printed."""
        command = [sys.executable, "-m", "plugin.cli", *words]
        run = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        assert run.returncode == 0, f"columna {' '.join(words)}: {run.stdout}{run.stderr}"
        return run.stdout.strip()

    def start_server(self, port: int | None = None) -> None:
        """Start the server, at another port too if one is given; wait until it answers."""
        at = port or self.port
        self._servers.append(self._start("serve", "--port", str(at), *self._options))
        if not processes.listens(at, self._servers[-1], PATIENCE_S):
            pytest.fail(f"the server did not start:\n{self.log()}")

    def start_worker(self) -> None:
        """Start the worker, which begins with what is due."""
        self._worker = self._start("worker")

    def kill_server(self) -> None:
        """Kill the server and its workers as a power cut would."""
        while self._servers:
            processes.kill(self._servers.pop())

    def kill_worker(self) -> None:
        """Kill the worker as a power cut would."""
        if self._worker is not None:
            processes.kill(self._worker)
            self._worker = None

    def log(self) -> str:
        """Return what both have logged."""
        return self._log.read_text("utf-8", "replace")

    def post(
        self, path: str, fields: Mapping[str, str], cookie: str = "", patience_s: float = 10
    ) -> Answer | None:
        """Send a form; None when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience_s)
        headers = {"Content-Type": FORM, "Host": f"localhost:{self.port}", "Cookie": cookie}
        try:
            connection.request("POST", path, urlencode(fields), headers)
            answer = connection.getresponse()
            answer.read()
            cookies = answer.headers.get_all("Set-Cookie") or []
            return Answer(
                answer.status,
                answer.headers.get("Location", ""),
                tuple(each.split(";")[0] for each in cookies),
            )
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return processes.start(
                [sys.executable, "-m", "plugin.cli", *words],
                env=self._environment,
                stdout=log,
                stderr=log,
            )


def cookie_of(ref: str, secret: str) -> str:
    """Return the cookie by which a launch is open."""
    return f"{sessions.cookie_name(ref)}={secret}"

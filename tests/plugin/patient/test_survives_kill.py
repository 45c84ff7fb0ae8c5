"""The server is killed while two hundred people save their diary: acknowledged is saved."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from lti.launch import sessions
from modules.records.models import DiaryEntry
from modules.study.days import DEFAULT_ZONE, today_for
from plugin.tool import Tool, utc_now
from tests import processes
from tests.conftest import SECRET
from tests.factories import PROPOSED, Clinic, launch_session

POSTS = 200
"""So many at once: each sender has a thread of its own, and all begin together."""
KILL_AFTER = (20, 60, 120)
"""The server is killed each time so many entries have been acknowledged."""
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Form:
    """One filled diary: whose session, and what the browser sends; a repeat sends the same."""

    ref: str
    secret: str
    body: str


@pytest.fixture
def forms(tool: Tool, clock) -> list[Form]:
    """Two hundred participants of a care programme, each with a filled diary in a tab."""
    clinic = Clinic(tool, protocol_key="care", study_key="care")
    made = []
    # The server in its own process has the real clock; sessions and day 1 are made for it.
    clock.moment = utc_now()
    with clinic.writing() as session:
        for _number in range(POSTS):
            one = clinic.enrolled(session, day_one=local_today())
            secret = uuid.uuid4().hex
            opened = launch_session(session, one, PROPOSED["patient"], secret, clock())
            fields = {
                "csrf_token": sessions.csrf_token(opened),
                "client_key": str(uuid.uuid4()),
                "minutes": "0",
                "pain_before_mm": "40",
            }
            made.append(Form(opened.ref, secret, urlencode(fields)))
    return made


def local_today() -> date:
    """Return the day it is in the clinic, by the real clock."""
    return today_for(utc_now(), DEFAULT_ZONE)


class Server:
    """The server as it runs in a clinic, on one port, killed and started again."""

    def __init__(self, tool: Tool, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._log = folder / "server.log"
        self._environment = {
            **os.environ,
            "COLUMNA_PUBLIC_URL": f"http://localhost:{self.port}",
            "COLUMNA_SECRETS": SECRET,
            "COLUMNA_DATABASE_URL": tool.settings.database_url,
            "COLUMNA_TASKS_URL": tool.settings.tasks_url,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = processes.start(
                [sys.executable, "-m", "plugin.cli", "serve", "--port", str(self.port)],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.05)
        pytest.fail(f"the server did not start:\n{self._log.read_text()}")

    def kill(self) -> None:
        """Kill the server and its workers as a power cut would."""
        if self._process is not None:
            processes.kill(self._process)
            self._process = None

    def post(self, form: Form, day: str) -> int | None:
        """Send a diary; return the status, None when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{sessions.cookie_name(form.ref)}={form.secret}",
        }
        try:
            connection.request("POST", f"/t/{form.ref}/diary/{day}", form.body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@pytest.fixture
def server(tool: Tool, tmp_path: Path) -> Iterator[Server]:
    made = Server(tool, tmp_path)
    yield made
    made.kill()


@contextmanager
def killed_at(server: Server, acknowledged: Callable[[], int]) -> Iterator[threading.Event]:
    """Kill and restart the server as often as planned; the event says that it was the last time."""
    over = threading.Event()

    def run() -> None:
        for number in KILL_AFTER:
            while acknowledged() < number:
                time.sleep(0.001)
            server.kill()
            time.sleep(0.1)
            server.start()
        over.set()

    thread = threading.Thread(target=run)
    thread.start()
    yield over
    thread.join()


def test_every_acknowledged_entry_is_there_and_none_twice(tool, forms, server):
    day = local_today().isoformat()
    statuses: Counter[int | None] = Counter()
    lock = threading.Lock()

    together = threading.Barrier(POSTS)

    def save(form: Form) -> None:
        """Send like the page's script: again with the same key until it is acknowledged."""
        together.wait(PATIENCE_S)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            status = server.post(form, day)
            with lock:
                statuses[status] += 1
            if status == 303:
                return
            time.sleep(0.05)

    server.start()
    with (
        killed_at(server, lambda: statuses[303]) as over,
        ThreadPoolExecutor(POSTS) as people,
    ):
        list(people.map(save, forms))

    assert over.is_set()
    assert statuses[303] == POSTS
    assert statuses[None] > 0, "no sending was interrupted: the test proved nothing"
    assert set(statuses) <= {303, 503, None}
    with tool.database.reading() as session:
        each = session.execute(
            select(DiaryEntry.participant_id, func.count()).group_by(DiaryEntry.participant_id)
        ).all()
    assert Counter(count for _participant, count in each) == {1: POSTS}

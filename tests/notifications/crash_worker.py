"""A worker that stops at every boundary or is killed at one, run as its own process.

Every line of input is a job. For each, the process forks and the child delivers from the given
database. In a job with `kill_at` the child kills itself (SIGKILL, nothing is cleaned up) at that
boundary. In a job with `step` it waits at every boundary until it is told to go on, so that what a
kill would leave behind there can be looked at.

Coarse boundaries: before every SQL statement and commit, and every line of the HTTP call. Fine
ones: every line of our own code and of the database layer too, the first time it is to run.
"""

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, time
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, configure_mappers

import notifications.outbox
from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Database
from notifications.channels.whatsapp import CHANNEL
from notifications.hours import QuietHours
from notifications.outbox import Need

NIGHT = QuietHours(time(21), time(8))
HTTP = ("/twilio/http/http_client.py", "/urllib3/connection.py")
OURS = ("/notifications/", "/modules/db.py")
NOT_OURS = ("/tests/",)


class Boundaries:
    """Counts boundaries and calls `at` with the number of each new one."""

    def __init__(self, fine: bool, at: Callable[[int], None]) -> None:
        self.traced = HTTP + OURS if fine else HTTP
        self.at = at
        self.seen: set[tuple[str, int]] = set()
        self.statements = 0

    def reach(self, name: str, number: int) -> None:
        """Take note of a boundary."""
        if (name, number) not in self.seen:
            self.seen.add((name, number))
            self.at(len(self.seen))

    def statement(self, *_: Any) -> None:
        """Before an SQL statement or a commit."""
        self.statements += 1
        self.reach("sql", self.statements)

    def trace(self, frame: FrameType, what: str, _argument: Any) -> Any:
        """Follow the files that matter, line by line."""
        name = frame.f_code.co_filename
        if any(part in name for part in NOT_OURS) or not any(part in name for part in self.traced):
            return None
        if what == "line":
            self.reach(name, frame.f_lineno)
        return self.trace


def needed(_session: Session, _participant: uuid.UUID, _kind: str, _occurrence: str) -> Need:
    """Everything is still to be done."""
    return Need.NEEDED


def deliver(job: dict[str, Any], at: Callable[[int], None]) -> int:
    """Deliver once; returns how many boundaries there were."""
    database = Database(job["database"])
    channel = CHANNEL.build(job["settings"])
    now = datetime.fromisoformat(job["now"])
    boundaries = Boundaries(job["fine"], at)
    for moment in ("before_cursor_execute", "commit"):
        event.listen(database.engine, moment, boundaries.statement)
    sys.settrace(boundaries.trace)
    notifications.outbox.deliver(
        database,
        {"whatsapp": channel},
        needed,
        lambda: now,
        quiet_hours=lambda _session, _participant: NIGHT,
        link="https://campus.example.mx",
    )
    sys.settrace(None)
    return len(boundaries.seen)


def killer(chosen: int) -> Callable[[int], None]:
    """Kill this process at one boundary."""

    def at(number: int) -> None:
        if number == chosen:
            os.kill(os.getpid(), signal.SIGKILL)

    return at


def wait_for_go(number: int) -> None:
    """Say where we are and wait."""
    os.write(1, json.dumps({"boundary": number}).encode() + b"\n")
    os.read(0, 1)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job in a child of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        at = wait_for_go if job.get("step") else killer(job.get("kill_at", 0))
        os.write(writer, str(deliver(job, at)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        counted = report.read()
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "status": status, "boundaries": int(counted or 0)}


def next_job() -> dict[str, Any] | None:
    """Read a line byte by byte: what follows it belongs to the child."""
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(0, 1)
        if not read:
            return None
        line += read
    job: dict[str, Any] = json.loads(line)
    return job


def main() -> None:
    """Answer jobs until the input ends."""
    install_keyring(Keyring(["k" * 32]))
    configure_mappers()  # once, and not in every child
    while (job := next_job()) is not None:
        os.write(1, json.dumps(answer(job)).encode() + b"\n")


if __name__ == "__main__":
    main()

"""A worker that is killed at a chosen point, run as its own process by the crash test.

Every line of input is a job. The process forks for each: the child delivers from the given
database and kills itself (SIGKILL, nothing is cleaned up) at the n-th boundary; the parent answers
with what happened. A boundary is the first time a line of our own code, of the database layer or
of the HTTP client is about to run, and the moments before and after every SQL statement.
"""

import json
import os
import signal
import sys
import uuid
from datetime import datetime
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

import notifications.outbox
from modules.crypto import Keyring, install_keyring
from modules.db import Database
from notifications.channels.whatsapp import CHANNEL
from notifications.outbox import Need
from notifications.rules import Kind

TRACED = ("/notifications/", "/modules/db.py", "/twilio/http/", "/http/client.py", "/urllib3/conn")
UNTRACED = ("/tests/",)
NEVER = 10**9


class Boundaries:
    """Counts the boundaries and kills the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.seen: set[tuple[str, int]] = set()
        self.statements = 0

    def reach(self, name: str, number: int) -> None:
        """Take note of a boundary; do not return from the chosen one."""
        if (name, number) in self.seen:
            return
        self.seen.add((name, number))
        if len(self.seen) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, *_: Any) -> None:
        """Before or after an SQL statement, before a commit."""
        self.statements += 1
        self.reach("sql", self.statements)

    def trace(self, frame: FrameType, what: str, _argument: Any) -> Any:
        """Follow the files that matter, line by line."""
        name = frame.f_code.co_filename
        if any(part in name for part in UNTRACED) or not any(part in name for part in TRACED):
            return None
        if what == "line":
            self.reach(name, frame.f_lineno)
        return self.trace


def needed(_session: Session, _participant: uuid.UUID, _kind: Kind, _occurrence: str) -> Need:
    """Everything is still to be done."""
    return Need.NEEDED


def work(job: dict[str, Any], report: int) -> None:
    """Deliver once; write how many boundaries there were when it ends by itself."""
    install_keyring(Keyring(["k" * 32]))
    database = Database(job["database"])
    channel = CHANNEL.build(job["settings"])
    now = datetime.fromisoformat(job["now"])
    boundaries = Boundaries(job.get("kill_at") or NEVER)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.engine, moment, boundaries.statement)
    sys.settrace(boundaries.trace)
    notifications.outbox.deliver(
        database, {"whatsapp": channel}, needed, lambda: now, link="https://campus.example.mx"
    )
    sys.settrace(None)
    os.write(report, str(len(boundaries.seen)).encode())


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job in a child of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        work(job, writer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        counted = report.read()
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "status": status, "boundaries": int(counted or 0)}


def main() -> None:
    """Answer jobs until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

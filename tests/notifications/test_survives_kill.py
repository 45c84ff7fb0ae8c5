"""kill -9 between any two statements: nothing twice, nothing lost, doubt is called unknown."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.crypto import Keyring, install_keyring
from modules.db import Base, Database
from notifications.channels.whatsapp import CHANNEL
from notifications.models import State
from plugin.demo.fake_twilio import FakeTwilio, Script
from plugin.demo.fake_twilio_server import serving
from tests.notifications.conftest import TABLES
from tests.notifications.outbox_kit import (
    Clock,
    Desk,
    People,
    reminder_for,
    settings_for,
)

ROOT = Path(__file__).resolve().parents[2]
PHONES = ("+525551234501", "+525551234502")
ARRIVED = (State.SENT, State.DELIVERED)


class Worker:
    """The process that is killed again and again (its children, in fact)."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("crash_worker.py"))],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **job: Any) -> dict[str, Any]:
        """Run one job to its end or its death."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def stop(self) -> None:
        """Close its input and wait for its end."""
        self.process.communicate()


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


@pytest.fixture
def planned(tmp_path: Path, clock: Clock) -> Path:
    """A database in which two people are to be reminded now."""
    path = tmp_path / "planned.sqlite3"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine, [Base.metadata.tables[name] for name in TABLES])
    people, desk = People(database, clock), Desk(database, clock, None)  # type: ignore[arg-type]
    for phone in PHONES:
        desk.plan(reminder_for(people.reachable(phone)))
    database.dispose()
    return path


def test_case_03_to_05_killed_at_any_point_nothing_is_sent_twice_or_lost(
    worker: Worker, planned: Path, twilio: FakeTwilio, tmp_path: Path
):
    install_keyring(Keyring(["k" * 32]))
    twilio.script = Script(lost=True)
    outcomes: Counter[tuple[State, ...]] = Counter()
    with serving(twilio) as url:
        settings = settings_for(twilio, url)
        whole = deliver_and_die(worker, planned, tmp_path, settings, None)
        assert not whole["killed"]
        assert whole["status"] == 0
        for boundary in range(1, whole["boundaries"] + 1):
            twilio.messages.clear()
            twilio.settle()
            twilio.ledger.clear()
            deliver_and_die(worker, planned, tmp_path, settings, boundary)
            outcomes[recover(tmp_path / "run.sqlite3", twilio, settings)] += 1
    assert sum(outcomes.values()) > 100
    # The kills must have met every phase: before a call, around one, and after both.
    assert {State.UNKNOWN, State.DELIVERED} <= {state for states in outcomes for state in states}
    assert (State.DELIVERED, State.DELIVERED) in outcomes


def deliver_and_die(
    worker: Worker, planned: Path, folder: Path, settings: dict[str, str], kill_at: int | None
) -> dict[str, Any]:
    """Start a worker on a fresh copy of the database and kill it at a boundary."""
    for old in folder.glob("run.sqlite3*"):
        old.unlink()
    shutil.copy(planned, folder / "run.sqlite3")
    return worker.run(
        database=f"sqlite:///{folder / 'run.sqlite3'}",
        settings=settings,
        now=Clock().now.isoformat(),
        kill_at=kill_at,
    )


def recover(path: Path, twilio: FakeTwilio, settings: dict[str, str]) -> tuple[State, ...]:
    """Start again after the kill; check everything that is promised. Returns the states."""
    clock = Clock()
    twilio.clock = clock
    database = Database(f"sqlite:///{path}")
    desk = Desk(database, clock, CHANNEL.build(settings))
    left = {row.id: row.state for row in desk.rows()}
    clock.forward(minutes=3)
    unreachable = Desk(database, clock, CHANNEL.build({**settings, "twilio_auth_token": "x" * 32}))
    unreachable.sweep()
    ambiguous = {one for one, state in left.items() if state is State.SENDING}
    assert {row.id for row in desk.rows() if row.state is State.UNKNOWN} == ambiguous
    for _ in range(4):
        clock.forward(minutes=20)
        desk.sweep()
        desk.deliver()
    twilio.settle()
    clock.forward(minutes=70)
    desk.sweep()
    shown = Counter(one.number for one in twilio.ledger)
    states = check_each_row(desk, left, shown)
    database.dispose()
    return states


def check_each_row(desk: Desk, left: dict[Any, State], shown: Counter[str]) -> tuple[State, ...]:
    """Nothing twice; sent means shown; not shown means unknown; what was only planned is sent."""
    assert set(shown.values()) <= {1}
    rows = desk.rows()
    arrived = [row for row in rows if row.state in ARRIVED]
    assert len(arrived) == sum(shown.values())
    assert all(row.state is State.UNKNOWN for row in rows if row.state not in ARRIVED)
    assert all(row.state in ARRIVED for row in rows if left[row.id] is State.PLANNED)
    assert len(rows) == len(PHONES)
    return tuple(sorted(row.state for row in rows))

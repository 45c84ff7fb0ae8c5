"""kill -9 between any two statements: nothing twice, nothing lost, doubt is called unknown."""

import json
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Base, Database
from notifications.channels.whatsapp import CHANNEL
from notifications.models import Contact, OutboxMessage, State
from plugin.demo.twilio.records import Script
from plugin.demo.twilio.server import serving
from plugin.demo.twilio.service import FakeTwilio
from tests.notifications.conftest import TABLES
from tests.notifications.outbox_kit import (
    Clock,
    People,
    Sender,
    reminder_for,
    settings_for,
)

ROOT = Path(__file__).resolve().parents[2]
PHONES = ("+525551234501", "+525551234502")
ARRIVED = (State.SENT, State.DELIVERED)
Traces = tuple[tuple[State, bool, int, int], ...]
"""For each row: its state, whether it has no SID, its tries, and how often the provider has it."""


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

    def tell(self, text: str) -> None:
        """Write to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Read one line from it."""
        assert self.process.stdout is not None
        heard: dict[str, Any] = json.loads(self.process.stdout.readline())
        return heard

    def run(self, **job: Any) -> dict[str, Any]:
        """Run one job to its end or its death."""
        self.tell(json.dumps(job) + "\n")
        return self.hear()

    def steps(self, **job: Any) -> Iterator[int]:
        """Run one job and stop at every boundary; yields its number."""
        self.tell(json.dumps({**job, "step": True}) + "\n")
        while "boundary" in (heard := self.hear()):
            yield heard["boundary"]
            self.tell(".")
        assert heard["status"] == 0

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
    people, sender = People(database, clock), Sender(database, clock, None)  # type: ignore[arg-type]
    for phone in PHONES:
        sender.plan(reminder_for(people.reachable(phone)))
    database.dispose()
    return path


def test_case_03_to_05_killed_at_any_point_nothing_is_sent_twice_or_lost(
    worker: Worker, planned: Path, twilio: FakeTwilio, tmp_path: Path
):
    install_keyring(Keyring(["k" * 32]))
    twilio.script = Script(lost=True)
    run = tmp_path / "run.sqlite3"
    with serving(twilio) as url:
        settings = settings_for(twilio, url)
        recovered = killed_for_real(worker, planned, run, twilio, settings)
        looked_at = stopped_everywhere(worker, planned, run, twilio, settings)
    # The kills must have met every phase: before a call, around one, between two, after both.
    assert set(recovered.values()) == {
        (State.DELIVERED, State.DELIVERED),
        (State.DELIVERED, State.UNKNOWN),
    }
    assert len(recovered) >= 5
    # Between any two lines a kill leaves nothing that was not recovered from above.
    assert looked_at <= set(recovered)


def killed_for_real(
    worker: Worker, planned: Path, run: Path, twilio: FakeTwilio, settings: dict[str, str]
) -> dict[Traces, tuple[State, ...]]:
    """SIGKILL before every SQL statement, commit and line of the HTTP call, then start again."""
    recovered: dict[Traces, tuple[State, ...]] = {}
    whole = worker.run(**job(planned, run, twilio, settings))
    assert whole["status"] == 0
    for boundary in range(1, whole["boundaries"] + 1):
        died = worker.run(**job(planned, run, twilio, settings), kill_at=boundary)
        assert died["killed"]
        reopened = new_account(twilio, settings)
        # What a restart does depends on what the kill left behind and on nothing else.
        traces = left_behind(run, twilio)
        if traces not in recovered:
            recovered[traces] = recover(run, twilio, reopened)
    return recovered


def stopped_everywhere(
    worker: Worker, planned: Path, run: Path, twilio: FakeTwilio, settings: dict[str, str]
) -> set[Traces]:
    """What a kill would leave between any two lines of ours: the files as they lie there."""
    found = set()
    asleep = run.with_name("asleep.sqlite3")
    lines = 0
    for _ in worker.steps(**{**job(planned, run, twilio, settings), "fine": True}):
        lines += 1
        copy(run, asleep)
        found.add(left_behind(asleep, twilio))
    assert lines > 300
    return found


def new_account(twilio: FakeTwilio, settings: dict[str, str]) -> dict[str, str]:
    """Change the account: what a dead worker still has on the wire is no longer let in."""
    twilio.account_sid = f"AC{uuid.uuid4().hex}"
    twilio.at_rest()
    return {**settings, "twilio_account_sid": twilio.account_sid}


def copy(database: Path, to: Path) -> None:
    """Copy a SQLite database with what its write-ahead log holds."""
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    for ending in ("", "-wal"):
        source = database.with_name(database.name + ending)
        if source.exists():
            shutil.copy(source, to.with_name(to.name + ending))


def job(planned: Path, run: Path, twilio: FakeTwilio, settings: dict[str, str]) -> dict[str, Any]:
    """A fresh copy of the database, an empty provider, and the order to deliver."""
    settings = new_account(twilio, settings)
    twilio.settle()
    twilio.messages.clear()
    twilio.ledger.clear()
    twilio.clock = Clock()
    copy(planned, run)
    return {
        "database": f"sqlite:///{run}",
        "settings": settings,
        "now": Clock().now.isoformat(),
        "fine": False,
    }


def left_behind(path: Path, twilio: FakeTwilio) -> Traces:
    """The rows after the kill and the messages at the provider; checks that no send can repeat."""
    accepted = Counter(
        stored.to.removeprefix("whatsapp:") for stored in list(twilio.messages.values())
    )
    assert set(accepted.values()) <= {1}
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:
        rows = session.execute(
            select(Contact.phone, OutboxMessage.state, OutboxMessage.sid, OutboxMessage.tries)
            .join(Contact, Contact.participant_id == OutboxMessage.participant_id)
            .order_by(Contact.phone_digest)
        ).all()
    database.dispose()
    for phone, state, sid, _ in rows:
        assert state is not State.PLANNED or not accepted[phone]
        assert sid is None or accepted[phone]
    return tuple((state, sid is None, tries, accepted[phone]) for phone, state, sid, tries in rows)


def recover(path: Path, twilio: FakeTwilio, settings: dict[str, str]) -> tuple[State, ...]:
    """Start again after the kill; check everything that is promised. Returns the states."""
    clock = Clock()
    twilio.clock = clock
    database = Database(f"sqlite:///{path}")
    sender = Sender(database, clock, CHANNEL.build(settings))
    left = {row.id: row.state for row in sender.rows()}
    clock.forward(minutes=3)
    unreachable = Sender(
        database, clock, CHANNEL.build({**settings, "twilio_auth_token": "x" * 32})
    )
    unreachable.reconcile()
    ambiguous = {one for one, state in left.items() if state is State.SENDING}
    assert {row.id for row in sender.rows() if row.state is State.UNKNOWN} == ambiguous
    for _ in range(4):
        clock.forward(minutes=20)
        sender.reconcile()
        sender.deliver()
    twilio.settle()
    clock.forward(minutes=70)
    sender.reconcile()
    shown = Counter(one.number for one in twilio.ledger)
    states = check_each_row(sender, left, shown)
    database.dispose()
    return states


def check_each_row(
    sender: Sender, left: dict[Any, State], shown: Counter[str]
) -> tuple[State, ...]:
    """Nothing twice; sent means shown; not shown means unknown; what was only planned is sent."""
    assert set(shown.values()) <= {1}
    rows = sender.rows()
    arrived = [row for row in rows if row.state in ARRIVED]
    assert len(arrived) == sum(shown.values())
    assert all(row.state is State.UNKNOWN for row in rows if row.state not in ARRIVED)
    assert all(row.state in ARRIVED for row in rows if left[row.id] is State.PLANNED)
    assert len(rows) == len(PHONES)
    return tuple(sorted(row.state for row in rows))

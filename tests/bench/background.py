"""What the worker's tasks cost, and whom they hold up: make bench-background.

Builds studies of 2,000 and 10,000 participants on SQLite, runs every task that goes through people
once cold (all is new) and once warm, and the staff's overview; reports the longest writing
transaction, CPU, memory and statements of each, each in a process of its own. Then eight processes
save at once while the tasks run, and count how often they were turned away.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti.models import LtiUser, Membership, MembershipSource, MembershipStatus
from modules.records.db import Base, Database
from modules.records.models import (
    DiaryEntry,
    LoginDay,
    Participant,
    ParticipantStatus,
    Source,
)
from notifications.models import Contact
from notifications.phones import digest
from plugin import alert_sweep, exporting, platforms, reach, reminders
from plugin.settings import load
from plugin.staff import overview
from plugin.tool import Tool, build
from tests.factories import LEARNER, Clinic

SECRET = "a-secret-of-the-bench-long-enough-to-be-one"
NOW = datetime(2026, 11, 12, 18, tzinfo=UTC)
TODAY = date(2026, 11, 12)
SIZES = (2_000, 10_000)
DAYS = 30
"""Days of diary and log-in each participant has behind them."""
LONGEST_MS = 200.0
"""No writing transaction may be longer."""
SAVERS = 8


@dataclass(frozen=True)
class Figures:
    """What one task cost; memory is what the process grew by at its peak."""

    task: str
    people: int
    longest_write_ms: float
    writes: int
    cpu_s: float
    grown_mib: float
    statements: int


# The study ------------------------------------------------------------------------------------


def open_tool(folder: Path) -> Tool:
    """Open the tool on the database in a folder."""
    url = f"sqlite:///{folder / 'columna.sqlite3'}"
    given = {
        "COLUMNA_PUBLIC_URL": "https://columna.example.org",
        "COLUMNA_SECRETS": SECRET,
        "COLUMNA_DATABASE_URL": url,
        "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'tasks.sqlite3'}",
        "COLUMNA_CONSOLE_SINK": str(folder / "messages.jsonl"),
        "COLUMNA_CLINIC_NAME": "Clínica de prueba",
        "COLUMNA_CLINIC_PHONE": "55 0000 0000",
    }
    return build(load(given), lambda: NOW)


def populate(folder: Path, number: int) -> None:
    """Fill a new database with a care programme in its fifth week, everybody with a diary."""
    tool = open_tool(folder)
    Base.metadata.create_all(tool.database.engine)
    platforms.prepare(tool)
    clinic = Clinic(tool, protocol_key="care")
    for start in range(0, number, 500):
        with tool.database.writing() as session:
            _some(session, clinic, range(start, min(start + 500, number)))
    with tool.database.writing() as session:
        session.execute(text("ANALYZE"))
    tool.database.dispose()


def _some(session: Session, clinic: Clinic, numbers: range) -> None:
    first = TODAY - timedelta(days=DAYS)
    keys = {number: uuid.uuid4() for number in numbers}
    users = {number: uuid.uuid4() for number in numbers}
    _add(session, Participant, [_person(clinic, n, key, first) for n, key in keys.items()])
    _add(session, LtiUser, [_user(clinic, n, key) for n, key in users.items()])
    _add(session, Membership, [_place(clinic, users[n], keys[n]) for n in numbers])
    _add(session, Contact, [_contact(n, key) for n, key in keys.items()])
    # Every tenth has been silent for ten days.
    ends = {key: 11 if n % 10 == 0 else 1 for n, key in keys.items()}
    days = [
        (key, TODAY - timedelta(days=back))
        for key in keys.values()
        for back in range(ends[key], DAYS)
    ]
    _add(session, LoginDay, [{"participant_id": key, "day": day} for key, day in days])
    _add(session, DiaryEntry, [_entry(key, day) for key, day in days])


def _add(session: Session, kind: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Write many rows at once, below the session: its lock takes a study's records one by one."""
    session.connection().execute(insert(kind.__table__), rows)


def _person(clinic: Clinic, number: int, key: uuid.UUID, first: date) -> dict[str, object]:
    return {
        "id": key,
        "study_id": clinic.study_id,
        "code": f"B{number:05}",
        "status": ParticipantStatus.ACTIVE,
        "enrolled_on": first,
        "day_one": first,
        "time_zone": "America/Mexico_City",
    }


def _user(clinic: Clinic, number: int, key: uuid.UUID) -> dict[str, object]:
    return {
        "id": key,
        "platform_id": clinic.platform_id,
        "subject": str(number),
        "name": f"Persona sintética {number}",
        "created_at": NOW,
    }


def _place(clinic: Clinic, user_id: uuid.UUID, participant_id: uuid.UUID) -> dict[str, object]:
    return {
        "lti_user_id": user_id,
        "course_id": clinic.course_id,
        "roles": [LEARNER],
        "roster_roles": [LEARNER],
        "source": MembershipSource.LAUNCH,
        "status": MembershipStatus.ACTIVE,
        "last_seen_at": NOW - timedelta(days=1),
        "participant_id": participant_id,
    }


def _contact(number: int, key: uuid.UUID) -> dict[str, object]:
    phone = f"+5255{number:08}"
    return {
        "participant_id": key,
        "phone": phone,
        "phone_digest": digest(phone),
        "channel": "console",
        "language": "es_MX",
        "wording_version": "bench",
        "given_at": NOW - timedelta(days=DAYS),
        "given_by": "staff",
    }


def _entry(key: uuid.UUID, day: date) -> dict[str, object]:
    return {
        "participant_id": key,
        "client_key": uuid.uuid4(),
        "day": day,
        "exercises": ["bridge"],
        "minutes": 20,
        "effort": 4,
        "pain_before_mm": 50,
        "pain_after_mm": 40,
        "source": Source.DIGITAL,
        "recorded_at": NOW - (TODAY - day),
    }


# The tasks ------------------------------------------------------------------------------------


def _overview(tool: Tool) -> None:
    """What the staff's first page reads."""
    with tool.database.reading() as session:
        (study,) = overview.queries.studies(session)
        protocol = tool.protocols[study.protocol_key]
        found = overview.people(session, tool, study.id, protocol, reach.EVERYBODY)
        overview.rows(session, tool, study.id, protocol, found[:25])


TASKS: dict[str, Callable[[Tool], object]] = {
    "plan_reminders, all new": lambda tool: reminders.plan_all(tool, tool.now()),
    "plan_reminders, nothing new": lambda tool: reminders.plan_all(tool, tool.now()),
    "watch_care, all new": lambda tool: alert_sweep.sweep(tool, tool.now()),
    "watch_care, nothing new": lambda tool: alert_sweep.sweep(tool, tool.now()),
    "watch_care, all overdue": lambda tool: alert_sweep.sweep(tool, tool.now() + timedelta(days=9)),
    "tidy": platforms.tidy,
    "finish_exports": exporting.make_all,
    "the staff's overview": _overview,
}


@contextmanager
def watched(database: Database, figures: dict[str, float]) -> Iterator[None]:
    """Measure every writing transaction and count the statements."""
    began: dict[int, float] = {}

    def begin(connection) -> None:
        if not connection.get_execution_options().get("sqlite_read_only"):
            began[id(connection)] = time.perf_counter()

    def end(connection) -> None:
        if since := began.pop(id(connection), None):
            figures["writes"] += 1
            figures["longest"] = max(figures["longest"], time.perf_counter() - since)

    def sent(*_given) -> None:
        figures["statements"] += 1

    listeners = (("begin", begin), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(database.engine, name, listener)
    event.listen(database.engine, "before_cursor_execute", sent)
    yield


def _peak_kib(*, reset: bool = False) -> int:
    """Return the most memory this process has held, from now on if it is reset. Linux only."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def measure(folder: Path, task: str, people: int) -> Figures:
    """Run one task once in this process and return what it cost."""
    tool = open_tool(folder)
    with tool.database.reading() as session:
        session.execute(text("SELECT 1"))
    seen = {"writes": 0.0, "longest": 0.0, "statements": 0.0}
    memory = _peak_kib(reset=True)
    cpu = time.process_time()
    with watched(tool.database, seen):
        TASKS[task](tool)
    cpu = time.process_time() - cpu
    grown = _peak_kib() - memory
    return Figures(
        task, people, 1000 * seen["longest"], int(seen["writes"]), cpu, grown / 1024,
        int(seen["statements"]),
    )  # fmt: skip


# Eight who save -------------------------------------------------------------------------------


def _save(
    folder: Path,
    seconds: float,
    ready: Barrier,
    tally: Queue,
) -> None:
    """Save diary entries as fast as a person would who never tires; count refusals."""
    tool = open_tool(folder)
    with tool.database.reading() as session:
        keys = list(session.scalars(text("SELECT id FROM participants LIMIT 50")))
    saved, refused, longest = 0, 0, 0.0
    ready.wait()
    until = time.time() + seconds
    while time.time() < until:
        since = time.perf_counter()
        try:
            with tool.database.writing() as session:
                key = uuid.UUID(keys[saved % len(keys)])
                session.add(DiaryEntry(**_entry(key, TODAY) | {"superseded_at": NOW}))
        except OperationalError:
            refused += 1
        saved += 1
        longest = max(longest, time.perf_counter() - since)
        time.sleep(0.05)
    tally.put((saved, refused, longest))


def crowd(folder: Path, seconds: float) -> tuple[int, int, float]:
    """Let eight processes save while the tasks run; return tries, refusals, longest wait in s."""
    context = multiprocessing.get_context("spawn")
    tally = context.Queue()
    ready = context.Barrier(SAVERS + 1)
    given = folder, seconds, ready, tally
    savers = [context.Process(target=_save, args=given) for _ in range(SAVERS)]
    for each in savers:
        each.start()
    tool = open_tool(folder)
    ready.wait()
    until = time.time() + seconds
    day = 1
    while time.time() < until:
        now = NOW + timedelta(days=day)
        reminders.plan_all(tool, now)
        alert_sweep.sweep(tool, now)
        day += 1
    found = [tally.get() for _ in savers]
    for each in savers:
        each.join()
    return sum(f[0] for f in found), sum(f[1] for f in found), max(f[2] for f in found)


# ----------------------------------------------------------------------------------------------


def bench(number: int, seconds: float) -> tuple[list[Figures], tuple[int, int, float]]:
    """Measure all tasks at one size."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        populate(folder, number)
        found = []
        for task in TASKS:
            with context.Pool(1) as alone:
                found.append(alone.apply(measure, (folder, task, number)))
        return found, crowd(folder, seconds)


def main() -> int:
    """Print the figures; 1 when a transaction was too long or somebody was turned away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--seconds", type=float, default=30, help="how long eight processes save")
    given = parser.parse_args()
    console, failed = Console(width=110), False
    for number in given.sizes or SIZES:
        found, (tries, refused, longest) = bench(number, given.seconds)
        table = Table(title=f"{number} participants")
        for column in (
            "task",
            "people",
            "longest write ms",
            "writes",
            "CPU s",
            "MiB",
            "statements",
        ):
            table.add_column(column)
        for each in found:
            table.add_row(*(f"{v:.1f}" if isinstance(v, float) else str(v) for v in astuple(each)))
        console.print(table)
        console.print(
            f"{SAVERS} processes saved {tries} times while the tasks ran: {refused} turned away,"
            f" longest wait {1000 * longest:.0f} ms"
        )
        failed |= bool(refused) or any(each.longest_write_ms > LONGEST_MS for each in found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

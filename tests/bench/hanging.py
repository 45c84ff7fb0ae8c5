"""What fifty telephones that stop in the middle of a form cost everybody else: make bench-hanging.

A server as in a clinic, on SQLite. A few patients save and launch, in turns while nobody hangs and
while fifty signed-in telephones have sent the head of a form and ten bytes of it. Prints both, and
their ratio: times of one run on one machine are compared with nothing but each other.
"""

import argparse
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from modules.records.db import Base
from plugin.settings import load
from plugin.tool import build, utc_now
from tests.conftest import SECRET
from tests.lti.simulated_platform import KeyServer, Moodle
from tests.rigs.evening import Evening, Person, invite
from tests.rigs.installation import FORM, Installation, cookie_of

HANGING = 50
ACTIVE = 4
TURNS = 4
MOST = 2.0
"""The 95th percentile while they hang may be so many times that of the quiet turns."""
Times = dict[str, list[float]]
"""Seconds of each try, by what was done."""


@contextmanager
def installed(folder: Path, url: str) -> Iterator[Evening]:
    """Run a server for a new study; yield its evening."""
    given = {
        "COLUMNA_PUBLIC_URL": "http://localhost",
        "COLUMNA_SECRETS": SECRET,
        "COLUMNA_DATABASE_URL": url,
        "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'tasks.sqlite3'}",
    }
    tool, moodle = build(load(given), utc_now), Moodle(KeyServer())
    Base.metadata.create_all(tool.database.engine)
    context, people = invite(tool, moodle, HANGING + ACTIVE)
    installation = Installation(tool.settings.database_url, folder)
    installation.start_server()
    try:
        yield Evening(installation, moodle, context, people)
    finally:
        installation.kill_server()
        tool.database.dispose()


@contextmanager
def hanging(evening: Evening) -> Iterator[None]:
    """Let fifty people send half a diary each and nothing more."""
    with ExitStack() as stack:
        for person in evening.people[:HANGING]:
            at = ("127.0.0.1", evening.installation.port)
            opened = stack.enter_context(socket.create_connection(at))
            opened.sendall(_half_a_form(person, evening.installation.port))
        time.sleep(0.2)
        yield


def _half_a_form(person: Person, port: int) -> bytes:
    lines = [
        f"POST /t/{person.ref}/diary/{person.day} HTTP/1.1",
        f"Host: localhost:{port}",
        f"Cookie: {cookie_of(person.ref, person.secret)}",
        f"Content-Type: {FORM}",
        "Content-Length: 300",
    ]
    return ("\r\n".join(lines) + "\r\n\r\ncsrf_token").encode()


def measured(evening: Evening, seconds: float, found: Times) -> None:
    """Let a few people save and launch for a while; add how long each try took."""
    until = time.monotonic() + seconds

    def act(person: Person) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            found["save"].append(_timed(evening.write, person, number))
            found["launch"].append(_timed(evening.launch, person))

    with ThreadPoolExecutor(ACTIVE) as threads:
        list(threads.map(act, evening.people[HANGING:]))


def _timed(action: Callable[..., None], *given: object) -> float:
    began = time.monotonic()
    action(*given)
    return time.monotonic() - began


def percentiles(times: list[float]) -> tuple[float, float]:
    """Return the 50th and the 95th percentile, milliseconds."""
    parts = quantiles(times, n=20)
    return 1000 * parts[9], 1000 * parts[18]


def main() -> int:
    """Print the figures; 1 when somebody was held up or turned away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="how long each turn lasts")
    given = parser.parse_args()
    quiet: Times = {"save": [], "launch": []}
    held: Times = {"save": [], "launch": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with installed(folder, f"sqlite:///{folder / 'columna.sqlite3'}") as evening:
            measured(evening, 2, {"save": [], "launch": []})
            for _ in range(TURNS):
                measured(evening, given.seconds, quiet)
                with hanging(evening):
                    measured(evening, given.seconds, held)
            statuses = evening.statuses
    ratios = show(quiet, held)
    Console().print(f"answers: {dict(statuses)}")
    return int(max(ratios) > MOST or set(statuses) > {302, 303})


def show(quiet: Times, held: Times) -> list[float]:
    """Print one line for each thing that was done; return the ratios of the 95th percentiles."""
    table = Table(title=f"{HANGING} telephones hang, {ACTIVE} people go on")
    for column in ("", "tries", "quiet p50 ms", "p95", "hanging p50 ms", "p95", "ratio of p95"):
        table.add_column(column)
    ratios = []
    for what, times in quiet.items():
        before, while_held = percentiles(times), percentiles(held[what])
        ratios.append(while_held[1] / before[1])
        figures = [f"{each:.1f}" for each in (*before, *while_held)]
        table.add_row(what, str(len(times) + len(held[what])), *figures, f"{ratios[-1]:.2f}")
    Console(width=110).print(table)
    return ratios


if __name__ == "__main__":
    sys.exit(main())

"""Launches per second, ours beside a minimal pylti1p3next application and ltijs: make bench-lti.

One run, one worker each, all warm, in turns, at 1 and at 8 at once. Ours writes its whole audit
trail; the others write what they write by themselves. The servers' processor time is counted too:
it depends less on what else the machine does. Where there are two cores the driver has one and the
tool under test the other.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from rich.console import Console
from rich.table import Table

from tests.bench import lti_tools
from tests.bench.lti_driver import Result, Target, run
from tests.bench.lti_tools import KeyServer

TOOLS = {"Columna": lti_tools.ours, "pylti1p3next": lti_tools.pylti, "ltijs": lti_tools.ltijs}
AT_ONCE = (1, 8)
AT_LEAST_LTIJS, AT_LEAST_PYLTI = 2.0, 0.6


@dataclass
class Row:
    """What was measured of one tool at one number of launches at once."""

    tool: str
    at_once: int
    results: list[Result] = field(default_factory=list)
    outbound: int = 0

    @property
    def per_second(self) -> float:
        """Median of the rounds."""
        return statistics.median(each.per_second for each in self.results)

    @property
    def p50(self) -> float:
        """Median of the rounds' medians, in milliseconds."""
        return statistics.median(each.p50 for each in self.results)

    @property
    def p95(self) -> float:
        """Median of the rounds' 95th percentiles, in milliseconds."""
        return statistics.median(each.p95 for each in self.results)

    @property
    def processor_ms(self) -> float:
        """Median of the rounds' processor time of a launch, in milliseconds."""
        return statistics.median(each.processor_ms for each in self.results)

    @property
    def launches(self) -> int:
        """How many launches the rounds held."""
        return sum(len(each.times_ms) for each in self.results)


@contextmanager
def everything(
    names: list[str], key: rsa.RSAPrivateKey
) -> Iterator[tuple[KeyServer, list[Target]]]:
    """Start the platform and the tools; end them all."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = KeyServer(key)
        stack.callback(server.stop)
        targets = [stack.enter_context(TOOLS[name](Path(folder), server)) for name in names]
        yield server, targets


def measure(names: list[str], rounds: int, launches: int) -> list[Row]:
    """Return one row for each tool and number at once."""
    key = rsa.generate_private_key(65537, 2048)
    rows = {(name, c): Row(name, c) for c in AT_ONCE for name in names}
    with everything(names, key) as (server, targets):
        lti_tools.pin(0)
        for target in targets:
            run(target, key, 60, 4)  # warm
        for at_once in AT_ONCE:
            for number in range(rounds):
                for target in targets[:: 1 if number % 2 else -1]:
                    row = rows[target.name, at_once]
                    before = server.fetched(target.name)
                    row.results.append(run(target, key, launches, at_once))
                    row.outbound += server.fetched(target.name) - before
    return list(rows.values())


def times_faster(mine: Row, other: Row) -> float:
    """Return how many times faster ours is: the median of the rounds, each compared by itself.

    The tools take turns within a round, so what else the machine does weighs on all of them.
    """
    pairs = zip(mine.results, other.results, strict=True)
    return statistics.median(one.per_second / two.per_second for one, two in pairs)


def table(rows: list[Row]) -> Table:
    """Return the figures, with how many times faster ours is."""
    shown = Table(
        "At once",
        "Tool",
        "Launches/s",
        "p50 ms",
        "p95 ms",
        "Processor ms",
        "Requests to the platform",
        "Ours is",
        "by processor",
    )
    for row in rows:
        mine = next(r for r in rows if r.tool == "Columna" and r.at_once == row.at_once)
        times = "" if row is mine else f"{times_faster(mine, row):.2f} ×"
        cheaper = "" if row is mine else f"{row.processor_ms / mine.processor_ms:.2f} ×"
        shown.add_row(
            str(row.at_once),
            row.tool,
            f"{row.per_second:.0f}",
            f"{row.p50:.1f}",
            f"{row.p95:.1f}",
            f"{row.processor_ms:.1f}",
            f"{row.outbound / row.launches:.2f} a launch",
            times,
            cheaper,
        )
    return shown


def shortfalls(rows: list[Row]) -> list[str]:
    """Return what does not hold of what ours should be."""
    wanted = {"ltijs": AT_LEAST_LTIJS, "pylti1p3next": AT_LEAST_PYLTI}
    found = []
    for mine in (row for row in rows if row.tool == "Columna"):
        if mine.outbound:
            found.append(f"{mine.outbound} requests to the platform on warm launches")
        for other in (row for row in rows if row.at_once == mine.at_once and row is not mine):
            times = times_faster(mine, other)
            if times < wanted[other.tool]:
                found.append(f"{times:.2f} times {other.tool} at {mine.at_once} at once")
    return found


def main() -> int:
    """Measure, print, and fail when ours is too slow or asks the platform."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--launches", type=int, default=80, help="in each round")
    parser.add_argument("--tools", nargs="*", default=list(TOOLS), choices=list(TOOLS))
    options = parser.parse_args()
    console = Console()
    rows = measure(options.tools, options.rounds, options.launches)
    console.print(table(rows))
    missing = shortfalls(rows)
    for line in missing:
        console.print(f"[red]falls short:[/] {line}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

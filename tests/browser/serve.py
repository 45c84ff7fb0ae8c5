"""The tool as its server starts it, except for its clock: the tests say what time it is."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from plugin import server
from plugin.app import create_app
from plugin.settings import load
from plugin.tool import build

CLOCK_FILE = "COLUMNA_TESTS_CLOCK"


class FileClock:
    """A clock that runs, shifted by as many seconds as a file says; other processes share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> datetime:
        """Return the moment it shows."""
        return datetime.now(UTC) + timedelta(seconds=float(self.path.read_text("ascii")))

    def set(self, moment: datetime) -> None:
        """Show this moment from now on."""
        shift = (moment - datetime.now(UTC)).total_seconds()
        # Written aside and moved: a reader in another process never finds half a number.
        aside = self.path.with_suffix(".new")
        aside.write_text(str(shift), "ascii")
        aside.replace(self.path)

    def move(self, **span: float) -> None:
        """Let time pass: days, hours, minutes."""
        self.set(self() + timedelta(**span))


def application() -> Flask:
    """Return the application that is served."""
    return create_app(tool=build(load(), clock=FileClock(Path(os.environ[CLOCK_FILE]))))


if __name__ == "__main__":
    server.serve(application, "127.0.0.1", int(sys.argv[1]), threads=8, processes=1)

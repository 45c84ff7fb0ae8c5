"""An installation on a migrated database of each engine, and one on a database made at once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command

from modules.records import crypto
from modules.records.db import Database
from plugin.status import examine
from plugin.status.check import Installation
from plugin.tool import Tool
from plugin.worker import build_queue
from tests.factories import Clinic
from tests.migrations.draft import config_of


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test have a process that has told its log nothing yet."""
    monkeypatch.setattr(examine, "_told", {})


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test finds not hang on the machine's disk."""
    plenty = shutil.disk_usage("/")._replace(free=50 * 2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: plenty)


@pytest.fixture
def make_place(make_tool: Callable[[Database], Tool]) -> Callable[[Database], Installation]:
    """Return a maker of installations on a database."""

    def make(database: Database) -> Installation:
        tool = make_tool(database)
        return Installation(tool, build_queue(tool.settings.tasks_url))

    return make


@pytest.fixture
def place(database: Database, make_place: Callable[[Database], Installation]) -> Installation:
    """An installation on each engine, its tables of this version."""
    command.stamp(config_of(database), "head")
    return make_place(database)


@pytest.fixture
def study(place: Installation) -> Clinic:
    """A running trial in that installation."""
    return Clinic(place.tool)


@pytest.fixture
def empty_sqlite(tmp_path: Path, keyring: crypto.Keyring) -> Iterator[Database]:
    """A SQLite database without any table."""
    crypto.install_keyring(keyring)
    opened = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield opened
    opened.dispose()

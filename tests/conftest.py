"""What the whole suite shares: two databases, a tool whose clock can be moved, an application.

Fixtures are the environment only; people and records are made by `tests.factories`.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, event, text

from modules.course import content
from modules.course.curriculum import Curriculum
from modules.outcomes.instruments import INSTRUMENTS
from modules.records import crypto
from modules.records.db import Base, Database
from modules.study import protocol
from modules.study.protocol import Protocol
from plugin import tables
from plugin.app import create_app
from plugin.settings import Settings, load
from plugin.tool import Tool
from tests import left_open, postgres
from tests.case_table import Table
from tests.compiled import compile_once
from tests.factories import NOON, Browser, Clinic, licensed
from tests.lti import cases as launch_cases
from tests.notifications import cases as message_cases

LONG = bool(os.environ.get("COLUMNA_LONG"))
SECRET = "a-secret-of-the-tests-long-enough-to-be-one"
FIRST = ("tests/browser/", "tests/rigs/", "tests/notifications/test_survives")
_launch_cases = launch_cases.LaunchTable(launch_cases.EXPECTED, ("tests/lti/",))
_message_cases = Table(message_cases.EXPECTED, message_cases.WITHIN, all_of_them=True)
compile_once()
left_open.note()

collect_ignore = ["film"]
"""Drawing is tested by itself (make test-film): slow, and nothing the installed tool runs."""

hypothesis_settings.register_profile(
    "default",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile(
    "fast", hypothesis_settings.get_profile("default"), max_examples=5
)
hypothesis_settings.register_profile(
    "long", hypothesis_settings.get_profile("default"), max_examples=500
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long profile out unless it was asked for; the summary says so.

    The files that take longest begin first: none of them is still at work when all else is done.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    long = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if long:
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


# The two hooks below run in the process that prints, also where others run the tests.


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what the tests of the numbered cases came to."""
    _launch_cases.add(report)
    _message_cases.add(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables of cases of which any was run, and what was left out, and why."""
    for name, cases in (("launch", _launch_cases), ("message", _message_cases)):
        if lines := list(cases.lines()):
            terminalreporter.section(f"{name} cases: expected and got")
            for line in lines:
                terminalreporter.write_line(line)
    if not LONG:
        terminalreporter.write_line(
            "left out: the long profile, Open edX's LTI consumer and a real Moodle with it"
            " (make test-long);"
            " drawing (make test-film)"
        )


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close with each test what it opened and left."""
    yield
    left_open.close()


# Databases ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this run; without one the run fails unless told otherwise."""
    if os.environ.get(postgres.WITHOUT):
        pytest.skip(f"{postgres.WITHOUT} is set: nothing is tested on PostgreSQL")
    try:
        postgres.programs()
    except postgres.NoPostgres as reason:
        pytest.fail(str(reason), pytrace=False)
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_admin(postgres_server: str) -> Iterator[Callable[[str], None]]:
    """Run one statement outside of any transaction (to create and drop databases)."""
    engine = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")

    def run(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement))

    yield run
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, postgres_admin: Callable[[str], None]) -> str:
    """The address of one empty database, for tests that make and drop their own tables."""
    postgres_admin("CREATE DATABASE shared")
    return f"{postgres_server}/shared"


_number = itertools.count(1)


@pytest.fixture
def empty_postgres(postgres_server: str, postgres_admin: Callable[[str], None]) -> Iterator[str]:
    """The address of a database of this test alone, without tables."""
    name = f"empty_{next(_number)}"
    postgres_admin(f"CREATE DATABASE {name}")
    yield f"{postgres_server}/{name}"
    postgres_admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def keyring() -> crypto.Keyring:
    """The secrets by which this run encrypts."""
    return crypto.Keyring([SECRET])


@pytest.fixture(scope="session")
def _sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "tables.sqlite3"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_with_tables(postgres_server: str, postgres_admin: Callable[[str], None]) -> str:
    postgres_admin("CREATE DATABASE with_tables")
    _make_tables(f"{postgres_server}/with_tables")
    return "with_tables"


def _make_tables(url: str) -> None:
    assert tables.METADATA is Base.metadata
    made = Database(url)
    Base.metadata.create_all(made.engine)
    made.dispose()


@pytest.fixture
def sqlite_database(
    _sqlite_with_tables: Path, tmp_path: Path, keyring: crypto.Keyring
) -> Iterator[Database]:
    """A SQLite database with every table, empty."""
    crypto.install_keyring(keyring)
    shutil.copy(_sqlite_with_tables, tmp_path / "columna.sqlite3")
    opened = Database(f"sqlite:///{tmp_path / 'columna.sqlite3'}")
    event.listen(opened._reader, "before_execute", _refuse_locks)
    yield opened
    opened.dispose()


def _refuse_locks(_connection: object, statement: object, *_options: object) -> None:
    """Refuse FOR UPDATE where nothing is written, as PostgreSQL does: SQLite passes over it."""
    assert getattr(statement, "_for_update_arg", None) is None, "a reading transaction locks rows"


@pytest.fixture
def postgres_database(
    _postgres_with_tables: str,
    postgres_server: str,
    postgres_admin: Callable[[str], None],
    keyring: crypto.Keyring,
) -> Iterator[Database]:
    """A PostgreSQL database with every table, empty."""
    crypto.install_keyring(keyring)
    name = f"copy_{next(_number)}"
    postgres_admin(f"CREATE DATABASE {name} TEMPLATE {_postgres_with_tables}")
    opened = Database(f"{postgres_server}/{name}")
    yield opened
    opened.dispose()
    postgres_admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A database with every table, empty, once of each kind the tool runs on."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    return request.getfixturevalue(kind)


# The tool -------------------------------------------------------------------------------------


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return the moment it shows."""
        return self.moment

    def move(self, **span: float) -> None:
        """Let time pass: days, hours, minutes."""
        self.moment += timedelta(**span)


@pytest.fixture(scope="session")
def protocols() -> dict[str, Protocol]:
    """The shipped protocols."""
    return protocol.load()


@pytest.fixture(scope="session")
def curriculum() -> Curriculum:
    """The shipped course."""
    return content.load()


@pytest.fixture
def clock() -> Clock:
    """Thursday noon in Mexico City, until it is moved."""
    return Clock()


@pytest.fixture
def make_tool(
    protocols: dict[str, Protocol], curriculum: Curriculum, clock: Clock, tmp_path: Path
) -> Callable[[Database], Tool]:
    """Return a maker of tools on a database; all tools of one test share its clock."""

    def make(database: Database) -> Tool:
        return Tool(
            settings=_settings(database, tmp_path),
            database=database,
            protocols=protocols,
            curriculum=curriculum,
            instruments=licensed(INSTRUMENTS),
            clock=clock,
        )

    return make


def _settings(database: Database, folder: Path) -> Settings:
    return load(
        {
            "COLUMNA_PUBLIC_URL": "https://columna.example.org",
            "COLUMNA_SECRETS": SECRET,
            "COLUMNA_DATABASE_URL": database.url,
            "COLUMNA_TASKS_URL": f"sqlite:///{folder / 'tasks.sqlite3'}",
            "COLUMNA_CONSOLE_SINK": str(folder / "messages.jsonl"),
            "COLUMNA_CLINIC_NAME": "Clínica de prueba",
            "COLUMNA_CLINIC_PHONE": "55 0000 0000",
        }
    )


@pytest.fixture
def tool(sqlite_database: Database, make_tool: Callable[[Database], Tool]) -> Tool:
    """The tool on an empty SQLite database."""
    return make_tool(sqlite_database)


@pytest.fixture
def app(tool: Tool) -> Flask:
    """The whole application."""
    return create_app(tool=tool)


@pytest.fixture
def clinic(tool: Tool) -> Clinic:
    """A running trial: a platform, a course bound to the study, and nobody in it yet."""
    return Clinic(tool)


@pytest.fixture
def client_for(app: Flask, clinic: Clinic) -> Callable[..., Browser]:
    """Return a maker of browsers that are already inside: `client_for("staff")`.

    A role is `staff`, `assessor`, `patient`, `control`, `admin` or `visitor`; keyword arguments
    go on to `Clinic.browser`.
    """

    def enter(role: str, **options: object) -> Browser:
        return clinic.browser(app, role, **options)

    return enter

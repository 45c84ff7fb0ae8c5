"""The ground every table stands on: base class, column types and the two kinds of transaction."""

import logging
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Table,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
)
from sqlalchemy.types import TypeDecorator

from modules.records import study_lock
from modules.text import LabelledEnum

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_BUSY_SECONDS = 5.0
SQLITE: dict[str, Any] = {
    "connect_args": {"timeout": SQLITE_BUSY_SECONDS},
    # Opening a file costs more than a launch; the connection used last knows most pages by heart.
    "pool_size": 16,
    "pool_use_lifo": True,
}
POSTGRESQL: dict[str, Any] = {
    # A server that says nothing holds up whoever asks for so many seconds, not for minutes.
    "connect_args": {"connect_timeout": 5},
    "pool_pre_ping": True,
}
SQLITE_LOG_PAGES = 4000
"""Pages of the log (16 MB) before SQLite copies them: pages that change often are copied once."""
SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}",
    "PRAGMA foreign_keys = ON",
)


class Base(DeclarativeBase):
    """All tables share one metadata, so that migrations see one whole."""

    metadata = MetaData(naming_convention=NAMING)
    __table__: ClassVar[Table]
    open_after_lock: ClassVar[str] = ""
    """Why rows are still written when their study is closed; empty: they are not."""


class Identified:
    """A random key: no order, no count and no arm can be read from it (leaks L2 to L4)."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored and returned in UTC. Naive values are refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC; SQLite forgets the zone, PostgreSQL may answer in another one."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def string_enum(kind: type[LabelledEnum], check: str = "") -> Enum:
    """Store an enum by its value, as text with a check: readable, and no native type.

    What is stored is met on pages, so its members carry their labels. `check`: what the check is
    called in the database where that is not after the enum.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        name=check or kind.__name__.lower(),
    )


def code_enum(kind: type[LabelledEnum], length: int) -> Enum:
    """Store an enum by its value, as plain text that this tool alone checks.

    For codes that are data: a new member needs no migration, and one that is no member is refused
    before it reaches the database.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


class WritingSession(Session):
    """A session that writes: nothing of a closed study (`study_lock`)."""


event.listen(WritingSession, "before_flush", study_lock.refuse_closed)
event.listen(WritingSession, "do_orm_execute", study_lock.refuse_past_the_lock)


class HeldTooLong(RuntimeError):
    """Something slow was begun while a writing transaction was open."""


_writing: ContextVar["Database | None"] = ContextVar("writing", default=None)
"""The database this thread writes to now."""


@contextmanager
def _marked(database: "Database") -> Iterator[None]:
    before = _writing.get()
    _writing.set(database)
    try:
        yield
    finally:
        _writing.set(before)


def outside_writing(what: str) -> None:
    """Say that something slow begins here: rendering, judging many people, calling out.

    While a writing transaction is open others wait for it, so this is a fault of the program.
    Raises HeldTooLong where the database is strict (tests, development); elsewhere it is logged,
    since a late answer is better than none.
    """
    held = _writing.get()
    if held is None:
        return
    if held.strict:
        raise HeldTooLong(what)
    log.error("%s inside a writing transaction: others wait", what)


class Database:
    """One database: `reading()` for questions, `writing()` for one change that is whole or nothing.

    On SQLite a writing transaction begins IMMEDIATE: a deferred one that reads and then writes
    fails with "database is locked" under load whatever the busy timeout. Reading transactions are
    read-only on both engines, so a page that is only looked at cannot change anything.

    SQLite's readers have connections of their own: to turn one connection from reading to writing
    and back makes SQLite forget all statements it has prepared on it, which cost more than they do.

    `strict`: whether something slow within a writing transaction is an error or only logged.

    The writers of one process queue in front of SQLite: left to themselves they would look again
    and again, with growing pauses.
    """

    def __init__(self, url: str, *, strict: bool = True) -> None:
        self.url = url
        self.strict = strict
        is_sqlite = url.startswith("sqlite")
        if is_sqlite:
            self.engine: Engine = _sqlite(url, "BEGIN IMMEDIATE")
            self._reader = _sqlite(url, "BEGIN DEFERRED", "PRAGMA query_only = ON")
        else:
            self.engine = create_engine(url, hide_parameters=True, **POSTGRESQL)
            self._reader = self.engine.execution_options(postgresql_readonly=True)
        self._queue = threading.Lock() if is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session in a read-only transaction."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session; commit at the end, roll everything back on an error.

        Nothing slow goes inside: see `outside_writing`.
        """
        opened = WritingSession(self.engine, expire_on_commit=False)
        with self._turn(), opened as session, session.begin(), _marked(self):
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for this process's other writers. Raises OperationalError after five seconds."""
        if self._queue is None:
            yield
            return
        if not self._queue.acquire(timeout=SQLITE_BUSY_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked"))
        try:
            yield
        finally:
            self._queue.release()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._reader.dispose()


def _sqlite(url: str, begin: str, *settings: str) -> Engine:
    """Return an engine whose transactions begin so, on connections with these settings."""
    engine = create_engine(url, hide_parameters=True, **SQLITE)

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        # The driver must not begin transactions by itself: we say which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        for each in (*SQLITE_SETTINGS, *settings):
            cursor.execute(each)
        cursor.close()

    def start(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute(begin)
        except sqlite3.Error as error:
            raise OperationalError(begin, None, error) from error

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine

"""The ground every table stands on: base class, column types and the two kinds of transaction."""

import contextlib
import enum
import functools
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ClauseElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    FromClause,
    MetaData,
    Uuid,
    bindparam,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    class_mapper,
    mapped_column,
)
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

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
SQLITE_LOG_PAGES = 4000
"""Pages of the log (16 MB) before SQLite copies them: pages that change often are copied once."""

_Record = TypeVar("_Record", bound="Base")


class Base(DeclarativeBase):
    """All tables share one metadata, so that migrations see one whole."""

    metadata = MetaData(naming_convention=NAMING)


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


def string_enum(kind: type[enum.StrEnum]) -> Enum:
    """Store an enum by its value, as text with a check: readable, and no native type."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Database:
    """One database: `reading()` for questions, `writing()` for one change that is whole or nothing.

    On SQLite a writing transaction begins IMMEDIATE: a deferred one that reads and then writes
    fails with "database is locked" under load whatever the busy timeout. Reading transactions are
    read-only on both engines, so a page that is only looked at cannot change anything.

    The writers of one process queue in front of SQLite: left to themselves they would look again
    and again, with growing pauses.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_file = is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = SQLITE if is_sqlite else {}
        self.engine: Engine = create_engine(url, pool_pre_ping=not is_sqlite, **options)
        if is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._reader = self.engine.execution_options(
            sqlite_kind=_Kind.READING, postgresql_readonly=True
        )
        self._writer = self.engine.execution_options(sqlite_kind=_Kind.WRITING)
        self._quick = self.engine.execution_options(sqlite_kind=_Kind.QUICK)
        self._queue = threading.Lock() if is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session in a read-only transaction."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Session]:
        """Yield a session; commit at the end, roll everything back on an error.

        Without `durable`, SQLite does not wait for the disk: whole or nothing as ever, but a power
        cut within seconds may undo it, as far as nothing durable was written after it. For what a
        person would simply do again (docs/decisions/0015). PostgreSQL always waits.
        """
        opened = Session(self._writer if durable else self._quick, expire_on_commit=False)
        with self._turn(), opened as session, session.begin():
            connection = session.connection()
            session.info[_DRIVER] = (connection.connection, connection.dialect)
            yield session

    def ask(self, question: "Prepared", **values: object) -> list[tuple[Any, ...]]:
        """Ask one prepared question by itself, without a transaction around it."""
        with contextlib.closing(self.engine.raw_connection()) as connection:
            return question.rows(connection, self.engine.dialect, values)

    def note(self, change: "Prepared", **values: object) -> None:
        """Make one prepared change by itself, not durable (see `writing`)."""
        with self._turn(), contextlib.closing(self.engine.raw_connection()) as connection:
            if self.is_file:
                _tell(connection, _Kind.QUICK)
            change.change(connection, self.engine.dialect, values)
            connection.commit()

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


class _Kind(enum.Enum):
    """What SQLite is told before a transaction: who may write, who waits for the disk, the BEGIN.

    FULL: an acknowledged diary survives a power cut. NORMAL: the database does, whole.
    """

    READING = (("query_only = ON",), "BEGIN DEFERRED")
    WRITING = (("query_only = OFF", "synchronous = FULL"), "BEGIN IMMEDIATE")
    QUICK = (("query_only = OFF", "synchronous = NORMAL"), "BEGIN IMMEDIATE")

    def __init__(self, pragmas: tuple[str, ...], begin: str) -> None:
        self.pragmas, self.begin = pragmas, begin


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get("sqlite_kind", _Kind.WRITING)
    _tell(connection.connection, kind)
    try:
        connection.connection.driver_connection.execute(kind.begin)
    except sqlite3.Error as error:
        raise OperationalError(kind.begin, None, error) from error


def _tell(connection: PoolProxiedConnection, kind: _Kind) -> None:
    """Prepare a connection for a kind of transaction; say only what it was not told before."""
    if connection.info.get("kind") is not kind:
        cursor = connection.cursor()
        for pragma in kind.pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.info["kind"] = kind


# Hot paths ------------------------------------------------------------------------------------


class Prepared:
    """A statement that is composed once and handed to the driver as text ever after.

    A launch is measured against other tools (tests/bench), and most of what its questions cost is
    not the database but composing statements and tracking objects. On that path, and nowhere else,
    statements are written with SQLAlchemy, composed for each kind of database on first use, and
    sent past its execution; values pass through the types of their columns as always. What a
    session still holds back has to be flushed before.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._composed: dict[str, _Composed] = {}

    def rows(
        self, connection: PoolProxiedConnection, dialect: Dialect, values: Mapping[str, object]
    ) -> list[tuple[Any, ...]]:
        """Return all rows of a question: a value for each column, in the statement's order."""
        composed = self._for(dialect)
        with contextlib.closing(self._send(composed, connection, dialect, values)) as cursor:
            return [composed.read(row) for row in cursor.fetchall()]

    def change(
        self, connection: PoolProxiedConnection, dialect: Dialect, values: Mapping[str, object]
    ) -> int:
        """Make a change; return how many rows it changed."""
        composed = self._for(dialect)
        with contextlib.closing(self._send(composed, connection, dialect, values)) as cursor:
            return int(cursor.rowcount)

    def rows_in(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """Ask inside a session's transaction (`rows`)."""
        return self.rows(*_driver_of(session), values)

    def change_in(self, session: Session, **values: object) -> int:
        """Change inside a session's transaction (`change`)."""
        return self.change(*_driver_of(session), values)

    def _for(self, dialect: Dialect) -> "_Composed":
        composed = self._composed.get(dialect.name)
        if composed is None:
            composed = self._composed[dialect.name] = _Composed(self._statement, dialect)
        return composed

    @staticmethod
    def _send(
        composed: "_Composed",
        connection: PoolProxiedConnection,
        dialect: Dialect,
        values: Mapping[str, object],
    ) -> DBAPICursor:
        cursor = connection.cursor()
        try:
            cursor.execute(composed.text, composed.bind(values))
        except dialect.loaded_dbapi.Error as error:
            cursor.close()
            told = DBAPIError.instance(
                composed.text, None, error, dialect.loaded_dbapi.Error, True, dialect=dialect
            )
            raise told from error
        return cursor


_DRIVER = "driver"
"""Where a writing session, which lasts for one transaction, keeps its connection at hand."""


def _driver_of(session: Session) -> tuple[PoolProxiedConnection, Dialect]:
    if _DRIVER in session.info:
        found: tuple[PoolProxiedConnection, Dialect] = session.info[_DRIVER]
        return found
    connection = session.connection()
    return connection.connection, connection.dialect


class _Composed:
    """A statement as one kind of database wants it, and how values go in and come out."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._positions: list[str] | None = compiled.positiontup
        self._defaults = {name: bind.effective_value for name, bind in compiled.binds.items()}
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        self._into = {
            name: into for name, kind in types.items() if (into := kind.bind_processor(dialect))
        }
        columns = getattr(statement, "selected_columns", ())
        self._out_of = [
            (place, out)
            for place, column in enumerate(columns)
            if (out := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def bind(self, values: Mapping[str, object]) -> "dict[str, object] | list[object]":
        bound = {**self._defaults, **values}
        for name, into in self._into.items():
            bound[name] = into(bound[name])
        return bound if self._positions is None else [bound[name] for name in self._positions]

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, out in self._out_of:
            values[place] = out(values[place])
        return tuple(values)


def add_row(session: Session, kind: type[Base], **values: object) -> None:
    """Insert one row at once. All columns have to be given; the key is made here, if it is not."""
    values.setdefault("id", uuid.uuid4())
    insertion(kind, *values).change_in(session, **values)


@functools.cache
def insertion(kind: type[Base], *names: str) -> Prepared:
    """Return the statement that inserts a row of these columns."""
    table: Any = kind.__table__
    columns = [table.columns[name] for name in names]
    return Prepared(
        insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in columns})
    )


def loaded(kind: type[_Record], values: Mapping[str, Any]) -> _Record:
    """Return a record that only holds values, for rows read without a session; none will keep it.

    What was not given is None, relationships too.
    """
    record: _Record = class_mapper(kind).class_manager.new_instance()
    vars(record).update(values)
    return record


def part(table: FromClause, row: Sequence[Any], start: int = 0) -> dict[str, Any]:
    """Return the columns of one table from a joined row, where they begin at `start`."""
    return dict(zip(table.columns.keys(), row[start:], strict=False))

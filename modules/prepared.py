"""Statements for the hot paths: composed once, then handed to the driver as text.

Everywhere else statements go through a session as SQLAlchemy has them (`modules.records.db`).
"""

import contextlib
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ClauseElement, Dialect, FromClause, bindparam, insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, class_mapper
from sqlalchemy.pool import PoolProxiedConnection

_Record = TypeVar("_Record", bound=DeclarativeBase)

DRIVER = "driver"
"""Where a writing session, which lasts for one transaction, keeps its connection at hand."""


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


def _driver_of(session: Session) -> tuple[PoolProxiedConnection, Dialect]:
    if DRIVER in session.info:
        found: tuple[PoolProxiedConnection, Dialect] = session.info[DRIVER]
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


def add_row(session: Session, kind: type[DeclarativeBase], **values: object) -> None:
    """Insert one row at once. All columns have to be given; the key is made here, if it is not."""
    values.setdefault("id", uuid.uuid4())
    insertion(kind, *values).change_in(session, **values)


@functools.cache
def insertion(kind: type[DeclarativeBase], *names: str) -> Prepared:
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

"""How Alembic reaches the database: the engine it is given, one transaction per run."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from migrations.checks import PLUGINS
from modules.records.db import Database
from plugin import settings, tables


def _plain_types(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what the database sees: a migration outlives our classes."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        render_as_batch=True,
        compare_type=True,
        autogenerate_plugins=PLUGINS,
        render_item=_plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run_on_sqlite(connection: Connection) -> None:
    """Let tables be changed by copying them: what points at the old one must not stop that.

    Foreign keys are switched off outside of the transaction (inside it the PRAGMA does nothing)
    and checked as a whole before the commit (https://www.sqlite.org/lang_altertable.html, 7).
    """
    _foreign_keys(connection, "OFF")
    try:
        with connection.begin():
            _run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"a migration left {len(broken)} rows that point at nothing")
    finally:
        _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: Literal["ON", "OFF"]) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys = {state}")
    cursor.close()


engine = context.config.attributes.get("engine") or Database(settings.load().database_url).engine
with engine.connect() as opened:
    if engine.dialect.name == "sqlite":
        _run_on_sqlite(opened)
    else:
        with opened.begin():
            _run(opened)

"""How Alembic reaches the database: the engine it is given, one transaction per run."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from modules.db import Database
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
        render_item=_plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = context.config.attributes.get("engine") or Database(settings.load().database_url).engine
with engine.begin() as connection:
    _run(connection)

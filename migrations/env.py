"""How Alembic reaches the database: the engine it is given, one transaction per run."""

from alembic import context
from sqlalchemy import Connection

from modules.db import Database
from plugin import settings, tables


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


engine = context.config.attributes.get("engine") or Database(settings.load().database_url).engine
with engine.begin() as connection:
    _run(connection)

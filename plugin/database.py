"""Bringing the database to the newest migration, from the installed package too."""

from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from modules.records.db import Database


def upgrade_database(database: Database, revision: str = "head") -> None:
    """Run the migrations up to `revision`, in one transaction each."""
    command.upgrade(_config(database), revision)


def revisions_of(database: Database) -> frozenset[str]:
    """Return where the database stands: one revision, none before its first migration."""
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        return frozenset(context.get_current_heads())


@cache
def known_revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest migration and all migrations that came with this program."""
    scripts = ScriptDirectory(str(resources.files("migrations")))
    every = frozenset(script.revision for script in scripts.walk_revisions())
    return frozenset(scripts.get_heads()), every


def _config(database: Database) -> Config:
    config = Config(str(resources.files("migrations") / "alembic.ini"))
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.attributes["engine"] = database.engine
    return config

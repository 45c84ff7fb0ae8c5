"""Bringing the database to the newest migration, from the installed package too."""

from importlib import resources

from alembic import command
from alembic.config import Config

from modules.records.db import Database


def upgrade_database(database: Database, revision: str = "head") -> None:
    """Run the migrations up to `revision`, in one transaction each."""
    command.upgrade(_config(database), revision)


def _config(database: Database) -> Config:
    config = Config(str(resources.files("migrations") / "alembic.ini"))
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.attributes["engine"] = database.engine
    return config

"""Write a draft migration from the difference between the models and the newest migration."""

import os
import sys
import tempfile
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config

from modules.records.db import Database

VERSIONS = Path(str(resources.files("migrations"))) / "versions"


def draft(name: str, into: Path = VERSIONS) -> Path:
    """Write `<number>_<name>.py` and return it; it is a draft: read it before it is committed."""
    newest = max((int(p.name[:4]) for p in VERSIONS.glob("[0-9]*.py")), default=0)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.sqlite3")
        config = config_of(database, into)
        command.upgrade(config, "head")
        revision = f"{newest + 1:04}_{name}"
        words = name.replace("_", " ").capitalize()
        command.revision(config, words, True, rev_id=revision, version_path=str(into))
        database.dispose()
    return into / f"{revision}.py"


def config_of(database: Database, further: Path = VERSIONS) -> Config:
    """Return Alembic's configuration: our migrations, and those of a further folder."""
    config = Config(str(resources.files("migrations") / "alembic.ini"))
    config.set_main_option("script_location", str(resources.files("migrations")))
    config.set_main_option("path_separator", "os")
    folders = dict.fromkeys((str(VERSIONS), str(further)))
    config.set_main_option("version_locations", os.pathsep.join(folders))
    config.attributes["engine"] = database.engine
    return config


if __name__ == "__main__":
    draft(sys.argv[1])

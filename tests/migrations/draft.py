"""Write a draft migration from the difference between the models and the newest migration."""

import sys
import tempfile
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config

from modules.records.db import Database

VERSIONS = Path(str(resources.files("migrations"))) / "versions"


def draft(name: str) -> None:
    """Write `versions/<number>_<name>.py`; it is a draft: read it before it is committed."""
    newest = max((int(p.name[:4]) for p in VERSIONS.glob("[0-9]*.py")), default=0)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.sqlite3")
        config = Config(str(resources.files("migrations") / "alembic.ini"))
        config.set_main_option("script_location", str(resources.files("migrations")))
        config.attributes["engine"] = database.engine
        command.upgrade(config, "head")
        revision = f"{newest + 1:04}_{name}"
        command.revision(config, name.replace("_", " ").capitalize(), True, rev_id=revision)


if __name__ == "__main__":
    draft(sys.argv[1])

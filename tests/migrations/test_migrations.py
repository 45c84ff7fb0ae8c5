"""Every migration up, down and up again, on both databases; and equal to the models."""

import os
import re
import uuid
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from modules.records import crypto
from modules.records.db import Base, Database
from modules.records.models import Participant
from plugin.database import _config, upgrade_database
from tests import factories
from tests.factories import Clinic

VERSIONS = Path(str(resources.files("migrations"))) / "versions"
FILES = sorted(path for path in VERSIONS.glob("*.py") if path.stem != "__init__")


def revisions(database: Database) -> list[str]:
    """Return the names of all migrations, the first one first."""
    scripts = ScriptDirectory.from_config(_config(database))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, keyring: crypto.Keyring
) -> Iterator[Database]:
    """A database without any table."""
    crypto.install_keyring(keyring)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("empty_postgres")
    opened = Database(url)
    yield opened
    opened.dispose()


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def revision_of(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_all_migrations_run_up(empty):
    upgrade_database(empty)

    assert tables_of(empty) == set(Base.metadata.tables)
    assert revision_of(empty) == revisions(empty)[-1]


def test_migrations_equal_the_models(empty):
    upgrade_database(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_constraints_equal_the_models(empty):
    """Checks and partial indexes, which Alembic's comparison does not look at."""
    upgrade_database(empty)
    migrated = _constraints(empty)
    with empty.engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)

    assert migrated == _constraints(empty)


def _constraints(database: Database) -> dict[str, object]:
    found = inspect(database.engine)
    return {
        table: (
            sorted(str(check["name"]) for check in found.get_check_constraints(table)),
            sorted(
                (str(index["name"]), bool(index["unique"]), str(sorted(index["column_names"])))
                for index in found.get_indexes(table)
            ),
            sorted(str(key["name"]) for key in found.get_foreign_keys(table)),
        )
        for table in sorted(Base.metadata.tables)
    }


def _downgrade(database: Database, revision: str) -> None:
    command.downgrade(_config(database), revision)


def test_each_migration_goes_down_and_up_again(empty):
    previous = "base"
    for revision in revisions(empty):
        upgrade_database(empty, revision)
        with_it = tables_of(empty)
        _downgrade(empty, previous)
        upgrade_database(empty, revision)

        assert tables_of(empty) == with_it
        previous = revision


def test_all_the_way_down_leaves_nothing(empty):
    upgrade_database(empty)
    _downgrade(empty, "base")

    assert tables_of(empty) == set()


def test_down_and_up_again_gives_the_same_database(empty):
    upgrade_database(empty)
    before = _constraints(empty)
    _downgrade(empty, "base")
    upgrade_database(empty)

    assert _constraints(empty) == before


def test_an_upgrade_run_again_keeps_the_data(empty, make_tool):
    upgrade_database(empty)
    clinic = Clinic(make_tool(empty))
    with clinic.writing() as session:
        person = clinic.patient(session, name="Ana Plantada")
        factories.diary_entry(session, person.participant_id, factories.TODAY, note="mejor")
    upgrade_database(empty)

    with empty.reading() as session:
        entry = session.execute(text("SELECT note, minutes FROM diary_entries")).one()
    assert entry.minutes == 20
    assert crypto.keyring().decrypt(entry.note, "diary_entries.note") == "mejor"


LATER = '''"""A column more."""

import sqlalchemy as sa
from alembic import op

revision = "9999_later"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participants") as batch:
        batch.add_column(sa.Column("later", sa.Integer(), nullable=False, server_default="7"))


def downgrade() -> None:
    with op.batch_alter_table("participants") as batch:
        batch.drop_column("later")
'''


def test_a_later_migration_that_rebuilds_a_table_keeps_the_data(empty, make_tool, tmp_path):
    """SQLite changes a table by copying it: rows, keys and what points at them must survive."""
    upgrade_database(empty)
    clinic = Clinic(make_tool(empty))
    with clinic.writing() as session:
        participant_id = clinic.patient(session).participant_id
    before = _constraints(empty)
    config = _with_a_later_one(empty, tmp_path)
    command.upgrade(config, "head")
    with empty.reading() as session:
        row = session.execute(text("SELECT id, later FROM participants")).one()
    command.downgrade(config, "-1")

    assert (uuid.UUID(str(row.id)), row.later) == (participant_id, 7)
    assert _constraints(empty) == before
    assert [one.id for one in clinic.rows(Participant)] == [participant_id]


def _with_a_later_one(database: Database, folder: Path) -> Config:
    newest = revisions(database)[-1]
    (folder / "9999_later.py").write_text(LATER.format(newest=newest), encoding="utf-8")
    config = _config(database)
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{VERSIONS}{os.pathsep}{folder}")
    return config


def test_a_failing_migration_leaves_the_database_as_it_was(empty, monkeypatch):
    upgrade_database(empty)
    _downgrade(empty, "base")

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError, match="planted"):
        upgrade_database(empty)

    assert tables_of(empty) == set()


class TestFiles:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_file_is_called_by_its_number_and_revision(self, path):
        written = re.search(
            r"""^revision = ["']([^"']+)["']$""", path.read_text("utf-8"), re.MULTILINE
        )

        assert written is not None
        assert written[1] == path.stem
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_file_has_a_way_down(self, path):
        down = path.read_text("utf-8").split("def downgrade()")[1]

        assert "op." in down

    def test_there_is_one_line_of_migrations(self, empty):
        scripts = ScriptDirectory.from_config(_config(empty))

        assert len(scripts.get_heads()) == 1
        assert len(scripts.get_bases()) == 1

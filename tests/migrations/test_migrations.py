"""Every migration up, down and up again, on both databases; and equal to the models."""

import re
import uuid
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Enum, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError

from migrations.checks import PLUGINS
from modules.records import crypto
from modules.records.db import Base, Database, string_enum
from modules.records.models import Participant
from plugin.database import _config, upgrade_database
from tests import factories
from tests.factories import Clinic
from tests.migrations.draft import VERSIONS, config_of, draft

FILES = sorted(path for path in VERSIONS.glob("*.py") if path.stem != "__init__")


def revisions(database: Database) -> list[str]:
    """Return the names of all migrations, the first one first."""
    scripts = ScriptDirectory.from_config(_config(database))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


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

    assert differences(empty, Base.metadata) == []


def differences(database: Database, metadata: MetaData) -> list[Any]:
    """Return what a draft of a migration would change."""
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "autogenerate_plugins": PLUGINS,
    }
    with database.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_constraints_equal_the_models(empty):
    """Checks word for word and partial indexes, which Alembic's comparison does not look at."""
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
            sorted((str(c["name"]), c["sqltext"]) for c in found.get_check_constraints(table)),
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


class TestANewCode:
    """An enum that gains a member changes nothing of a table but what its check allows."""

    def test_the_comparison_sees_it_in_every_enum(self, empty, monkeypatch):
        upgrade_database(empty)
        unseen = []
        for table, column in ENUMS:
            with monkeypatch.context() as patched:
                found = differences(empty, _with_one_more(patched, table, column))
            if [change[0] for change in found] != ["remove_constraint", "add_constraint"]:
                unseen.append(f"{table}.{column}")

        assert len(ENUMS) > 10
        assert unseen == []

    def test_a_database_that_lacks_it_is_not_equal_to_the_models(self, empty, monkeypatch):
        upgrade_database(empty)
        migrated = _constraints(empty)
        with monkeypatch.context() as patched, empty.engine.begin() as connection:
            Base.metadata.drop_all(connection)
            _with_one_more(patched, "participants", "status").create_all(connection)

        changed = [name for name, each in _constraints(empty).items() if each != migrated[name]]
        assert changed == ["participants"]

    def test_a_draft_lets_it_through(self, empty, make_tool, monkeypatch, tmp_path):
        upgrade_database(empty)
        clinic = Clinic(make_tool(empty))
        with clinic.writing() as session:
            clinic.patient(session)
        with pytest.raises(IntegrityError):
            _plant(empty)
        with monkeypatch.context() as patched:
            longer = _with_one_more(patched, "participants", "status")
            patched.setattr("plugin.tables.METADATA", longer)
            written = draft("planted_status", tmp_path)
        command.upgrade(config_of(empty, tmp_path), "head")

        assert "'planted'" in written.read_text("utf-8")
        assert _plant(empty) == ["planted"]


ENUMS = [
    (table.name, column.name)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum) and column.type.create_constraint
]


def _with_one_more(monkeypatch: pytest.MonkeyPatch, table: str, column: str) -> MetaData:
    """Return the models as they were if the enum of a column had one member more."""
    changed = Base.metadata.tables[table].c[column]
    kind = changed.type.enum_class
    members = {member.name: member.value for member in kind}
    longer = StrEnum(kind.__name__, members | {"PLANTED": "planted"})
    monkeypatch.setattr(changed, "type", string_enum(longer))
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    for each in Base.metadata.sorted_tables:
        each.to_metadata(metadata)
    return metadata


def _plant(database: Database) -> list[str]:
    with database.writing() as session:
        session.execute(text("UPDATE participants SET status = 'planted'"))
        return list(session.scalars(text("SELECT status FROM participants")))


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
    return config_of(database, folder)


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

"""The short way of a launch does what the long way does, on both databases."""

import contextlib
import uuid
from datetime import datetime

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from modules.prepared import Prepared, add_row, loaded, part
from modules.records.db import Database
from modules.records.models import LoginDay, Study
from tests import factories
from tests.factories import NOON

LONE_STUDIES = Prepared(select(Study.key, Study.created_at).where(Study.key == bindparam("wanted")))
RENAME = Prepared(
    update(Study.__table__)
    .where(Study.__table__.c.key == bindparam("old"))
    .values(key=bindparam("new"))
)


def study(database: Database, key: str = "s") -> uuid.UUID:
    with database.writing() as session:
        row = Study(key=key, protocol_key="care", created_at=NOON)
        session.add(row)
        session.flush()
        return row.id


def keys(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Study.key)))


def test_values_come_back_as_their_columns_have_them(database):
    study(database)
    assert database.ask(LONE_STUDIES, wanted="s") == [("s", NOON)]
    assert database.ask(LONE_STUDIES, wanted="t") == []


def test_a_moment_without_a_zone_is_refused(database):
    asked = Prepared(select(Study.key).where(Study.created_at == bindparam("at")))
    with pytest.raises(ValueError, match="time zone"):
        database.ask(asked, at=datetime(2026, 11, 12))  # noqa: DTZ001 - the point


def test_a_change_by_itself_is_kept(database):
    study(database)
    database.note(RENAME, old="s", new="t")
    assert keys(database) == ["t"]


def test_a_change_in_a_transaction_says_how_many_and_is_undone_with_it(database):
    study(database)
    with contextlib.suppress(RuntimeError), database.writing() as session:
        assert RENAME.change_in(session, old="s", new="t") == 1
        assert RENAME.change_in(session, old="s", new="t") == 0
        raise RuntimeError
    assert keys(database) == ["s"]


def test_what_the_database_refuses_is_the_same_error(database):
    study(database, "s")
    study(database, "t")
    with pytest.raises(IntegrityError):
        database.note(RENAME, old="s", new="t")
    assert keys(database) == ["s", "t"]
    study(database, "u")  # the connection was left fit for use


def test_a_row_is_added_with_a_key_of_its_own(database):
    with database.writing() as session:
        owner = Study(key="s", protocol_key="care", created_at=NOON)
        session.add(owner)
        session.flush()
        one = factories.participant(session, owner.id, "K7F-3QX")
        add_row(session, LoginDay, participant_id=one.id, day=factories.TODAY)
    with database.reading() as session:
        kept = session.scalars(select(LoginDay)).one()
    assert (kept.participant_id, kept.day, kept.id.version) == (one.id, factories.TODAY, 4)


def test_a_record_made_of_a_row_holds_what_was_read(database):
    kept = study(database)
    table = Study.__table__
    row = database.ask(Prepared(select(Study.key, *table.columns)))[0]
    record = loaded(Study, part(table, row, 1))
    assert (record.id, record.key, record.created_at) == (kept, "s", NOON)

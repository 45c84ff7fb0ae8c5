"""The ground of every table: moments in UTC, two kinds of transaction, keys that tell nothing."""

import contextlib
import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from modules.records import db
from modules.records.db import Base, Database, Identified
from modules.records.models import Participant, ParticipantStatus, Study
from tests import factories
from tests.factories import NOON


def study(database: Database, key: str = "s", at: datetime = NOON) -> uuid.UUID:
    with database.writing() as session:
        row = Study(key=key, protocol_key="care", created_at=at)
        session.add(row)
        session.flush()
        return row.id


def participant(database: Database) -> None:
    owner = study(database)
    with database.writing() as session:
        factories.participant(session, owner, "K7F-3QX")


def keys(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Study.key)))


class TestMoments:
    def test_a_moment_comes_back_in_utc(self, database):
        local = datetime(2026, 11, 12, 12, 0, tzinfo=timezone(timedelta(hours=-6)))
        study(database, at=local)
        with database.reading() as session:
            kept = session.scalar(select(Study.created_at))

        assert kept == NOON
        assert kept.tzinfo is UTC

    def test_a_moment_without_a_zone_is_refused(self, database):
        with pytest.raises(StatementError, match="time zone"):
            study(database, at=datetime(2026, 11, 12, 12, 0))  # noqa: DTZ001 - the point


class TestReading:
    def test_nothing_can_be_written(self, database):
        with database.reading() as session, pytest.raises(DBAPIError):
            session.execute(text("DELETE FROM studies"))

    def test_a_row_that_was_changed_is_not_stored(self, database):
        study(database)
        with database.reading() as session:
            session.scalars(select(Study)).one().key = "changed"

        assert keys(database) == ["s"]

    def test_the_next_transaction_of_the_same_connection_can_write_again(self, database):
        for number in range(4):
            with database.reading() as session:
                session.scalars(select(Study)).all()
            study(database, f"s{number}")

        assert len(keys(database)) == 4


class TestWriting:
    def test_an_error_undoes_everything(self, database):
        with contextlib.suppress(RuntimeError), database.writing() as session:
            session.add(Study(key="lost", protocol_key="care", created_at=NOON))
            session.flush()
            raise RuntimeError

        assert keys(database) == []

    def test_what_points_at_nothing_is_refused(self, database):
        with pytest.raises(IntegrityError), database.writing() as session:
            factories.login_day(session, uuid.uuid4(), factories.TODAY)

    def test_reading_first_and_writing_then_never_meets_a_locked_database(self, database):
        """A deferred transaction would fail here on SQLite, however long it waits."""
        study(database)
        start, failed = threading.Barrier(4), []

        def count() -> None:
            start.wait()
            for _ in range(10):
                try:
                    with database.writing() as session:
                        row = session.scalars(select(Study).with_for_update()).one()
                        row.protocol_key = str(int(row.protocol_key.replace("care", "0")) + 1)
                except DBAPIError as error:
                    failed.append(error)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as session:
            counted = session.scalar(select(Study.protocol_key))

        assert failed == []
        assert counted == "40"


class TestQueue:
    def test_a_writer_waits_for_its_turn_and_gives_up_in_time(self, sqlite_database, monkeypatch):
        monkeypatch.setattr(db, "SQLITE_BUSY_SECONDS", 0.05)
        with (
            sqlite_database.writing(),
            pytest.raises(OperationalError, match="locked"),
            sqlite_database.writing(),
        ):
            raise AssertionError("two at once")
        study(sqlite_database)  # and the next one finds the way free


class TestSqlite:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
    )
    def test_a_connection_is_prepared(self, sqlite_database, pragma, value):
        with sqlite_database.reading() as session:
            assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


class TestKeys:
    def test_every_table_has_a_key_that_tells_nothing(self):
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            assert issubclass(mapper.class_, Identified), table.name
            assert [column.name for column in table.primary_key] == ["id"]

    def test_no_key_repeats_or_counts(self, database):
        made = {study(database, f"s{n}") for n in range(20)}

        assert len(made) == 20
        assert {key.version for key in made} == {4}

    def test_every_constraint_has_a_name(self):
        for table in Base.metadata.tables.values():
            for constraint in table.constraints:
                assert constraint.name, (table.name, constraint)


class TestEnums:
    def test_values_are_stored_as_words(self, database):
        participant(database)
        with database.reading() as session:
            stored = session.execute(text("SELECT status FROM participants")).scalar()

        assert stored == "screening"

    def test_a_word_that_is_none_of_them_is_refused_by_the_database(self, database):
        participant(database)
        with pytest.raises(DBAPIError), database.writing() as session:
            session.execute(text("UPDATE participants SET status = 'king'"))

    def test_a_word_that_is_none_of_them_is_refused_by_the_model(self, database):
        participant(database)
        with pytest.raises(StatementError, match="king"), database.writing() as session:
            session.scalars(select(Participant)).one().status = "king"

    def test_what_is_read_is_the_member(self, database):
        participant(database)
        with database.reading() as session:
            assert session.scalar(select(Participant.status)) is ParticipantStatus.SCREENING

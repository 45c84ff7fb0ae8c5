"""The chain of the audit trail: what is altered, missing, put elsewhere or cut off is named."""

import ast
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from modules.errors import InvalidEntry
from modules.records.db import Database
from plugin import audit
from plugin.audit_trail import verification
from plugin.audit_trail.actions import Action
from plugin.audit_trail.chain import digest_of
from plugin.audit_trail.verification import Fault, Head, Wrong
from plugin.models import AuditEvent, AuditLink
from tests.factories import NOON

SOURCE = Path(__file__).parents[3] / "plugin"


def note(database: Database, count: int = 1) -> list[uuid.UUID]:
    """Record events, each in a transaction of its own; return all there are, in their order."""
    for number in range(count):
        with database.writing() as session:
            at = NOON + timedelta(microseconds=number)
            audit.record(session, "launch.accepted", at, actor_id=uuid.uuid4(), of=str(number))
    with database.reading() as session:
        return list(session.scalars(select(AuditLink.event_id).order_by(AuditLink.place)))


def faults(database: Database, known: Head | None = None, since: int = 0) -> list[Fault]:
    with database.reading() as session:
        return list(verification.faults(session, known, since))


def head(database: Database) -> Head:
    with database.reading() as session:
        return verification.head(session)


def tamper(database: Database, *statements: str, **values: object) -> None:
    """Do to the tables what the triggers refuse, as whoever owns the database can."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("audit_events", "audit_links"):
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        for statement in statements:
            connection.execute(text(statement), values)


def key(database: Database, event_id: uuid.UUID) -> object:
    return event_id if database.engine.dialect.name == "postgresql" else event_id.hex


def test_what_was_recorded_is_whole(database):
    note(database, 5)
    assert faults(database) == []
    assert head(database).place == 5


def test_nothing_recorded_is_whole_too(database):
    assert faults(database) == []
    assert head(database).place == 0


@pytest.mark.parametrize(
    "change",
    [
        "action = 'launch.accepteD'",
        'detail = \'{"of": "7"}\'',
        "actor_id = NULL",
        "at = '2026-11-12 18:00:00.000001+00'",
    ],
)
def test_one_altered_value_is_named(database, change):
    events = note(database, 5)
    if database.engine.dialect.name == "sqlite":
        change = change.replace("+00'", "'")
    at = key(database, events[2])
    tamper(database, f"UPDATE audit_events SET {change} WHERE id = :id", id=at)
    assert faults(database) == [Fault(Wrong.ALTERED, 3, events[2])]


def test_one_deleted_event_is_named(database):
    events = note(database, 5)
    tamper(database, "DELETE FROM audit_events WHERE id = :id", id=key(database, events[1]))
    assert faults(database) == [Fault(Wrong.EVENT_MISSING, 2, events[1])]


def test_an_event_that_is_deleted_with_its_link_is_named(database):
    events = note(database, 5)
    at = key(database, events[1])
    tamper(
        database,
        "DELETE FROM audit_events WHERE id = :id",
        "DELETE FROM audit_links WHERE event_id = :id",
        id=at,
    )
    assert faults(database) == [Fault(Wrong.LINK_MISSING, 2)]


def test_two_swapped_events_are_both_named(database):
    events = note(database, 5)
    tamper(
        database,
        "UPDATE audit_links SET event_id = :none WHERE place = 2",
        "UPDATE audit_links SET event_id = :second WHERE place = 4",
        "UPDATE audit_links SET event_id = :fourth WHERE place = 2",
        none=key(database, uuid.uuid4()),
        second=key(database, events[1]),
        fourth=key(database, events[3]),
    )
    found = [Fault(Wrong.ALTERED, 2, events[3]), Fault(Wrong.ALTERED, 4, events[1])]
    assert faults(database) == found


def test_an_end_that_was_cut_off_is_named_to_whoever_kept_it(database):
    events = note(database, 5)
    kept = head(database)
    for event_id in events[3:]:
        tamper(
            database,
            "DELETE FROM audit_events WHERE id = :id",
            "DELETE FROM audit_links WHERE event_id = :id",
            id=key(database, event_id),
        )
    assert faults(database) == []
    assert faults(database, kept) == [Fault(Wrong.CUT_OFF, 4)]


def test_a_chain_that_was_written_anew_is_named_to_whoever_kept_its_end(database):
    note(database, 2)
    kept = head(database)
    tamper(database, "DELETE FROM audit_events", "DELETE FROM audit_links")
    note(database, 3)
    assert faults(database) == []
    assert faults(database, kept) == [Fault(Wrong.REWRITTEN, 2)]


def test_an_event_that_was_added_past_the_tool_is_named(database):
    note(database, 2)
    added = {"id": uuid.uuid4(), "at": NOON, "action": "role.assigned", "detail": {}}
    with database.engine.begin() as connection:
        connection.execute(insert(AuditEvent.__table__), added)
    assert faults(database) == [Fault(Wrong.NOT_CHAINED, None, added["id"])]


@pytest.mark.parametrize("table", ["audit_events", "audit_links"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_database_itself_refuses_to_change_a_row(database, table, change):
    note(database, 1)
    column = "action" if table == "audit_events" else "digest"
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(change.format(table, column)))
    assert faults(database) == []
    assert head(database).place == 1


def test_what_is_rolled_back_is_neither_recorded_nor_chained(database):
    def fails() -> None:
        with database.writing() as session:
            audit.record(session, "role.assigned", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    note(database, 1)
    assert faults(database) == []
    assert head(database).place == 1


def test_what_a_savepoint_takes_back_is_not_chained(database):
    with database.writing() as session:
        audit.record(session, "role.assigned", NOON)
        inner = session.begin_nested()
        audit.record(session, "role.refused", NOON)
        inner.rollback()
        audit.record(session, "course.bound", NOON)
    with database.reading() as session:
        found = [each.action for each in session.scalars(select(AuditEvent))]
    assert sorted(found) == ["course.bound", "role.assigned"]
    assert faults(database) == []
    assert head(database).place == 2


def test_events_of_one_transaction_keep_their_order(database):
    actions = ["study.created", "allocation_list.sealed", "course.bound", "role.assigned"]
    with database.writing() as session:
        for action in actions:
            audit.record(session, action, NOON)
    with database.reading() as session:
        query = select(AuditEvent.action).join(AuditLink, AuditLink.event_id == AuditEvent.id)
        assert list(session.scalars(query.order_by(AuditLink.place))) == actions


def test_many_at_once_make_one_chain(database):
    at_once, each = 8, 10
    workers = [threading.Thread(target=note, args=(database, each)) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults(database) == []
    assert head(database).place == at_once * each


def test_more_than_a_page_is_read_to_its_end(database, monkeypatch):
    events = note(database, 7)
    monkeypatch.setattr(verification, "PAGE", 3)
    assert faults(database) == []
    at = key(database, events[5])
    tamper(database, "UPDATE audit_events SET action = 'x' WHERE id = :id", id=at)
    assert faults(database) == [Fault(Wrong.ALTERED, 6, events[5])]
    assert faults(database, since=4) == [Fault(Wrong.ALTERED, 6, events[5])]
    assert faults(database, since=6) == []


# Rules without a database -----------------------------------------------------------------------

keys = st.none() | st.uuids()
events = st.builds(
    AuditEvent,
    id=st.uuids(),
    at=st.datetimes(timezones=st.just(NOON.tzinfo)),
    study_id=keys,
    actor_id=keys,
    action=st.sampled_from([each.value for each in Action]),
    subject_id=keys,
    detail=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
FIELDS = ("id", "at", "study_id", "actor_id", "action", "subject_id", "detail")


@given(events, events, st.sampled_from(FIELDS), st.integers(1, 9), st.text("0f", min_size=4))
def test_every_part_of_an_event_counts(one, other, field, place, before):
    digest = digest_of(place, one, before)
    assert digest_of(place + 1, one, before) != digest
    assert digest_of(place, one, before + "0") != digest
    same = getattr(one, field) == getattr(other, field)
    changed = AuditEvent(**{each: getattr(one, each) for each in FIELDS})
    setattr(changed, field, getattr(other, field))
    assert (digest_of(place, changed, before) == digest) is same


@given(st.integers(0, 10**17), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_published_end_is_read_as_it_was_written(place, digest):
    assert Head.read(f"{Head(place, digest)}\n") == Head(place, digest)


@pytest.mark.parametrize("written", ["", "12", "12 abc", "x " + "0" * 64, "1 " + "0" * 65])
def test_what_is_no_end_of_a_chain_is_refused(written):
    with pytest.raises(InvalidEntry):
        Head.read(written)


def test_an_action_that_has_no_name_cannot_be_recorded(tool):
    with pytest.raises(ValueError, match=r"cats\.fed"), tool.database.writing() as session:
        audit.record(session, "cats.fed", NOON)


def test_every_action_the_code_records_has_a_name():
    found = set()
    for path in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else None
            called = call.func.id if isinstance(call.func, ast.Name) else called
            if called in ("record", "note", "_audit", "_told"):
                found |= {a.value for a in call.args[:2] if isinstance(a, ast.Constant)}
    named = {each for each in found if isinstance(each, str) and each.count(".") == 1}
    assert len(named) > 40
    assert named <= {each.value for each in Action}

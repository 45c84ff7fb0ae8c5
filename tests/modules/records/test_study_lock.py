"""The lock of a study holds for every table at once: nothing is asked of single services."""

import contextlib

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from modules.errors import StudyLocked
from modules.records import study_lock
from modules.records.db import Base
from modules.records.models import Assessment, Participant, Study
from modules.services.lock import lock
from plugin import tables
from tests import factories
from tests.factories import NOON
from tests.rigs import world
from tests.statements import sent

TABLES = sorted(
    (mapper.class_ for mapper in Base.registry.mappers), key=lambda each: each.__tablename__
)
GUARDED = [each for each in TABLES if study_lock.is_guarded(each)]
STAYS_OPEN = {
    "alerts",
    "audit_events",
    "contacts",
    "export_jobs",
    "export_log",
    "lti_courses",
    "lti_memberships",
    "outbox_messages",
    "role_assignments",
    "unblinding_incidents",
}


@pytest.fixture
def closed(database):
    """A closed study and one of its participants."""
    with database.writing() as session:
        study = factories.add(session, Study(key="s", protocol_key="care", created_at=NOON))
        person = factories.participant(session, study.id, "K7F-3QX").id
        key = study.id
    with database.writing() as session:
        lock(session, "s", NOON)
    return key, person


def test_every_table_of_a_study_is_closed_with_it_but_for_these():
    assert tables.METADATA is Base.metadata
    of_a_study = {each for each in TABLES if study_lock.belongs_to_a_study(each)}

    assert {each.__tablename__ for each in of_a_study - set(GUARDED)} == STAYS_OPEN
    assert len(GUARDED) >= 24


@pytest.mark.parametrize("kind", GUARDED, ids=lambda each: each.__tablename__)
def test_no_row_is_added_changed_or_deleted_in_a_closed_study(database, make_tool, kind):
    """Asked of a whole installation, of the rows it has of each table."""
    filled = world.build(make_tool(database))
    for clinic in ("lumbar", "otro"):
        with database.writing() as session:
            lock(session, clinic, NOON)
    with database.reading() as session:
        rows = list(session.scalars(select(kind).limit(2)))
    columns = [column.key for column in kind.__mapper__.column_attrs]
    for row in rows:
        values = {name: getattr(row, name) for name in columns if name != "id"}
        if kind is not Study:  # another study is not the closed one
            with pytest.raises(StudyLocked), database.writing() as session:
                session.add(kind(**values))
        with pytest.raises(StudyLocked), database.writing() as session:
            flag_modified(session.get_one(kind, row.id), columns[-1])
        with pytest.raises(StudyLocked), database.writing() as session:
            session.delete(session.get_one(kind, row.id))
    assert filled.visitors


def test_a_statement_past_the_objects_is_a_fault_of_the_program(database, closed):
    with pytest.raises(study_lock.PastTheLock), database.writing() as session:
        session.execute(delete(Assessment))


def test_an_open_study_beside_a_closed_one_is_written(database, closed):
    with database.writing() as session:
        other = factories.add(session, Study(key="t", protocol_key="care", created_at=NOON))
        factories.participant(session, other.id, "K7F-3QX")


def test_what_was_written_in_the_transaction_of_the_lock_after_it_is_refused(database):
    with database.writing() as session:
        study = factories.add(session, Study(key="s", protocol_key="care", created_at=NOON))
        person = factories.participant(session, study.id, "K7F-3QX").id
    with contextlib.ExitStack() as stack:
        stack.enter_context(pytest.raises(StudyLocked))
        session = stack.enter_context(database.writing())
        session.get_one(Participant, person).withdrawal_reason = "own_wish"
        session.flush()
        lock(session, "s", NOON)
        session.get_one(Participant, person).withdrawal_reason = "moved"


def test_a_lock_is_not_taken_back_by_a_write(database, closed):
    with pytest.raises(StudyLocked), database.writing() as session:
        session.get_one(Study, closed[0]).locked_at = None


def test_a_participant_is_asked_of_once_however_much_is_written(database):
    with database.writing() as session:
        study = factories.add(session, Study(key="s", protocol_key="care", created_at=NOON))
        person = factories.participant(session, study.id, "K7F-3QX").id
    with sent() as statements, database.writing() as session:
        for visit in ("one", "two", "three"):
            factories.assessment(session, person, visit, "odi")

    assert len([each for each in statements if each.startswith("SELECT")]) == 1

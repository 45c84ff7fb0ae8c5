"""Migration 0003: kinds become plain texts, pauses are called so; what is stored stays."""

import uuid
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from notifications.kinds import KINDS
from notifications.models import OutboxMessage, Pause, State
from notifications.outbox import plan
from notifications.rules import Reminder
from plugin.database import upgrade_database
from tests import factories
from tests.factories import Clinic
from tests.migrations.draft import config_of

NOW = datetime(2026, 11, 12, 18, tzinfo=UTC)


def reminder(participant_id: uuid.UUID, kind: str) -> Reminder:
    return Reminder(participant_id, kind, "one", NOW, NOW, factories.TODAY)


@pytest.fixture
def outbox(empty, make_tool, monkeypatch):
    """A database with a message of a kind older than the migration, and one of a later kind."""
    upgrade_database(empty)
    clinic = Clinic(make_tool(empty))
    monkeypatch.setitem(KINDS, "later_kind", KINDS["diary_due"])
    with clinic.writing() as session:
        its_id = clinic.patient(session).participant_id
        plan(session, [reminder(its_id, "diary_due"), reminder(its_id, "later_kind")], NOW)
        session.add(Pause(scope="whatsapp", since=NOW, until=NOW, reason="planted", strikes=2))
    return clinic


def test_a_new_kind_is_stored_without_a_migration(outbox):
    kinds = {row.kind: row.state for row in outbox.rows(OutboxMessage)}
    assert kinds == {"diary_due": State.PLANNED, "later_kind": State.PLANNED}


def test_what_is_no_kind_is_neither_stored_nor_asked_for(outbox):
    with pytest.raises(StatementError, match="no kind of reminder"), outbox.writing() as session:
        session.scalar(select(func.count()).where(OutboxMessage.kind == "planted"))


def test_the_way_down_and_up_keeps_pauses_and_the_kinds_of_before(outbox, empty):
    step = ScriptDirectory.from_config(config_of(empty)).get_revision("0003_reminder_kinds")
    command.downgrade(config_of(empty), str(step.down_revision))
    upgrade_database(empty)

    assert [row.kind for row in outbox.rows(OutboxMessage)] == ["diary_due"]
    assert [(row.scope, row.strikes) for row in outbox.rows(Pause)] == [("whatsapp", 2)]

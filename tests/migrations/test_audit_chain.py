"""Migration 0022: what was recorded before is chained; on the way down the events stay."""

from datetime import timedelta

from alembic import command
from sqlalchemy import insert, select

from plugin.audit_trail import verification
from plugin.database import upgrade_database
from plugin.models import AuditEvent, AuditLink
from tests.factories import NOON
from tests.migrations.draft import config_of


def test_what_was_recorded_before_is_chained_in_its_order(empty):
    config = config_of(empty)
    command.upgrade(config, "0021_claims")
    with empty.engine.begin() as connection:
        for number in range(5):
            event = {"at": NOON - timedelta(hours=number), "action": "launch.accepted"}
            connection.execute(insert(AuditEvent.__table__), {**event, "detail": {"é": "1"}})
    upgrade_database(empty)
    with empty.reading() as session:
        assert list(verification.faults(session)) == []
        ordered = select(AuditEvent.at).join(AuditLink, AuditLink.event_id == AuditEvent.id)
        moments = list(session.scalars(ordered.order_by(AuditLink.place)))
    assert moments == sorted(moments)
    assert len(moments) == 5
    command.downgrade(config, "0021_claims")
    upgrade_database(empty)
    with empty.reading() as session:
        assert verification.head(session).place == 5

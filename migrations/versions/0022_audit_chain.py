"""Every event of the audit trail in a chain of digests; the database refuses to change either.

Revision: 0022_audit_chain, after 0021_claims. What was recorded before is chained in the order in
which it happened; a change made before this revision cannot be seen.
"""

import hashlib
import json
import uuid
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0022_audit_chain"
down_revision = "0021_claims"
branch_labels = None
depends_on = None

TABLES = ("audit_events", "audit_links")
EVENTS = sa.table(
    "audit_events",
    sa.column("id", sa.Uuid()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("study_id", sa.Uuid()),
    sa.column("actor_id", sa.Uuid()),
    sa.column("action", sa.String()),
    sa.column("subject_id", sa.Uuid()),
    sa.column("detail", sa.JSON()),
)
PAGE = 1000


def upgrade() -> None:
    links = op.create_table(
        "audit_links",
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("place", name=op.f("uq_audit_links_place")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_links_event_id")),
    )
    op.create_index(op.f("ix_audit_events_study_id"), "audit_events", ["study_id"])
    _chain(links)
    for table in TABLES:
        _append_only(table)


def _chain(links: sa.Table) -> None:
    bind = op.get_bind()
    place, before, rows = 0, "0" * 64, []
    # The keys first: what is read must not change under the rows that are added.
    order = bind.execute(sa.select(EVENTS.c.id).order_by(EVENTS.c.at, EVENTS.c.id)).scalars().all()
    for start in range(0, len(order), PAGE):
        wanted = sa.select(EVENTS).where(EVENTS.c.id.in_(order[start : start + PAGE]))
        for each in bind.execute(wanted.order_by(EVENTS.c.at, EVENTS.c.id)).all():
            place += 1
            before = _digest(place, each, before)
            rows.append({"id": uuid.uuid4(), "place": place, "event_id": each.id, "digest": before})
        op.bulk_insert(links, rows)
        rows = []


def _digest(place: int, event: sa.Row, before: str) -> str:
    moment = event.at if event.at.tzinfo is None else event.at.astimezone(UTC)
    said = {
        "place": place,
        "before": before,
        "id": str(event.id),
        "at": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "study": _key(event.study_id),
        "actor": _key(event.actor_id),
        "action": event.action,
        "subject": _key(event.subject_id),
        "detail": event.detail,
    }
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def _key(key: object) -> str | None:
    return None if key is None else str(key)


def _append_only(table: str) -> None:
    words = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION {table}_append_only()")
    op.drop_index(op.f("ix_audit_events_study_id"), table_name="audit_events")
    op.drop_table("audit_links")

"""Reminder kinds are plain texts, checked by the program; pauses are called so.

Revision: 0003_reminder_kinds, after 0002_used_nonces.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_reminder_kinds"
down_revision = "0002_used_nonces"
branch_labels = None
depends_on = None

COLUMNS = "id, scope, until, since, reason, strikes"
KINDS_BEFORE = (
    "welcome",
    "session_changed",
    "session_due",
    "assessment_due",
    "diary_due",
    "reply_waiting",
    "module_open",
    "inactivity",
)


def upgrade() -> None:
    with op.batch_alter_table("outbox_messages") as batch:
        batch.drop_constraint(op.f("ck_outbox_messages_kind"), type_="check")
    _rename_pauses("outbox_holds", "outbox_pauses")


def downgrade() -> None:
    _rename_pauses("outbox_pauses", "outbox_holds")
    # Reminders of a later kind cannot be kept where no such kind may stand.
    messages = sa.table("outbox_messages", sa.column("id"), sa.column("kind"))
    events = sa.table("outbox_events", sa.column("message_id"))
    later = sa.select(messages.c.id).where(messages.c.kind.not_in(KINDS_BEFORE))
    op.execute(events.update().where(events.c.message_id.in_(later)).values(message_id=None))
    op.execute(messages.delete().where(messages.c.kind.not_in(KINDS_BEFORE)))
    allowed = ", ".join(f"'{kind}'" for kind in KINDS_BEFORE)
    with op.batch_alter_table("outbox_messages") as batch:
        batch.create_check_constraint(op.f("ck_outbox_messages_kind"), f"kind IN ({allowed})")


def _rename_pauses(old: str, new: str) -> None:
    op.create_table(
        new,
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sa.UniqueConstraint("scope", name=op.f(f"uq_{new}_scope")),
    )
    op.execute(f"INSERT INTO {new} ({COLUMNS}) SELECT {COLUMNS} FROM {old}")  # noqa: S608 - ours
    op.drop_table(old)

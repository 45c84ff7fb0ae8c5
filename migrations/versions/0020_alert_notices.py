"""Somebody of the team is told by mail that an alert waits.

Revision: 0020_alert_notices, after 0019_maintenance.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_alert_notices"
down_revision = "0019_maintenance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_addresses",
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lti_user_id"],
            ["lti_users.id"],
            name=op.f("fk_notice_addresses_lti_user_id_lti_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_addresses")),
        sa.UniqueConstraint("lti_user_id", name=op.f("uq_notice_addresses_lti_user_id")),
    )
    op.create_table(
        "alert_notices",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("lti_user_id", sa.Uuid(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_notices_alert_id_alerts")
        ),
        sa.ForeignKeyConstraint(
            ["lti_user_id"], ["lti_users.id"], name=op.f("fk_alert_notices_lti_user_id_lti_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notices")),
        sa.UniqueConstraint(
            "alert_id",
            "lti_user_id",
            "overdue",
            name=op.f("uq_alert_notices_alert_id_lti_user_id_overdue"),
        ),
    )
    op.create_index(op.f("ix_alert_notices_next_try_at"), "alert_notices", ["next_try_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_alert_notices_next_try_at"), table_name="alert_notices")
    op.drop_table("alert_notices")
    op.drop_table("notice_addresses")

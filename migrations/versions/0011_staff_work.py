"""A participant's time zone changes from a day on, and a reply is taken back until it is read.

Revision: 0011_staff_work, after 0010_trial_records.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_staff_work"
down_revision = "0010_trial_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participants") as table:
        table.add_column(
            sa.Column("time_zone_changes", sa.JSON(), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("participants") as table:
        table.alter_column("time_zone_changes", server_default=None)
    with op.batch_alter_table("diary_replies") as table:
        table.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("diary_replies") as table:
        table.drop_column("taken_back_at")
    with op.batch_alter_table("participants") as table:
        table.drop_column("time_zone_changes")

"""A therapist sets levels and ticks contraindications, with the rest of a prescription.

Revision: 0012_plan, after 0011_staff_work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_plan"
down_revision = "0011_staff_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("prescription_changes") as table:
        table.add_column(sa.Column("levels", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("contraindications", sa.JSON(), nullable=True))
    with op.batch_alter_table("prescription_changes") as table:
        table.alter_column("levels", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("prescription_changes") as table:
        table.drop_column("contraindications")
        table.drop_column("levels")

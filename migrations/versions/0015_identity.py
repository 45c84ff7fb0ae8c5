"""A consent to be written to says which notices it is for: all, or those of assessments only.

Revision: 0015_identity, after 0014_goals.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_identity"
down_revision = "0014_goals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contacts") as table:
        table.add_column(
            sa.Column("scope", sa.String(length=12), nullable=False, server_default="all")
        )
    with op.batch_alter_table("contacts") as table:
        table.alter_column("scope", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("contacts") as table:
        table.drop_column("scope")

"""A consent to be written to says which notices it is for: all, or those of assessments only.

Revision: 0016_identity, after 0013_sessions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_identity"
down_revision = "0013_sessions"
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

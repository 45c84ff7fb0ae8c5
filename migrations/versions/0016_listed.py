"""A diary entry keeps which exercises were on the list of its day: all of it done is known then.

Revision: 0016_listed, after 0015_identity.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_listed"
down_revision = "0015_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("diary_entries") as table:
        table.add_column(sa.Column("listed", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("diary_entries") as table:
        table.drop_column("listed")

"""A participant chooses the hour and the days of their reminders, and of what they are.

Revision: 0018_preferences, after 0017_enroller.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_preferences"
down_revision = "0017_enroller"
branch_labels = None
depends_on = None

COLUMNS = ("hour", "weekdays", "without")


def upgrade() -> None:
    with op.batch_alter_table("contacts") as table:
        table.add_column(sa.Column("hour", sa.Integer(), nullable=True))
        for name in ("weekdays", "without"):
            table.add_column(sa.Column(name, sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contacts") as table:
        for name in COLUMNS:
            table.drop_column(name)

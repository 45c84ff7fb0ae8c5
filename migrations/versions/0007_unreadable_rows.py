"""The reading of a roster keeps how many rows could not be read, and why.

Revision: 0007_unreadable_rows, after 0006_installation_status.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_unreadable_rows"
down_revision = "0006_installation_status"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lti_roster_readings", sa.Column("unreadable", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lti_roster_readings") as batch:
        batch.drop_column("unreadable")

"""A registration may name further origins whose pages show the tool in a frame.

Revision: 0004_frame_origins, after 0003_reminder_kinds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_frame_origins"
down_revision = "0003_reminder_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lti_platforms") as table:
        table.add_column(sa.Column("frame_origins", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("lti_platforms") as table:
        table.alter_column("frame_origins", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lti_platforms") as table:
        table.drop_column("frame_origins")

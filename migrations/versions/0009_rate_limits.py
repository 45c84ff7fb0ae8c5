"""What visitors may still ask for is counted together by all processes.

Revision: 0009_rate_limits, after 0008_named_staff.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_rate_limits"
down_revision = "0008_named_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_limit_buckets",
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("left", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_limit_buckets")),
        sa.UniqueConstraint("visitor", name=op.f("uq_rate_limit_buckets_visitor")),
    )


def downgrade() -> None:
    op.drop_table("rate_limit_buckets")

"""A screening form that is saved again no longer takes the place of the one before.

Revision: 0010_trial_records, after 0009_rate_limits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_trial_records"
down_revision = "0009_rate_limits"
branch_labels = None
depends_on = None

CURRENT = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("screenings") as batch:
        batch.add_column(sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("uq_screenings_participant_id"), type_="unique")
    op.create_index(op.f("ix_screenings_participant_id"), "screenings", ["participant_id"])
    op.create_index(
        "uq_screenings_current",
        "screenings",
        ["participant_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def downgrade() -> None:
    op.drop_index("uq_screenings_current", table_name="screenings")
    op.drop_index(op.f("ix_screenings_participant_id"), table_name="screenings")
    op.execute("DELETE FROM screenings WHERE superseded_at IS NOT NULL")
    with op.batch_alter_table("screenings") as batch:
        batch.create_unique_constraint(op.f("uq_screenings_participant_id"), ["participant_id"])
        batch.drop_column("superseded_at")

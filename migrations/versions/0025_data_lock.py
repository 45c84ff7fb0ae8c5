"""Asking for the lock of a study's data: one person asks, another one confirms.

Revision: 0025_data_lock, after 0024_screening_log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_data_lock"
down_revision = "0024_screening_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lock_requests",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_lock_requests_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lock_requests")),
    )
    op.create_index(op.f("ix_lock_requests_study_id"), "lock_requests", ["study_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_lock_requests_study_id"), table_name="lock_requests")
    op.drop_table("lock_requests")

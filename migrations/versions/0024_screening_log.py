"""The screening log: whoever was considered and not enrolled, without who they are.

Revision: 0024_screening_log, after 0023_blinding.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_screening_log"
down_revision = "0023_blinding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_log",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("considered_on", sa.Date(), nullable=False),
        sa.Column("exclusion", sa.String(length=20), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_screening_log_study_id_studies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_log")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_screening_log_study_id_number")),
    )


def downgrade() -> None:
    op.drop_table("screening_log")

"""Second entries; where an assessment came from; the lock of a study.

Revision: 0002_second_entries, after 0001_first_tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_second_entries"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

SOURCE = sa.Enum(
    "digital", "paper", name="source", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    op.create_table(
        "second_entries",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_second_entries_assessment_id_assessments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_entries")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_second_entries_assessment_id")),
    )
    with op.batch_alter_table("assessments") as batch:
        # Whatever was there before was answered on a screen.
        batch.add_column(sa.Column("source", SOURCE, nullable=False, server_default="digital"))
        batch.add_column(sa.Column("recorded_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("device_width_px", sa.Integer(), nullable=True))
    with op.batch_alter_table("assessments") as batch:
        batch.alter_column("source", server_default=None)
    with op.batch_alter_table("studies") as batch:
        batch.add_column(sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("studies") as batch:
        batch.drop_column("locked_at")
    with op.batch_alter_table("assessments") as batch:
        batch.drop_column("device_width_px")
        batch.drop_column("recorded_by")
        batch.drop_constraint(op.f("ck_assessments_source"), type_="check")
        batch.drop_column("source")
    op.drop_table("second_entries")

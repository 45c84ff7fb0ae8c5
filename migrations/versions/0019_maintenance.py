"""At the end of the programme a participant chooses what to go on with.

Revision: 0019_maintenance, after 0018_preferences.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_maintenance"
down_revision = "0018_preferences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_plans",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("exercises", sa.JSON(), nullable=False),
        sa.Column("days_a_week", sa.Integer(), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_maintenance_plans_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plans")),
        sa.UniqueConstraint(
            "participant_id", "revision", name=op.f("uq_maintenance_plans_participant_id_revision")
        ),
    )


def downgrade() -> None:
    op.drop_table("maintenance_plans")

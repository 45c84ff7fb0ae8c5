"""Participants mark exercises to find them again.

Revision: 0013_sessions, after 0012_plan.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_sessions"
down_revision = "0012_plan"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "favourite_exercises",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.String(length=80), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_favourite_exercises_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite_exercises")),
        sa.UniqueConstraint(
            "participant_id",
            "exercise_id",
            name=op.f("uq_favourite_exercises_participant_id_exercise_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("favourite_exercises")

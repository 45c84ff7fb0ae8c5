"""Participants set goals of their own with a scale; what they read of the privacy notice is kept.

Revision: 0014_goals, after 0013_sessions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_goals"
down_revision = "0013_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participant_goals",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_aside_on", sa.Date(), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_participant_goals_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_goals")),
        sa.UniqueConstraint(
            "participant_id", "place", name=op.f("uq_participant_goals_participant_id_place")
        ),
    )
    op.create_table(
        "goal_ratings",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"],
            ["participant_goals.id"],
            name=op.f("fk_goal_ratings_goal_id_participant_goals"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_ratings")),
        sa.UniqueConstraint("goal_id", "revision", name=op.f("uq_goal_ratings_goal_id_revision")),
    )
    op.add_column("participants", sa.Column("notice_read", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("participants", "notice_read")
    op.drop_table("goal_ratings")
    op.drop_table("participant_goals")

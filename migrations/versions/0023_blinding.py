"""What whoever assesses knows or thinks of a participant's arm.

Revision: 0023_blinding, after 0022_audit_chain.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_blinding"
down_revision = "0022_audit_chain"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arm_guesses",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("arm", sa.String(length=60), nullable=True),
        sa.Column("guessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_arm_guesses_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arm_guesses")),
        sa.UniqueConstraint(
            "participant_id", "user_id", name=op.f("uq_arm_guesses_participant_id_user_id")
        ),
    )
    op.create_table(
        "unblinding_incidents",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("learned", sa.String(length=20), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_unblinding_incidents_participant_id_participants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unblinding_incidents")),
        sa.UniqueConstraint(
            "participant_id", "user_id", name=op.f("uq_unblinding_incidents_participant_id_user_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("unblinding_incidents")
    op.drop_table("arm_guesses")

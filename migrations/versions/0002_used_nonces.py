"""Logins are stored no more; what is stored is which of them were used.

Revision: 0002_used_nonces, after 0001_first_tables. Logins under way begin anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_used_nonces"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lti_used_nonces",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_used_nonces")),
        sa.UniqueConstraint("nonce", name=op.f("uq_lti_used_nonces_nonce")),
    )
    op.create_index(
        op.f("ix_lti_used_nonces_used_at"), "lti_used_nonces", ["used_at"], unique=False
    )
    op.drop_index(op.f("ix_lti_login_attempts_expires_at"), table_name="lti_login_attempts")
    op.drop_table("lti_login_attempts")


def downgrade() -> None:
    op.create_table(
        "lti_login_attempts",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_hint", sa.String(length=255), nullable=True),
        sa.Column("target_link_uri", sa.Text(), nullable=False),
        sa.Column("binding_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["lti_platforms.id"],
            name=op.f("fk_lti_login_attempts_platform_id_lti_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_login_attempts")),
        sa.UniqueConstraint("nonce", name=op.f("uq_lti_login_attempts_nonce")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_lti_login_attempts_state_hash")),
    )
    op.create_index(
        op.f("ix_lti_login_attempts_expires_at"), "lti_login_attempts", ["expires_at"], unique=False
    )
    op.drop_index(op.f("ix_lti_used_nonces_used_at"), table_name="lti_used_nonces")
    op.drop_table("lti_used_nonces")

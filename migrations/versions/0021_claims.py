"""From where this database's people are written to: a copy of it elsewhere writes to nobody.

Revision: 0021_claims, after 0020_alert_notices. The first worker that runs afterwards claims it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_claims"
down_revision = "0020_alert_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation_claims",
        sa.Column("public_url", sa.String(length=255), nullable=False),
        sa.Column("machine", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation_claims")),
        sa.UniqueConstraint(
            "public_url", "machine", name=op.f("uq_installation_claims_public_url_machine")
        ),
    )


def downgrade() -> None:
    op.drop_table("installation_claims")

"""Who enrols is a role of its own; whoever allocated somebody and treats looks after them.

Revision: 0017_enroller, after 0016_listed.

In a trial staff see their own participants alone from now on. Those allocated before who have no
reviewer get the member of the staff who allocated them; the others are found under "Colleagues".
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0017_enroller"
down_revision = "0016_listed"
branch_labels = None
depends_on = None

BEFORE = ("patient", "staff", "assessor", "analyst", "custodian", "admin", "visitor")
ROLES = sa.table(
    "role_assignments",
    sa.column("study_id", sa.Uuid()),
    sa.column("lti_user_id", sa.Uuid()),
    sa.column("role", sa.String()),
)
PARTICIPANTS = sa.table(
    "participants", sa.column("id", sa.Uuid()), sa.column("study_id", sa.Uuid())
)
ALLOCATIONS = sa.table(
    "allocations",
    sa.column("participant_id", sa.Uuid()),
    sa.column("allocated_by", sa.Uuid()),
    sa.column("allocated_at", sa.DateTime(timezone=True)),
)
REVIEWERS = sa.table(
    "reviewers",
    sa.column("id", sa.Uuid()),
    sa.column("participant_id", sa.Uuid()),
    sa.column("reviewer_id", sa.Uuid()),
    sa.column("named_by", sa.Uuid()),
    sa.column("named_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _allow(*BEFORE[:2], "enroller", *BEFORE[2:])
    allocators = (
        sa.select(
            ALLOCATIONS.c.participant_id, ALLOCATIONS.c.allocated_by, ALLOCATIONS.c.allocated_at
        )
        .join(PARTICIPANTS, PARTICIPANTS.c.id == ALLOCATIONS.c.participant_id)
        .join(
            ROLES,
            (ROLES.c.study_id == PARTICIPANTS.c.study_id)
            & (ROLES.c.lti_user_id == ALLOCATIONS.c.allocated_by)
            & (ROLES.c.role == "staff"),
        )
        .where(ALLOCATIONS.c.participant_id.not_in(sa.select(REVIEWERS.c.participant_id)))
    )
    named = [
        {
            "id": uuid.uuid4(),
            "participant_id": row.participant_id,
            "reviewer_id": row.allocated_by,
            "named_by": row.allocated_by,
            "named_at": row.allocated_at,
        }
        for row in op.get_bind().execute(allocators)
    ]
    if named:
        op.bulk_insert(REVIEWERS, named)


def downgrade() -> None:
    op.execute(ROLES.update().where(ROLES.c.role == "enroller").values(role="visitor"))
    _allow(*BEFORE)


def _allow(*roles: str) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("role_assignments") as batch:
        batch.drop_constraint(op.f("ck_role_assignments_role"), type_="check")
        batch.create_check_constraint(op.f("ck_role_assignments_role"), f"role IN ({listed})")

"""Staff are named in every study; a membership may be suspended.

Until now every teacher of the platform was staff where nobody is blinded. Whoever has worked as
staff by that rule is named, so that no study stands without its team; whoever only looked is not.

Revision: 0008_named_staff, after 0007_unreadable_rows.
"""

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0008_named_staff"
down_revision = "0007_unreadable_rows"
branch_labels = None
depends_on = None

WORK_OF_STAFF = (
    "participant.enrolled",
    "participant.allocated",
    "participant.withdrawn",
    "consent.recorded",
    "screening.recorded",
    "reminders.agreed",
    "prescription.changed",
    "diary.reviewed",
    "diary.answered",
    "diary.transcribed",
    "reviewer.named",
    "sessions.planned",
    "media.put_in",
)
"""What only staff could do."""

EVENTS = sa.table(
    "audit_events",
    sa.column("id", sa.Uuid()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("study_id", sa.Uuid()),
    sa.column("actor_id", sa.Uuid()),
    sa.column("action", sa.String()),
    sa.column("subject_id", sa.Uuid()),
    sa.column("detail", sa.JSON()),
)
ROLES = sa.table(
    "role_assignments",
    sa.column("id", sa.Uuid()),
    sa.column("study_id", sa.Uuid()),
    sa.column("lti_user_id", sa.Uuid()),
    sa.column("role", sa.String()),
    sa.column("assigned_by", sa.Uuid()),
    sa.column("assigned_at", sa.DateTime(timezone=True)),
)
USERS = sa.table("lti_users", sa.column("id", sa.Uuid()))


def upgrade() -> None:
    _allow("active", "suspended", "left")
    _name_who_worked()


def downgrade() -> None:
    members = sa.table("lti_memberships", sa.column("status", sa.String()))
    op.execute(members.update().where(members.c.status == "suspended").values(status="left"))
    _allow("active", "left")


def _allow(*states: str) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("lti_memberships") as batch:
        batch.drop_constraint(op.f("ck_lti_memberships_membershipstatus"), type_="check")
        batch.create_check_constraint(
            op.f("ck_lti_memberships_membershipstatus"), f"status IN ({listed})"
        )


def _name_who_worked() -> None:
    worked = (
        sa.select(EVENTS.c.study_id, EVENTS.c.actor_id)
        .join(USERS, USERS.c.id == EVENTS.c.actor_id)
        .outerjoin(
            ROLES,
            (ROLES.c.study_id == EVENTS.c.study_id) & (ROLES.c.lti_user_id == EVENTS.c.actor_id),
        )
        .where(
            EVENTS.c.action.in_(WORK_OF_STAFF),
            EVENTS.c.study_id.is_not(None),
            ROLES.c.id.is_(None),
        )
        .distinct()
    )
    now = datetime.now(UTC)
    for study_id, user_id in op.get_bind().execute(worked).all():
        role = {"id": uuid.uuid4(), "study_id": study_id, "lti_user_id": user_id, "role": "staff"}
        op.execute(ROLES.insert().values(**role, assigned_by=None, assigned_at=now))
        event = {"id": uuid.uuid4(), "at": now, "study_id": study_id, "subject_id": user_id}
        kept = {"action": "role.assigned", "actor_id": None, "detail": {"role": "staff"}}
        op.execute(EVENTS.insert().values(**event, **kept))

"""Who administers this installation: named from the command line, never by a platform's role.

A platform says of its own administrators what it likes. Whoever administers here decides which
platforms may let people in, so a platform's word is not enough.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti.launch.claims import Role as ProposedRole
from lti.launch.claims import proposed_role
from lti.models import LtiUser, Membership, Platform
from modules.errors import NotFound
from plugin import audit, conflicts
from plugin.models import Administrator, Role


@dataclass(frozen=True)
class Candidate:
    """Somebody who teaches or administers on a platform and has opened the tool from there."""

    user_id: uuid.UUID
    platform: str
    name: str
    administers: bool


def is_one(session: Session, user_id: uuid.UUID) -> bool:
    """Say whether a person administers this installation."""
    found = select(Administrator.id).where(Administrator.lti_user_id == user_id)
    return session.scalar(found) is not None


def name(session: Session, user_id: uuid.UUID, now: datetime) -> None:
    """Let a person administer. Raises NotFound, or ConflictingRole for a participant."""
    if session.get(LtiUser, user_id) is None:
        raise NotFound
    conflicts.refuse_participant(session, None, user_id, Role.ADMIN.value)
    if not is_one(session, user_id):
        session.add(Administrator(lti_user_id=user_id, named_at=now))
        audit.record(session, "administrator.named", now, subject_id=user_id)


def remove(session: Session, user_id: uuid.UUID, now: datetime) -> None:
    """Take it from a person again, from their next page on. Raises NotFound."""
    if not is_one(session, user_id):
        raise NotFound
    session.execute(delete(Administrator).where(Administrator.lti_user_id == user_id))
    audit.record(session, "administrator.removed", now, subject_id=user_id)


def candidates(session: Session) -> list[Candidate]:
    """Return those who administer, and the teachers and administrators who have launched."""
    named = set(session.scalars(select(Administrator.lti_user_id)))
    rows = session.execute(
        select(LtiUser.id, LtiUser.name, Platform.name, Membership.roles)
        .join(Platform, Platform.id == LtiUser.platform_id)
        .outerjoin(Membership, Membership.lti_user_id == LtiUser.id)
        .where(LtiUser.last_launch_at.is_not(None))
        .order_by(Platform.name, LtiUser.created_at)
    )
    found: dict[uuid.UUID, Candidate] = {}
    for user_id, person, platform, roles in rows:
        team = proposed_role(roles or []) in (ProposedRole.STAFF, ProposedRole.ADMIN)
        if team or user_id in named:
            found[user_id] = Candidate(user_id, platform, person or "", user_id in named)
    return list(found.values())

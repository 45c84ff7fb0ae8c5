"""The team of a course: who teaches there by the platform's word, and who is named here.

The platform's word offers people and gives nothing: staff, like every role of the team, are named
here, at set-up or later, in every study alike.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.launch.claims import Role as ProposedRole
from lti.launch.claims import proposed_role
from lti.models import Membership, MembershipStatus
from modules.errors import NotAllowed, NotFound
from modules.study.protocol import Protocol
from plugin import names
from plugin.identity import accounts_of
from plugin.models import Role, RoleAssignment

ASSIGNABLE = (Role.STAFF, Role.ENROLLER, Role.ASSESSOR, Role.ANALYST, Role.VISITOR)
"""The roles that staff and administrators may give; who enrols is a role of trials alone."""
BLINDED = frozenset({Role.ASSESSOR, Role.ANALYST})


@dataclass(frozen=True)
class Teacher:
    """Somebody whom the platform calls a teacher of the course; `role`: what they are here."""

    user_id: uuid.UUID
    name: str
    status: MembershipStatus
    role: Role | None


def teaches(roles: Sequence[str], roster_roles: Sequence[str]) -> bool:
    """Return whether the platform calls this person a teacher, at launch or in its roster.

    Moodle's roster calls a non-editing teacher a learner; what the launch said counts more.
    """
    return proposed_role(roles or roster_roles) in (ProposedRole.STAFF, ProposedRole.ADMIN)


def of_course(session: Session, course_id: uuid.UUID, study_id: uuid.UUID) -> list[Teacher]:
    """Return the teachers of a course by name, those who are no longer there last."""
    there = _teachers(session, course_id, study_id)
    found = [
        Teacher(user_id, name, *there[user_id])
        for user_id, name in names.of_team(session, there).items()
    ]
    return sorted(found, key=lambda one: one.status is not MembershipStatus.ACTIVE)


def to_name(session: Session, course_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return, by name, who may be named staff while a course is set up.

    Whoever is blinded in any study is not offered: a tick too many would end it for good.
    """
    there = _teachers(session, course_id, None)
    blinded = accounts_of(
        select(RoleAssignment.lti_user_id).where(RoleAssignment.role.in_(BLINDED))
    )
    active = {key for key, (status, _role) in there.items() if status is MembershipStatus.ACTIVE}
    return names.of_team(session, active.difference(session.scalars(blinded)))


def staff_there(session: Session, course_id: uuid.UUID, study_id: uuid.UUID) -> list[str]:
    """Return the names of the staff of a study who are in this course: they may name others."""
    staff = (
        select(RoleAssignment.lti_user_id)
        .join(Membership, Membership.lti_user_id == RoleAssignment.lti_user_id)
        .where(
            RoleAssignment.study_id == study_id,
            RoleAssignment.role == Role.STAFF,
            Membership.course_id == course_id,
            Membership.status == MembershipStatus.ACTIVE,
        )
    )
    return list(names.of_team(session, session.scalars(staff)).values())


def _teachers(
    session: Session, course_id: uuid.UUID, study_id: uuid.UUID | None
) -> dict[uuid.UUID, tuple[MembershipStatus, Role | None]]:
    rows = session.execute(
        select(
            Membership.lti_user_id,
            Membership.status,
            Membership.roles,
            Membership.roster_roles,
            RoleAssignment.role,
        )
        .outerjoin(
            RoleAssignment,
            (RoleAssignment.lti_user_id == Membership.lti_user_id)
            & (RoleAssignment.study_id == study_id),
        )
        .where(Membership.course_id == course_id, Membership.participant_id.is_(None))
    )
    return {
        row.lti_user_id: (row.status, row.role)
        for row in rows
        if teaches(row.roles, row.roster_roles)
    }


def require_member(session: Session, course_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Raise NotFound for somebody who is not of this course."""
    found = select(Membership.id).where(
        Membership.course_id == course_id, Membership.lti_user_id == user_id
    )
    if session.scalar(found) is None:
        raise NotFound


def assignable_in(protocol: Protocol) -> tuple[Role, ...]:
    """Return the roles that may be given in a study of this protocol."""
    return tuple(r for r in ASSIGNABLE if r is not Role.ENROLLER or protocol.is_trial)


def nobody_enrols(session: Session, study_id: uuid.UUID) -> bool:
    """Say whether a trial waits for somebody to be named who takes people in."""
    named = select(RoleAssignment.id).where(
        RoleAssignment.study_id == study_id, RoleAssignment.role == Role.ENROLLER
    )
    return session.scalar(named.limit(1)) is None


def assignable(value: str) -> Role:
    """Return the role named by a form. Raises NotAllowed for one that is not given on a page."""
    if value not in ASSIGNABLE:
        raise NotAllowed
    return Role.of(value)

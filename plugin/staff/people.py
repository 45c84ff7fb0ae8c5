"""The people of a Moodle course, and who of them takes part in which role."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.keysets import UNDER_WAY
from lti.launch.claims import Role as ProposedRole
from lti.launch.claims import proposed_role
from lti.models import LtiContext, LtiUser, Membership, MembershipStatus
from lti.services import service_texts
from lti.services.roster_models import RosterReading
from modules.errors import AlreadyRecorded, NotAllowed, NotFound
from modules.records.models import Participant
from plugin import conflicts
from plugin.models import Role, RoleAssignment

ASSIGNABLE = (Role.STAFF, Role.ASSESSOR, Role.ANALYST, Role.VISITOR)
"""The roles that staff may give."""


@dataclass(frozen=True)
class CoursePerson:
    """One person of the course. `teaches`: the platform calls them a teacher at launch."""

    membership_id: uuid.UUID
    user_id: uuid.UUID
    name: str
    teaches: bool
    left: bool
    participant_id: uuid.UUID | None
    code: str | None
    role: Role | None


def of_course(session: Session, course_id: uuid.UUID, study_id: uuid.UUID) -> list[CoursePerson]:
    """Return the people of a course: not yet enrolled first, then by name. One query."""
    query = (
        select(Membership, LtiUser, Participant.code, RoleAssignment.role)
        .join(LtiUser, LtiUser.id == Membership.lti_user_id)
        .outerjoin(Participant, Participant.id == Membership.participant_id)
        .outerjoin(
            RoleAssignment,
            (RoleAssignment.lti_user_id == LtiUser.id) & (RoleAssignment.study_id == study_id),
        )
        .where(Membership.course_id == course_id)
    )
    people = [
        CoursePerson(
            membership.id,
            user.id,
            user.name or "",
            teaches(membership),
            membership.status is not MembershipStatus.ACTIVE,
            membership.participant_id,
            code,
            role,
        )
        for membership, user, code, role in session.execute(query)
    ]
    return sorted(people, key=lambda p: (p.left, p.participant_id is not None, p.name.casefold()))


def teaches(membership: Membership) -> bool:
    """Return whether the platform calls this person a teacher, at launch or in its roster.

    Moodle's roster calls a non-editing teacher a learner; what the launch said counts more.
    """
    said = membership.roles or membership.roster_roles
    return proposed_role(said) in (ProposedRole.STAFF, ProposedRole.ADMIN)


def synced_at(session: Session, course_id: uuid.UUID) -> datetime | None:
    """Return when the list of people was last fetched from the platform."""
    return session.scalar(select(LtiContext.roster_synced_at).where(LtiContext.id == course_id))


def list_trouble(session: Session, course_id: uuid.UUID, public_url: str) -> str | None:
    """Return why the list of people was not read whole the last time; None where it was."""
    reading = session.scalar(select(RosterReading).where(RosterReading.course_id == course_id))
    if reading is None or reading.problem in (None, UNDER_WAY):
        return None
    said = service_texts.for_reading(reading.problem, reading.unreadable)
    return said.replace("{public_url}", public_url)


def unenrolled(session: Session, course_id: uuid.UUID, membership_id: uuid.UUID) -> Membership:
    """Return a membership of this course that may be enrolled.

    Raises NotFound, AlreadyRecorded (takes part already), NotAllowed (teaches) and ConflictingRole.
    """
    membership = session.scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.course_id == course_id)
        .with_for_update()
    )
    if membership is None:
        raise NotFound
    if membership.participant_id is not None:
        raise AlreadyRecorded
    if teaches(membership):
        raise NotAllowed
    course = session.get_one(LtiContext, course_id)
    if course.study_id is not None:
        conflicts.refuse_team(session, course.study_id, membership.lti_user_id)
    return membership


def require_member(session: Session, course_id: uuid.UUID, user_id: uuid.UUID) -> Membership:
    """Return the person's membership of this course. Raises NotFound."""
    membership = session.scalar(
        select(Membership).where(
            Membership.course_id == course_id, Membership.lti_user_id == user_id
        )
    )
    if membership is None:
        raise NotFound
    return membership


def assignable(value: str) -> Role:
    """Return the role named by a form. Raises NotAllowed for one that staff may not give."""
    if value not in ASSIGNABLE:
        raise NotAllowed
    return Role.of(value)

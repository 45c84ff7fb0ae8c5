"""The patients of a Moodle course, and who of them takes part; the team: `plugin.team`."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.keysets import UNDER_WAY
from lti.models import LtiContext, LtiUser, Membership, MembershipStatus
from lti.services import service_texts
from lti.services.roster_models import RosterReading
from modules.errors import AlreadyRecorded, NotAllowed, NotFound
from modules.records.models import Participant
from modules.text import begins_words, fold
from plugin import conflicts
from plugin.models import Role, RoleAssignment
from plugin.team import teaches


@dataclass(frozen=True)
class CoursePerson:
    """One person of the course who is no teacher, or takes part."""

    membership_id: uuid.UUID
    name: str
    status: MembershipStatus
    participant_id: uuid.UUID | None
    code: str | None
    role: Role | None

    @property
    def may_enrol(self) -> bool:
        """Whether nothing stands against it: in the course, let in, and not of the team."""
        return self.status is MembershipStatus.ACTIVE and self.role in (None, Role.VISITOR)

    def is_called(self, asked: str) -> bool:
        """Say whether every word asked for begins a word of the name, or the code."""
        return begins_words(asked, f"{self.name} {self.code or ''}")


def of_course(session: Session, course_id: uuid.UUID, study_id: uuid.UUID) -> list[CoursePerson]:
    """Return the patients of a course by name, those who are not let in last. One query."""
    query = (
        select(
            Membership.id,
            Membership.status,
            Membership.roles,
            Membership.roster_roles,
            Membership.participant_id,
            LtiUser.name,
            Participant.code,
            RoleAssignment.role,
        )
        .join(LtiUser, LtiUser.id == Membership.lti_user_id)
        .outerjoin(Participant, Participant.id == Membership.participant_id)
        .outerjoin(
            RoleAssignment,
            (RoleAssignment.lti_user_id == LtiUser.id) & (RoleAssignment.study_id == study_id),
        )
        .where(Membership.course_id == course_id)
    )
    people = [
        CoursePerson(row.id, row.name or "", row.status, row.participant_id, row.code, row.role)
        for row in session.execute(query)
        if row.participant_id or not teaches(row.roles, row.roster_roles)
    ]
    return sorted(people, key=lambda p: (p.status is not MembershipStatus.ACTIVE, fold(p.name)))


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
    if teaches(membership.roles, membership.roster_roles):
        raise NotAllowed
    course = session.get_one(LtiContext, course_id)
    if course.study_id is not None:
        conflicts.refuse_team(session, course.study_id, membership.lti_user_id)
    return membership

"""From a launch to a person of this tool: role, study, arm's components. No page decides this."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.deeplinks import Place, Placement, read_placement
from lti.launch import Launch
from lti.launch import Role as ProposedRole
from lti.models import Course, LaunchSession, Membership
from modules import queries
from modules.protocol import Protocol
from modules.queries import StudyFacts
from modules.services import course as course_service
from plugin import administrators, audit
from plugin.models import Role, RoleAssignment
from plugin.tool import Tool
from plugin.trial import allocation


@dataclass(frozen=True)
class Person:
    """Who is looking at a page: all that views may know about them."""

    user_id: uuid.UUID
    role: Role
    locale: str
    course_id: uuid.UUID | None = None
    study: StudyFacts | None = None
    protocol: Protocol | None = None
    participant_id: uuid.UUID | None = None
    components: frozenset[str] = field(default_factory=frozenset)
    may_set_up: bool = False
    """Teaches a course that has no study yet."""
    administers: bool = False
    """Named an administrator of this installation from its command line."""
    return_url: str | None = None


def person_of(session: Session, tool: Tool, launch_session: LaunchSession) -> Person:
    """Return the person behind a launch session."""
    locale = launch_session.locale or "es"
    course = session.get(Course, launch_session.course_id) if launch_session.course_id else None
    common = {
        "user_id": launch_session.lti_user_id,
        "locale": locale,
        "return_url": launch_session.return_url,
        "administers": administrators.is_one(session, launch_session.lti_user_id),
    }
    nobody = Role.ADMIN if common["administers"] else Role.VISITOR
    if course is None:
        return Person(role=nobody, **common)
    if course.study_id is None:
        can_set_up = launch_session.role in (ProposedRole.STAFF, ProposedRole.ADMIN)
        return Person(
            role=nobody,
            course_id=course.id,
            may_set_up=can_set_up,
            **common,
        )
    study = queries.study_by_id(session, course.study_id)
    protocol = tool.protocols[study.protocol_key]
    role = effective_role(session, study.id, launch_session, protocol)
    participant_id = _participant_of(session, launch_session) if role is Role.PATIENT else None
    if role is Role.VISITOR or (role is Role.PATIENT and participant_id is None):
        role = nobody
    return Person(
        role=role,
        course_id=course.id,
        study=study,
        protocol=protocol,
        participant_id=participant_id,
        components=(
            allocation.components_of(session, participant_id, protocol)
            if participant_id
            else frozenset()
        ),
        **common,
    )


def effective_role(
    session: Session, study_id: uuid.UUID, launch_session: LaunchSession, protocol: Protocol
) -> Role:
    """Return the person's role: the one assigned here, else what the platform may propose.

    A platform's teacher becomes staff by proposal only where nobody is blinded: Moodle tells
    teachers and assessors not apart, and staff see the arms. A platform's administrator is nobody
    here by that alone (`plugin.administrators`).
    """
    assigned = session.scalar(
        select(RoleAssignment.role).where(
            RoleAssignment.study_id == study_id,
            RoleAssignment.lti_user_id == launch_session.lti_user_id,
        )
    )
    if assigned is not None:
        return assigned
    if launch_session.role == ProposedRole.PATIENT:
        return Role.PATIENT
    if launch_session.role == ProposedRole.STAFF and not protocol.blinded_roles:
        return Role.STAFF
    return Role.VISITOR


def _participant_of(session: Session, launch_session: LaunchSession) -> uuid.UUID | None:
    return session.scalar(
        select(Membership.participant_id).where(
            Membership.course_id == launch_session.course_id,
            Membership.lti_user_id == launch_session.lti_user_id,
        )
    )


def welcome(session: Session, launch: Launch, launch_session: LaunchSession, *, tool: Tool) -> str:
    """Take note of a launch and return the path to land on, below the launch's own prefix."""
    person = person_of(session, tool, launch_session)
    now = tool.now()
    study_id = person.study.id if person.study else None
    audit.record(session, "launch.accepted", now, study_id=study_id, actor_id=person.user_id)
    if person.participant_id is not None:
        course_service.record_login(session, person.participant_id, now)
    return _place(person, read_placement(launch.custom))


def choose_links(
    session: Session, launch: Launch, launch_session: LaunchSession, *, tool: Tool
) -> str:
    """Return where a teacher chooses what to place in the course."""
    audit.record(session, "linking.opened", tool.now(), actor_id=launch_session.lti_user_id)
    return "/deep-link"


def _place(person: Person, placement: Placement | None) -> str:
    """Return the page an activity names, if the person has it; else their start page."""
    if placement is None or person.role is not Role.PATIENT:
        return "/"
    if placement.place is Place.ASSESSMENTS and "assessments" in person.components:
        return "/questions"
    if placement.place is Place.MODULE and "programme" in person.components:
        return f"/programme/{placement.module}"
    return "/"

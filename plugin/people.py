"""From a launch to a person of this tool: role, study, arm's components. No page decides this."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import NamedTuple

from sqlalchemy import and_
from sqlalchemy.orm import Session

from lti.launch import sessions
from lti.launch.claims import Launch
from lti.launch.claims import Role as ProposedRole
from lti.models import LaunchSession, LtiContext, LtiUser, Membership
from lti.services.deep_links import Place, Placement, read_placement
from modules.records import queries
from modules.records.models import CURRENT_SCREENING, Participant, Screening, Study
from modules.records.queries import ParticipantFacts, StudyFacts
from modules.services import course as course_service
from modules.study.protocol import Protocol
from plugin import audit, conflicts
from plugin.identity import accounts_of
from plugin.models import Administrator, Role, RoleAssignment
from plugin.tool import Tool
from plugin.trial import allocation
from plugin.trial.models import Allocation


@dataclass(frozen=True)
class CurrentPerson:
    """Who is looking at a page: all that views may know about them."""

    user_id: uuid.UUID
    role: Role
    locale: str
    course_id: uuid.UUID | None = None
    study: StudyFacts | None = None
    protocol: Protocol | None = None
    participant: ParticipantFacts | None = None
    """Who they are as a patient; None for everybody else."""
    components: frozenset[str] = field(default_factory=frozenset)
    may_set_up: bool = False
    """Opened a course that has no study yet, and teaches it or administers."""
    administers: bool = False
    """Named an administrator of this installation from its command line."""
    return_url: str | None = None
    read_accounts: Callable[[], frozenset[uuid.UUID]] = frozenset

    @cached_property
    def accounts(self) -> frozenset[uuid.UUID]:
        """Every account of this person, by however many registrations they come in."""
        return self.read_accounts()

    @property
    def participant_id(self) -> uuid.UUID | None:
        """Key of the patient's record."""
        return self.participant.id if self.participant else None


def session_at(session: Session, ref: str) -> tuple[LaunchSession, "Facts"] | None:
    """Return the launch session of an address with what is known of its person: one question."""
    row = session.execute(_FACTS, {"ref": ref}).one_or_none() if sessions.is_ref(ref) else None
    return None if row is None else (row[0], Facts(*row[1:]))


def person_of(
    session: Session, tool: Tool, launch_session: LaunchSession, known: "Facts | None" = None
) -> CurrentPerson:
    """Return the person behind a launch session; `known`: where it is read already."""
    locale = launch_session.locale or "es"
    if known is None:
        known = Facts(*session.execute(_FACTS, {"ref": launch_session.ref}).one()[1:])
    common = {
        "user_id": launch_session.lti_user_id,
        "locale": locale,
        "return_url": launch_session.return_url,
        "administers": known.administrator is not None,
        "read_accounts": partial(_accounts, session, launch_session.lti_user_id),
    }
    nobody = Role.ADMIN if common["administers"] else Role.VISITOR
    if known.course_id is None:
        return CurrentPerson(role=nobody, **common)
    if known.study_id is None:
        return CurrentPerson(
            role=nobody,
            course_id=known.course_id,
            may_set_up=common["administers"] or teaches(launch_session),
            **common,
        )
    study = StudyFacts(
        known.study_id, known.key, known.protocol_key, known.synthetic, known.locked_at
    )
    protocol = tool.protocols[study.protocol_key]
    role = effective_role(known.role, launch_session)
    patient = known.participant if role is Role.PATIENT else None
    if role is Role.VISITOR or (role is Role.PATIENT and patient is None):
        role = nobody
    return CurrentPerson(
        role=role,
        course_id=known.course_id,
        study=study,
        protocol=protocol,
        participant=patient and queries.participant_of(patient, known.screening),
        components=allocation.components(protocol, known.arm) if patient else frozenset(),
        **common,
    )


def _accounts(session: Session, user_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(session.scalars(accounts_of([user_id])))


class Facts(NamedTuple):
    """What decides who a person is in the course they came from."""

    course_id: uuid.UUID | None
    study_id: uuid.UUID | None
    key: str
    protocol_key: str
    synthetic: bool
    locked_at: datetime | None
    role: Role | None
    administrator: uuid.UUID | None
    arm: str | None
    participant: Participant | None
    screening: Screening | None


_USER, _COURSE, _STUDY = LtiUser.__table__.c, LtiContext.__table__.c, Study.__table__.c
_ROLE, _MEMBERSHIP = RoleAssignment.__table__.c, Membership.__table__.c
_ADMINISTRATOR = Administrator.__table__.c
_FACTS = (
    sessions.BY_REF.add_columns(
        _COURSE.id,
        _COURSE.study_id,
        _STUDY.key,
        _STUDY.protocol_key,
        _STUDY.synthetic,
        _STUDY.locked_at,
        _ROLE.role,
        _ADMINISTRATOR.id,
        Allocation.arm,
        Participant,
        Screening,
    )
    .join(LtiUser.__table__, _USER.id == LaunchSession.lti_user_id)
    .outerjoin(Administrator.__table__, _ADMINISTRATOR.lti_user_id == _USER.id)
    .outerjoin(LtiContext.__table__, _COURSE.id == LaunchSession.course_id)
    .outerjoin(Study.__table__, _STUDY.id == _COURSE.study_id)
    .outerjoin(
        RoleAssignment.__table__,
        and_(_ROLE.study_id == _COURSE.study_id, _ROLE.lti_user_id == _USER.id),
    )
    .outerjoin(
        Membership.__table__,
        and_(_MEMBERSHIP.course_id == _COURSE.id, _MEMBERSHIP.lti_user_id == _USER.id),
    )
    .outerjoin(Participant, Participant.id == _MEMBERSHIP.participant_id)
    .outerjoin(Screening, CURRENT_SCREENING)
    .outerjoin(Allocation, Allocation.participant_id == Participant.id)
)
"""The session, and all that decides what its person may do in a course: every page asks it."""


def effective_role(assigned: Role | None, launch_session: LaunchSession) -> Role:
    """Return the person's role: the one assigned here; unassigned, a patient's or none.

    No platform's teacher and no platform's administrator is anybody here by that alone, in a
    study with blinded roles or without: staff are named (`plugin.team`), and administrators are
    (`plugin.administrators`).
    """
    if assigned is not None:
        return assigned
    return Role.PATIENT if launch_session.role == ProposedRole.PATIENT else Role.VISITOR


def teaches(launch_session: LaunchSession) -> bool:
    """Say whether the platform calls this person a teacher or an administrator of the course."""
    return launch_session.role in (ProposedRole.STAFF, ProposedRole.ADMIN)


def welcome(session: Session, launch: Launch, launch_session: LaunchSession, *, tool: Tool) -> str:
    """Take note of a launch and return the path to land on, below the launch's own prefix.

    Raises ConflictingRole.
    """
    person = person_of(session, tool, launch_session)
    if person.study is not None and person.protocol is not None:
        conflicts.refuse_entry(
            session, person.study.id, person.user_id, person.role, person.protocol
        )
    now = tool.now()
    study_id = person.study.id if person.study else None
    if person.participant_id is not None:
        course_service.record_login(session, person.participant_id, now)
    audit.record(session, "launch.accepted", now, study_id=study_id, actor_id=person.user_id)
    return _place(person, read_placement(launch.custom))


def choose_links(
    session: Session, launch: Launch, launch_session: LaunchSession, *, tool: Tool
) -> str:
    """Return where a teacher chooses what to place in the course."""
    audit.record(session, "linking.opened", tool.now(), actor_id=launch_session.lti_user_id)
    return "/deep-link"


def _place(person: CurrentPerson, placement: Placement | None) -> str:
    """Return the page an activity names, if the person has it; else their start page."""
    if placement is None or person.role is not Role.PATIENT:
        return "/"
    if placement.place is Place.ASSESSMENTS and "assessments" in person.components:
        return "/questions"
    if placement.place is Place.MODULE and "programme" in person.components:
        return f"/programme/{placement.module}"
    return "/"

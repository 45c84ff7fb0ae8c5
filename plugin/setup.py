"""Creating studies, binding Moodle courses to them, and giving people their role."""

import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.leaks.words import is_telling, neutral_key
from lti.models import LtiContext
from modules.errors import AlreadyRecorded, InvalidEntry, NotAllowed, NotFound
from modules.records import queries
from modules.records.models import Study
from modules.services import course as course_service
from modules.study.protocol import Protocol
from plugin import administrators, audit, conflicts, roles_held, team
from plugin.identity import accounts_of
from plugin.models import Role, RoleAssignment
from plugin.tool import Tool
from plugin.trial import allocation

NEW = "new:"


def choices(
    session: Session, user_id: uuid.UUID, protocols: Mapping[str, Protocol], language: str
) -> list[tuple[str, str]]:
    """Return what this person may bind a course to, each by its title.

    A new study of any protocol, or an existing one: for those who administer any, for others one
    they are staff of already. A teacher of some other course must not become staff of a running
    trial by binding a course to it.
    """
    existing = select(Study.key, Study.protocol_key).order_by(Study.key)
    if not administrators.is_one(session, user_id):
        existing = existing.join(RoleAssignment, RoleAssignment.study_id == Study.id).where(
            RoleAssignment.lti_user_id == user_id, RoleAssignment.role == Role.STAFF
        )
    titles = {protocol.key: protocol.title.get(language) for protocol in protocols.values()}
    old = [
        (key, f"{titles[following]} ({key})")
        for key, following in session.execute(existing)
        if following in titles
    ]
    return old + [(NEW + key, title) for key, title in titles.items()]


def bind(
    session: Session,
    tool: Tool,
    course_id: uuid.UUID,
    user_id: uuid.UUID,
    choice: str,
    staff: Collection[uuid.UUID] = (),
) -> None:
    """Bind a course to a study, made now if the choice says so, and name its `staff`.

    Whoever makes a study becomes its staff with them; those who administer the installation only
    if they name themselves. Raises NotAllowed for a choice or a person that is not offered,
    AlreadyRecorded when the course has a study.
    """
    course = session.get(LtiContext, course_id)
    if course is None:
        raise NotFound
    if course.study_id is not None:
        raise AlreadyRecorded
    if choice not in dict(choices(session, user_id, tool.protocols, "en")):
        raise NotAllowed
    if not set(staff) <= {user_id, *team.to_name(session, course_id)}:
        raise NotAllowed
    named = set(staff)
    if choice.startswith(NEW):
        protocol = tool.protocols[choice.removeprefix(NEW)]
        key = _free_key(session, neutral_key(protocol.key, protocol))
        course.study_id = create_study(session, tool, key, protocol, user_id)
        if not administrators.is_one(session, user_id):
            named.add(user_id)
    else:
        course.study_id = queries.study(session, choice).id
    for each in named:
        assign_role(session, tool, course.study_id, each, Role.STAFF, user_id)
    audit.record(
        session,
        "course.bound",
        tool.now(),
        study_id=course.study_id,
        actor_id=user_id,
        subject_id=course.id,
    )


def create_study(
    session: Session,
    tool: Tool,
    key: str,
    protocol: Protocol,
    by: uuid.UUID | None = None,
    *,
    synthetic: bool = False,
    seed: bytes | None = None,
) -> uuid.UUID:
    """Create a study and, for a trial, seal its allocation list at once. Returns its id.

    Raises InvalidEntry for a key that would tell the arm wherever it stands, AlreadyRecorded.
    """
    if is_telling(key, protocol):
        raise InvalidEntry({"key": "tells_the_arm"})
    now = tool.now()
    study_id = course_service.create_study(session, key, protocol, now, synthetic)
    audit.record(session, "study.created", now, study_id=study_id, actor_id=by)
    if protocol.is_trial:
        commitment = allocation.seal_list(session, study_id, protocol, now, by, seed)
        audit.record(
            session,
            "allocation_list.sealed",
            now,
            study_id=study_id,
            actor_id=by,
            commitment=commitment,
        )
    return study_id


def assign_role(
    session: Session,
    tool: Tool,
    study_id: uuid.UUID,
    user_id: uuid.UUID,
    role: Role,
    by: uuid.UUID | None = None,
    confirmed_by: uuid.UUID | None = None,
) -> None:
    """Give a person a role in a study, in place of an earlier one.

    `confirmed_by`: the study's custodian, where somebody who has worked blinded shall see arms;
    what that person assessed is marked then, each assessment with an event of its own.
    Raises ConflictingRole and Unconfirmed (`plugin.conflicts`), and NotAllowed for a role that is
    not given here: patients are enrolled, administrators are named for the whole installation, and
    nobody enrols apart from staff where nobody is allocated.
    """
    protocol = tool.protocols[queries.study_by_id(session, study_id).protocol_key]
    if role in (Role.PATIENT, Role.ADMIN) or (role is Role.ENROLLER and not protocol.is_trial):
        raise NotAllowed
    conflicts.refuse_participant(session, study_id, user_id, role.value)
    conflicts.refuse_second_role(session, study_id, user_id, role)
    conflicts.refuse_unblinded(session, study_id, user_id, role, protocol)
    if role in conflicts.SEES_ARMS:
        _unblind(session, tool, study_id, user_id, role, confirmed_by)
    row = session.scalar(
        select(RoleAssignment).where(
            RoleAssignment.study_id == study_id, RoleAssignment.lti_user_id == user_id
        )
    )
    if row is None:
        row = RoleAssignment(study_id=study_id, lti_user_id=user_id)
        session.add(row)
    row.role, row.assigned_by, row.assigned_at = role, by, tool.now()
    session.flush()
    audit.record(
        session,
        "role.assigned",
        tool.now(),
        study_id=study_id,
        actor_id=by,
        subject_id=user_id,
        role=role.value,
    )


def _unblind(
    session: Session,
    tool: Tool,
    study_id: uuid.UUID,
    user_id: uuid.UUID,
    role: Role,
    confirmed_by: uuid.UUID | None,
) -> None:
    """Mark what somebody assessed who shall see arms now. Raises Unconfirmed."""
    protocol = tool.protocols[queries.study_by_id(session, study_id).protocol_key]
    held = conflicts.worked_blinded(session, study_id, user_id, protocol)
    if held is None:
        return
    custodian = select(RoleAssignment.id).where(
        RoleAssignment.study_id == study_id,
        RoleAssignment.lti_user_id == confirmed_by,
        RoleAssignment.role == Role.CUSTODIAN,
    )
    if session.scalar(custodian) is None:
        raise conflicts.Unconfirmed(study_id, user_id, held, role.value)
    marked = set(session.scalars(roles_held.assessed_by(study_id, accounts_of([user_id]))))
    for assessment_id in sorted(marked):
        audit.record(
            session,
            "assessment.assessor_unblinded",
            tool.now(),
            study_id=study_id,
            actor_id=confirmed_by,
            subject_id=assessment_id,
            role=role.value,
        )


def _free_key(session: Session, wanted: str) -> str:
    taken = set(session.scalars(select(Study.key)))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (wanted, *numbered) if key not in taken)

"""Who may not be two things in one study; a refusal is kept although its request is undone.

A participant is nothing else in their study, and a person has one role there, by whatever
registration they come in (`plugin.identity`). Where somebody is blinded, whoever has worked here
with a role that sees arms can no longer become blinded: what was seen stays seen. The other way
round the study's custodian confirms it, and what that person assessed is marked (`plugin.setup`).
"""

import uuid
from datetime import datetime

from flask import Flask, g
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Membership
from modules.errors import CourseError
from modules.records.models import Participant
from modules.study.protocol import Protocol
from plugin import audit, errors, roles_held, web
from plugin.identity import accounts_of
from plugin.models import Administrator, Role, RoleAssignment
from plugin.tool import Tool, current_tool

SEES_ARMS = frozenset({Role.STAFF, Role.CUSTODIAN})
PARTICIPANT = "participant"


class ConflictingRole(CourseError):
    """A person would hold roles in one study that exclude each other. Holds keys and codes only."""

    code = "conflicting_role"

    def __init__(self, study_id: uuid.UUID | None, user_id: uuid.UUID, held: str, wanted: str):
        super().__init__(f"{held} and {wanted}")
        self.study_id, self.user_id, self.held, self.wanted = study_id, user_id, held, wanted


class Unconfirmed(ConflictingRole):
    """Somebody who has worked blinded would see arms from now on; the custodian has to confirm."""

    code = "custodian_confirms"


def refuse_participant(
    session: Session, study_id: uuid.UUID | None, user_id: uuid.UUID, wanted: str
) -> None:
    """Raise ConflictingRole for somebody who takes part in this study (None: in any)."""
    takes_part = (
        select(Participant.study_id)
        .join(Membership, Membership.participant_id == Participant.id)
        .where(Membership.lti_user_id.in_(accounts_of([user_id])))
        .limit(1)
    )
    if study_id is not None:
        takes_part = takes_part.where(Participant.study_id == study_id)
    found = session.scalar(takes_part)
    if found is not None:
        raise ConflictingRole(found, user_id, PARTICIPANT, wanted)


def refuse_team(session: Session, study_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Raise ConflictingRole for somebody who has a role in the study and would take part."""
    held = session.scalar(
        select(RoleAssignment.role).where(
            RoleAssignment.study_id == study_id,
            RoleAssignment.lti_user_id.in_(accounts_of([user_id])),
            RoleAssignment.role != Role.VISITOR,
        )
    )
    if held is not None:
        raise ConflictingRole(study_id, user_id, held.value, PARTICIPANT)
    administers = select(Administrator.id).where(
        Administrator.lti_user_id.in_(accounts_of([user_id]))
    )
    if session.scalar(administers) is not None:
        raise ConflictingRole(study_id, user_id, Role.ADMIN.value, PARTICIPANT)


def refuse_second_role(
    session: Session, study_id: uuid.UUID, user_id: uuid.UUID, role: Role
) -> None:
    """Raise ConflictingRole for somebody who has another role here by another registration."""
    if role is Role.VISITOR:
        return
    held = session.scalar(
        select(RoleAssignment.role).where(
            RoleAssignment.study_id == study_id,
            RoleAssignment.lti_user_id.in_(accounts_of([user_id])),
            RoleAssignment.lti_user_id != user_id,
            RoleAssignment.role.not_in((role, Role.VISITOR)),
        )
    )
    if held is not None:
        raise ConflictingRole(study_id, user_id, held.value, role.value)


def refuse_unblinded(
    session: Session, study_id: uuid.UUID, user_id: uuid.UUID, role: Role, protocol: Protocol
) -> None:
    """Raise ConflictingRole when somebody who has worked with arms would have to know none.

    A role that was given by mistake and taken away unused is no obstacle.
    """
    if role is not Role.ENROLLER and role.value not in protocol.blinded_roles:
        return
    for held in roles_held.of_person(session, study_id, user_id):
        if held.role in SEES_ARMS and roles_held.used(session, study_id, held):
            raise ConflictingRole(study_id, user_id, held.role, role.value)


def worked_blinded(
    session: Session, study_id: uuid.UUID, user_id: uuid.UUID, protocol: Protocol
) -> str | None:
    """Return the blinded role that a person has worked with in a study, None if there is none."""
    assessed = roles_held.assessed_by(study_id, accounts_of([user_id])).limit(1)
    for held in roles_held.of_person(session, study_id, user_id):
        if held.role in protocol.blinded_roles and (
            roles_held.used(session, study_id, held) or session.scalar(assessed) is not None
        ):
            return held.role
    return None


def refuse_entry(
    session: Session, study_id: uuid.UUID, user_id: uuid.UUID, role: Role, protocol: Protocol
) -> None:
    """Raise ConflictingRole at the launch of somebody whose role of the team may not be theirs.

    Roles are judged when they are given; what was stored before, or comes to light by another
    registration, is met here. A participant's own launch is not refused: whoever takes part keeps
    their care, and the role of the team is what gives way.
    """
    if role in (Role.PATIENT, Role.VISITOR, Role.ADMIN):
        return
    refuse_participant(session, study_id, user_id, role.value)
    refuse_second_role(session, study_id, user_id, role)
    refuse_unblinded(session, study_id, user_id, role, protocol)


def keep(
    session: Session, conflict: ConflictingRole, now: datetime, by: uuid.UUID | None = None
) -> None:
    """Write a refused conflict into the audit trail."""
    audit.record(
        session,
        "role.refused",
        now,
        study_id=conflict.study_id,
        actor_id=by,
        subject_id=conflict.user_id,
        held=conflict.held,
        wanted=conflict.wanted,
    )


def keep_by_itself(tool: Tool, conflict: ConflictingRole, by: uuid.UUID | None = None) -> None:
    """Write it in a transaction of its own; call when the refused one is over."""
    with tool.database.writing() as session:
        keep(session, conflict, tool.now(), by)


def init_app(app: Flask) -> None:
    """Answer conflicts with a page, and keep them."""
    app.register_error_handler(ConflictingRole, _refused)


def _refused(conflict: ConflictingRole) -> ResponseReturnValue:
    web.undo()
    person = g.get("person")
    keep_by_itself(current_tool(), conflict, person.user_id if person else None)
    return errors.course_error(conflict)

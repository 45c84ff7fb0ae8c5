"""Who may not be two things in one study; a refusal is kept although its request is undone.

A participant is nothing else in their study. Where somebody is blinded, whoever has worked here
with a role that sees arms can no longer become blinded: what was seen stays seen.
"""

import uuid
from datetime import datetime

from flask import Flask, g
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.launch.sessions import LIFE
from lti.models import LtiUser, Membership
from modules.errors import CourseError
from modules.records.models import Participant
from modules.study.protocol import Protocol
from plugin import audit, errors, web
from plugin.models import Administrator, AuditEvent, Role, RoleAssignment
from plugin.tool import Tool, current_tool

SEES_ARMS = frozenset({Role.STAFF, Role.CUSTODIAN})
PARTICIPANT = "participant"


class ConflictingRole(CourseError):
    """A person would hold roles in one study that exclude each other. Holds keys and codes only."""

    code = "conflicting_role"

    def __init__(self, study_id: uuid.UUID | None, user_id: uuid.UUID, held: str, wanted: str):
        super().__init__(f"{held} and {wanted}")
        self.study_id, self.user_id, self.held, self.wanted = study_id, user_id, held, wanted


def refuse_participant(
    session: Session, study_id: uuid.UUID | None, user_id: uuid.UUID, wanted: str
) -> None:
    """Raise ConflictingRole for somebody who takes part in this study (None: in any)."""
    takes_part = (
        select(Participant.study_id)
        .join(Membership, Membership.participant_id == Participant.id)
        .where(Membership.lti_user_id == user_id)
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
            RoleAssignment.study_id == study_id, RoleAssignment.lti_user_id == user_id
        )
    )
    if held not in (None, Role.VISITOR):
        raise ConflictingRole(study_id, user_id, held.value, PARTICIPANT)
    administers = select(Administrator.id).where(Administrator.lti_user_id == user_id)
    if session.scalar(administers) is not None:
        raise ConflictingRole(study_id, user_id, Role.ADMIN.value, PARTICIPANT)


def refuse_unblinded(
    session: Session, study_id: uuid.UUID, user_id: uuid.UUID, role: Role, protocol: Protocol
) -> None:
    """Raise ConflictingRole when a role is blinded and the person has worked with one that is not.

    A role that was given by mistake and never used is no obstacle: only whoever opened the tool
    while they had it, or within the life of a session before, can have seen anything.
    """
    if role.value not in protocol.blinded_roles:
        return
    user = session.get(LtiUser, user_id)
    last_visit = user.last_launch_at if user else None
    given = session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.action == "role.assigned",
            AuditEvent.study_id == study_id,
            AuditEvent.subject_id == user_id,
        )
        .order_by(AuditEvent.at)
    )
    for event in given:
        held = event.detail.get("role", "")
        if held in SEES_ARMS and last_visit is not None and last_visit >= event.at - LIFE:
            raise ConflictingRole(study_id, user_id, held, role.value)


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

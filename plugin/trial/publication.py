"""Publishing an allocation list: its commitment before the first participant, itself at the end."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.leaks.words import neutral_key
from modules.errors import AllocationRefused, NotAllowed
from modules.records.queries import StudyFacts
from modules.study.protocol import Protocol
from plugin import audit
from plugin.models import Role, RoleAssignment
from plugin.trial import verification
from plugin.trial.models import Allocation, AllocationList, AllocationSlot


def statement(session: Session, study: StudyFacts, protocol: Protocol) -> str:
    """Return the statement of a list's commitment, as JSON, for the registry.

    Raises AllocationRefused (`no_list`).
    """
    sealed = _list_of(session, study.id)
    opened = select(Allocation.id).join(AllocationSlot, AllocationSlot.id == Allocation.slot_id)
    first = session.scalar(opened.where(AllocationSlot.list_id == sealed.id).limit(1))
    return verification.statement(
        neutral_key(study.key, protocol),
        _registry(protocol),
        sealed.commitment,
        sealed.sealed_at,
        first is not None,
    )


def reveal(
    session: Session, study: StudyFacts, protocol: Protocol, now: datetime, by: uuid.UUID
) -> str:
    """Return the file that reveals the list of a closed study, and record who asked for it.

    Raises NotAllowed for anybody but a custodian of the study, AllocationRefused (`no_list`, and
    `study_open` before it is closed).
    """
    role = select(RoleAssignment.role).where(
        RoleAssignment.study_id == study.id, RoleAssignment.lti_user_id == by
    )
    if session.scalar(role) is not Role.CUSTODIAN:
        raise NotAllowed
    if study.locked_at is None:
        raise AllocationRefused("study_open")
    sealed = _list_of(session, study.id)
    slots = select(AllocationSlot.arm).where(AllocationSlot.list_id == sealed.id)
    arms = session.scalars(slots.order_by(AllocationSlot.position))
    found = verification.RevealedList(bytes.fromhex(sealed.seed), sealed.parameters, tuple(arms))
    audit.record(session, "allocation_list.revealed", now, study_id=study.id, actor_id=by)
    return verification.revealed(neutral_key(study.key, protocol), _registry(protocol), found)


def _list_of(session: Session, study_id: uuid.UUID) -> AllocationList:
    sealed = session.scalar(select(AllocationList).where(AllocationList.study_id == study_id))
    if sealed is None:
        raise AllocationRefused("no_list")
    return sealed


def _registry(protocol: Protocol) -> str | None:
    return protocol.registry.id if protocol.registry else None

"""Which roles a person has had in a study, from when until when, and whether they were used."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lti.launch.sessions import LIFE
from lti.models import LtiUser
from modules.records.models import Assessment, Participant
from plugin.identity import accounts_of
from plugin.models import AuditEvent, RoleAssignment


@dataclass(frozen=True)
class Held:
    """A role one account had; `until` is None while it still has it."""

    user_id: uuid.UUID
    role: str
    since: datetime
    until: datetime | None


def of_person(session: Session, study_id: uuid.UUID, user_id: uuid.UUID) -> list[Held]:
    """Return every role of a person in a study, by all their accounts."""
    accounts = accounts_of([user_id])
    given = session.execute(
        select(LtiUser.id, AuditEvent.detail, AuditEvent.at)
        .join(AuditEvent, AuditEvent.subject_id == LtiUser.id)
        .where(
            AuditEvent.action == "role.assigned",
            AuditEvent.study_id == study_id,
            LtiUser.id.in_(accounts),
        )
        .order_by(AuditEvent.at)
    )
    now = session.execute(
        select(RoleAssignment.lti_user_id, RoleAssignment.role, RoleAssignment.assigned_at).where(
            RoleAssignment.study_id == study_id, RoleAssignment.lti_user_id.in_(accounts)
        )
    )
    changes: dict[uuid.UUID, list[tuple[datetime, str]]] = {}
    for whose, detail, at in given:
        changes.setdefault(whose, []).append((at, detail.get("role", "")))
    for whose, role, at in now:
        steps = changes.setdefault(whose, [])
        if (at, role.value) not in steps:
            steps.append((at, role.value))
    return [one for whose, steps in changes.items() for one in _periods(whose, steps)]


def _periods(user_id: uuid.UUID, steps: list[tuple[datetime, str]]) -> Iterator[Held]:
    ends = [at for at, _role in steps[1:]]
    for (since, role), until in zip(steps, [*ends, None], strict=True):
        yield Held(user_id, role, since, until)


def used(session: Session, study_id: uuid.UUID, held: Held) -> bool:
    """Say whether anything was done with a role: whoever never came in with it has seen nothing.

    A session opened within its life before the role was given counts: it was open with the role.
    """
    done = select(AuditEvent.id).where(
        AuditEvent.actor_id == held.user_id,
        or_(AuditEvent.study_id == study_id, AuditEvent.study_id.is_(None)),
        AuditEvent.at >= held.since - LIFE,
    )
    if held.until is not None:
        done = done.where(AuditEvent.at <= held.until)
    return session.scalar(done.limit(1)) is not None


def assessed_by(
    study_id: uuid.UUID, accounts: Collection[uuid.UUID] | Select[uuid.UUID]
) -> Select[uuid.UUID]:
    """Return the query for the assessments of a study that these accounts recorded."""
    return (
        select(Assessment.id)
        .join(Participant, Participant.id == Assessment.participant_id)
        .where(Participant.study_id == study_id, Assessment.recorded_by.in_(accounts))
    )

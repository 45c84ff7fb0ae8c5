"""Choosing what to go on with after the programme."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course import maintenance
from modules.course.maintenance import Maintenance
from modules.records.maintenance_models import MaintenancePlan
from modules.records.models import Participant
from modules.study import days


def current(session: Session, participant_id: uuid.UUID) -> Maintenance | None:
    """Return the newest choice."""
    row = _newest(session, participant_id)
    if row is None:
        return None
    return Maintenance(tuple(row.exercises), row.days_a_week, row.chosen_on)


def choose(
    session: Session,
    participant_id: uuid.UUID,
    exercises: Sequence[str],
    days_a_week: int | None,
    offered: Sequence[str],
    now: datetime,
) -> None:
    """Keep a choice; the same sent again changes nothing. Raises InvalidEntry naming the fields."""
    maintenance.check(exercises, days_a_week, offered)
    query = select(Participant).where(Participant.id == participant_id)
    participant = session.scalars(query.with_for_update(key_share=True)).one()
    chosen = [each for each in offered if each in set(exercises)]
    before = _newest(session, participant_id)
    if before and (before.exercises, before.days_a_week) == (chosen, days_a_week):
        return
    session.add(
        MaintenancePlan(
            participant_id=participant_id,
            revision=before.revision + 1 if before else 1,
            exercises=chosen,
            days_a_week=days_a_week,
            chosen_on=days.today_for(now, participant.zones),
            chosen_at=now,
        )
    )
    session.flush()


def _newest(session: Session, participant_id: uuid.UUID) -> MaintenancePlan | None:
    return session.scalar(
        select(MaintenancePlan)
        .where(MaintenancePlan.participant_id == participant_id)
        .order_by(MaintenancePlan.revision.desc())
        .limit(1)
    )

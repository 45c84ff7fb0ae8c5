"""Who takes part and what each has completed, at a glance: the same whatever the arms are.

For lists of blinded pages too: neither a name nor an arm, nor anything that only one arm has.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.records.models import Assessment, Participant
from modules.records.queries import ParticipantFacts
from modules.study.zones import Zones


class Completed(NamedTuple):
    """One completed questionnaire and the local day it was completed, in its newest revision."""

    visit: str
    instrument: str
    completed_on: date


def people(session: Session, study_id: uuid.UUID) -> list[ParticipantFacts]:
    """Return a study's participants by code, without their covariates."""
    query = select(
        Participant.id,
        Participant.study_id,
        Participant.code,
        Participant.status,
        Participant.enrolled_on,
        Participant.day_one,
        Participant.time_zone,
        Participant.time_zone_changes,
    ).where(Participant.study_id == study_id)
    return [
        ParticipantFacts(*row[:-2], Zones.read(row.time_zone, row.time_zone_changes))
        for row in session.execute(query.order_by(Participant.code))
    ]


def completed(session: Session, study_id: uuid.UUID) -> Mapping[uuid.UUID, list[Completed]]:
    """Return what everybody of a study has completed: one query, no answers."""
    found: dict[uuid.UUID, list[Completed]] = defaultdict(list)
    query = (
        select(
            Assessment.participant_id,
            Assessment.visit,
            Assessment.instrument,
            Assessment.completed_on,
        )
        .join(Participant, Participant.id == Assessment.participant_id)
        .where(
            Assessment.completed_at.is_not(None),
            Participant.study_id == study_id,
        )
        .order_by(Assessment.revision)
    )
    for key, visit, instrument, completed_on in session.execute(query):
        if completed_on is not None:
            found[key].append(Completed(visit, instrument, completed_on))
    return found

"""Allocation: sealing the list, and opening one slot for one participant who may enter.

`allocate` is one transaction: the list row is locked, unique constraints forbid a second
allocation and a slot used twice, and every precondition is checked on the server.
"""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import AllocationRefused, NotEligible
from modules.outcomes.instruments import INSTRUMENTS
from modules.records import queries
from modules.records.models import (
    Consent,
    Participant,
    ParticipantStatus,
    Screening,
)
from modules.records.queries import ParticipantFacts
from modules.services import course
from modules.study import days
from modules.study.protocol import Protocol
from plugin.trial import randomisation
from plugin.trial.models import Allocation, AllocationList, AllocationSlot

BEFORE_ALLOCATION = frozenset({"assessments"})
"""Whoever is not allocated yet has the baseline forms and nothing else."""


def seal_list(
    session: Session,
    study_id: uuid.UUID,
    protocol: Protocol,
    now: datetime,
    by: uuid.UUID | None = None,
    seed: bytes | None = None,
) -> str:
    """Make and seal the list of a study; return the commitment to publish.

    Raises AllocationRefused when the protocol has no randomisation or a list is there already.
    """
    plan = protocol.randomisation
    if plan is None:
        raise AllocationRefused("no_randomisation")
    if session.scalar(select(AllocationList).where(AllocationList.study_id == study_id)):
        raise AllocationRefused("already_sealed")
    drawn = seed or secrets.token_bytes(32)
    arms = randomisation.make_list(drawn, plan.ratio, plan.block_sizes, plan.list_length)
    parameters = randomisation.canonical_parameters(plan.ratio, plan.block_sizes, plan.list_length)
    sealed = AllocationList(
        study_id=study_id,
        seed=drawn.hex(),
        parameters=parameters,
        commitment=randomisation.commitment(drawn, parameters, arms),
        sealed_at=now,
        sealed_by=by,
    )
    session.add(sealed)
    session.flush()
    session.add_all(
        AllocationSlot(list_id=sealed.id, position=position, arm=arm)
        for position, arm in enumerate(arms)
    )
    session.flush()
    return sealed.commitment


def missing_steps(session: Session, participant_id: uuid.UUID, protocol: Protocol) -> list[str]:
    """Return the steps still to be done before allocation, in order: codes for the page."""
    required = protocol.randomisation.requires if protocol.randomisation else ()
    facts = queries.participant(session, participant_id)
    done = {
        "consent": _has_consent(session, participant_id),
        "eligibility": facts.covariates is not None,
        "baseline": _baseline_is_complete(session, facts, protocol),
    }
    return [step for step in required if not done[step]]


def allocate(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    now: datetime,
    by: uuid.UUID | None = None,
) -> str:
    """Open the next slot for this participant, set day 1 to today and return the arm's key.

    Raises AllocationRefused (a step is missing, already allocated, list used up) and NotEligible.
    """
    participant = course.get(session, participant_id)
    sealed = session.scalar(
        select(AllocationList)
        .where(AllocationList.study_id == participant.study_id)
        .with_for_update()
    )
    if sealed is None:
        raise AllocationRefused("no_list")
    if arm_of(session, participant_id) is not None:
        raise AllocationRefused("already_allocated")
    if participant.status is ParticipantStatus.WITHDRAWN:
        raise AllocationRefused("withdrawn")
    if missing := missing_steps(session, participant_id, protocol):
        raise AllocationRefused(missing[0])
    if unmet := unmet_criteria(session, participant_id, protocol):
        raise NotEligible(unmet)
    slot = _next_slot(session, sealed.id)
    session.add(
        Allocation(
            participant_id=participant_id,
            slot_id=slot.id,
            arm=slot.arm,
            allocated_at=now,
            allocated_by=by,
            checks={"consent": True, "eligibility": True, "baseline": True},
        )
    )
    course.begin(session, participant_id, days.today_for(now, participant.time_zone))
    return slot.arm


def _next_slot(session: Session, list_id: uuid.UUID) -> AllocationSlot:
    slot = session.scalar(
        select(AllocationSlot)
        .outerjoin(Allocation, Allocation.slot_id == AllocationSlot.id)
        .where(AllocationSlot.list_id == list_id, Allocation.id.is_(None))
        .order_by(AllocationSlot.position)
        .limit(1)
    )
    if slot is None:
        raise AllocationRefused("list_used_up")
    return slot


def unmet_criteria(
    session: Session, participant_id: uuid.UUID, protocol: Protocol
) -> tuple[str, ...]:
    """Return the eligibility criteria that are not met; empty when all are."""
    screening = session.scalar(select(Screening).where(Screening.participant_id == participant_id))
    if screening is None:
        return ()
    return course.unmet_criteria(
        protocol, screening.answers, screening.age_years, _baseline_vas(session, participant_id)
    )


def _has_consent(session: Session, participant_id: uuid.UUID) -> bool:
    query = select(Consent.id).where(Consent.participant_id == participant_id)
    return session.scalar(query) is not None


def _baseline_is_complete(session: Session, facts: ParticipantFacts, protocol: Protocol) -> bool:
    done = {
        (entry.visit, entry.instrument)
        for entry in queries.assessments(session, facts.study_id, facts.id)
    }
    return all(
        (visit.key, instrument) in done
        for visit in protocol.visits
        if visit.before_start
        for instrument in visit.instruments
    )


def _baseline_vas(session: Session, participant_id: uuid.UUID) -> int | None:
    facts = queries.participant(session, participant_id)
    for entry in queries.assessments(session, facts.study_id, participant_id):
        if entry.instrument == "vas_pain" and entry.visit == "baseline":
            score = INSTRUMENTS["vas_pain"].score(dict(entry.answers), {})["score_mm"]
            return None if score is None else int(str(score))
    return None


def arm_of(session: Session, participant_id: uuid.UUID) -> str | None:
    """Return the arm's key of a participant, None before allocation."""
    return session.scalar(select(Allocation.arm).where(Allocation.participant_id == participant_id))


def arms_of_study(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return participant -> arm's key for all allocated participants of a study."""
    from_study = select(Participant.id).where(Participant.study_id == study_id)
    rows = session.execute(
        select(Allocation.participant_id, Allocation.arm).where(
            Allocation.participant_id.in_(from_study)
        )
    )
    return {row.participant_id: row.arm for row in rows}


def components(protocol: Protocol, arm: str | None) -> frozenset[str]:
    """Return what an arm consists of; in care the only arm, in a trial before allocation forms."""
    if not protocol.is_trial:
        return frozenset(protocol.arms[0].components)
    return BEFORE_ALLOCATION if arm is None else frozenset(protocol.arm(arm).components)


def components_of(
    session: Session, participant_id: uuid.UUID, protocol: Protocol
) -> frozenset[str]:
    """Return what this participant's arm consists of."""
    return components(protocol, arm_of(session, participant_id) if protocol.is_trial else None)


def commitment_of(session: Session, study_id: uuid.UUID) -> str | None:
    """Return the published commitment of a study's list, None while there is no list."""
    return session.scalar(
        select(AllocationList.commitment).where(AllocationList.study_id == study_id)
    )

"""Allocation: sealing the list, and opening one slot for one participant who may enter.

`allocate` is one transaction: the list row is locked, unique constraints forbid a second
allocation and a slot used twice, and every precondition is checked on the server.
"""

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from modules.errors import AllocationRefused, NotEligible
from modules.records import queries
from modules.records.models import (
    Consent,
    Participant,
    ParticipantStatus,
    Screening,
)
from modules.records.pages import among
from modules.records.queries import AssessmentFacts
from modules.services import care, course
from modules.study import days
from modules.study.protocol import Protocol
from plugin.trial import randomisation, readiness
from plugin.trial.models import Allocation, AllocationList, AllocationSlot
from plugin.trial.readiness import Check

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
    sizes = randomisation.draw_block_sizes(drawn, plan.ratio)
    arms = randomisation.make_list(drawn, plan.ratio, sizes, plan.list_length)
    parameters = randomisation.canonical_parameters(plan.ratio, sizes, plan.list_length)
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


@dataclass(frozen=True, slots=True)
class Papers:
    """The consents and screening forms on record, by participant."""

    consents: Mapping[uuid.UUID, readiness.Consent]
    screenings: Mapping[uuid.UUID, readiness.Screening]

    def checks(
        self, protocol: Protocol, participant_id: uuid.UUID, forms: Iterable[AssessmentFacts]
    ) -> tuple[Check, ...]:
        """Return the checks of one participant; `forms` are their completed assessments."""
        facts = readiness.Facts(
            self.consents.get(participant_id),
            self.screenings.get(participant_id),
            tuple(
                readiness.BaselineForm(f.visit, f.instrument, f.revision, f.answers) for f in forms
            ),
        )
        return readiness.checks(protocol, facts)


def papers(
    session: Session, study_id: uuid.UUID, participant_id: uuid.UUID | None = None
) -> Papers:
    """Read what is on record before allocation, of one or of all in screening: two queries."""
    own = select(Participant.id).where(Participant.study_id == study_id)
    if participant_id is None:
        own = own.where(Participant.status == ParticipantStatus.SCREENING)
    else:
        own = own.where(Participant.id == participant_id)
    consents = session.scalars(select(Consent).where(Consent.participant_id.in_(own)))
    counting = Screening.participant_id.in_(own), Screening.superseded_at.is_(None)
    forms = session.scalars(select(Screening).where(*counting))
    return Papers(
        {c.participant_id: readiness.Consent(c.version, c.signed_on) for c in consents},
        {f.participant_id: readiness.Screening(f.answers, f.age_years) for f in forms},
    )


def checks_of(session: Session, participant_id: uuid.UUID, protocol: Protocol) -> tuple[Check, ...]:
    """Return the checks of one participant as the record stands now. Raises NotFound."""
    study_id = course.get(session, participant_id).study_id
    forms = queries.assessments(session, study_id, [participant_id])
    return papers(session, study_id, participant_id).checks(protocol, participant_id, forms)


def allocate(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    now: datetime,
    by: uuid.UUID,
    clinician: uuid.UUID,
) -> str:
    """Open the next slot for this participant, set day 1 to today and return the arm's key.

    `clinician`: who of the staff looks after them from now on, chosen before the arm is known.
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
    checks = checks_of(session, participant_id, protocol)
    if missing := readiness.missing(checks):
        raise AllocationRefused(missing[0])
    if unmet := readiness.unmet(checks):
        raise NotEligible(unmet)
    slot = _next_slot(session, sealed.id)
    session.add(
        Allocation(
            participant_id=participant_id,
            slot_id=slot.id,
            arm=slot.arm,
            allocated_at=now,
            allocated_by=by,
            checks={check.step: check.record() for check in checks},
        )
    )
    care.name_reviewer(session, participant_id, clinician, by, now)
    course.begin(session, participant_id, days.today_for(now, participant.zones))
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


def arm_of(session: Session, participant_id: uuid.UUID) -> str | None:
    """Return the arm's key of a participant, None before allocation."""
    return session.scalar(select(Allocation.arm).where(Allocation.participant_id == participant_id))


def who_is_allocated(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, bool]:
    """Return of everybody of a study whether they are allocated, and nothing of where to."""
    is_allocated = Allocation.id.is_not(None)
    rows = session.execute(
        select(Participant.id, is_allocated)
        .outerjoin(Allocation, Allocation.participant_id == Participant.id)
        .where(Participant.study_id == study_id)
    )
    return dict(rows.all())


def arms_of_study(session: Session, study_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return participant -> arm's key for all allocated participants of a study."""
    from_study = select(Participant.id).where(Participant.study_id == study_id)
    return _arms(session, Allocation.participant_id.in_(from_study))


def components_of_page(
    session: Session, people: Collection[uuid.UUID], protocol: Protocol
) -> dict[uuid.UUID, frozenset[str]]:
    """Return participant -> what their arm consists of, for a page of people."""
    arms = _arms(session, among(Allocation.participant_id, people)) if protocol.is_trial else {}
    return {each: components(protocol, arms.get(each)) for each in people}


def _arms(session: Session, whose: ColumnElement[bool]) -> dict[uuid.UUID, str]:
    rows = session.execute(select(Allocation.participant_id, Allocation.arm).where(whose))
    return dict(rows.all())


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

"""What stands between an enrolled person and allocation, for a whole study in two queries.

The same steps are checked again, one participant at a time, by `plugin.trial.allocation`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.records.models import Consent, Participant, Screening
from modules.records.queries import CourseRecord
from modules.services import course
from modules.study.protocol import Protocol
from plugin.tool import Tool

CONSENT, ELIGIBILITY, BASELINE = "consent", "eligibility", "baseline"


@dataclass(frozen=True, slots=True)
class Papers:
    """What is on record before allocation: the consents and the screening forms of a study."""

    consented: frozenset[uuid.UUID]
    screened: dict[uuid.UUID, Screening]


def papers(session: Session, study_id: uuid.UUID) -> Papers:
    """Read the consents and screening forms of a study."""
    own = select(Participant.id).where(Participant.study_id == study_id)
    consents = session.scalars(
        select(Consent.participant_id).where(Consent.participant_id.in_(own))
    )
    forms = session.scalars(select(Screening).where(Screening.participant_id.in_(own)))
    return Papers(frozenset(consents), {form.participant_id: form for form in forms})


def missing(protocol: Protocol, record: CourseRecord, held: Papers) -> Sequence[str]:
    """Return the steps still to be done before allocation, in order."""
    required = protocol.randomisation.requires if protocol.randomisation else ()
    participant_id = record.participant.id
    done = {
        CONSENT: participant_id in held.consented,
        ELIGIBILITY: participant_id in held.screened,
        BASELINE: _baseline_done(protocol, record),
    }
    return [step for step in required if not done[step]]


def is_eligible(tool: Tool, protocol: Protocol, record: CourseRecord, held: Papers) -> bool:
    """Return whether every criterion is met by the screening form and the pain at baseline."""
    form = held.screened.get(record.participant.id)
    if form is None:
        return False
    pain = _baseline_pain(tool, protocol, record)
    return not course.unmet_criteria(protocol, form.answers, form.age_years, pain)


def _baseline_done(protocol: Protocol, record: CourseRecord) -> bool:
    done = {(entry.visit, entry.instrument) for entry in record.assessments}
    return all(
        (visit.key, instrument) in done
        for visit in protocol.visits
        if visit.before_start
        for instrument in visit.instruments
    )


def _baseline_pain(tool: Tool, protocol: Protocol, record: CourseRecord) -> int | None:
    before = {visit.key for visit in protocol.visits if visit.before_start}
    for entry in record.assessments:
        if entry.instrument == "vas_pain" and entry.visit in before:
            score = tool.instruments["vas_pain"].score(entry.answers, {}).get("score_mm")
            return int(str(score)) if score is not None else None
    return None

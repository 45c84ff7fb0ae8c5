"""The screening log of a trial: everybody considered and not enrolled, counted by reason."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from modules.errors import InvalidEntry, NotFound
from modules.records.models import Study
from modules.records.screening_log_models import Exclusion, ScreeningLogEntry


@dataclass(frozen=True, slots=True)
class Counts:
    """How many count in the log: by reason, and how often each criterion was not met."""

    reasons: dict[Exclusion, int]
    criteria: dict[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.reasons.values())


def add(
    session: Session,
    study_id: uuid.UUID,
    considered_on: date,
    exclusion: Exclusion,
    criteria: Collection[str],
    known: Collection[str],
    by: uuid.UUID,
    today: date,
    now: datetime,
) -> int:
    """Add somebody and return their number.

    `known`: keys of the protocol's criteria. Raises InvalidEntry: a day to come, somebody not
    eligible without a criterion, or a criterion where eligibility was not the reason.
    """
    faults = {}
    if considered_on > today:
        faults["considered_on"] = "out_of_range"
    if (exclusion is Exclusion.NOT_ELIGIBLE) != bool(criteria):
        faults["criteria"] = "required" if not criteria else "not_asked"
    if not set(criteria) <= set(known):
        faults["criteria"] = "unknown"
    if faults:
        raise InvalidEntry(faults)
    # Two at once take two numbers: the study's row is held until the end of this short transaction.
    session.execute(select(Study.id).where(Study.id == study_id).with_for_update())
    newest = select(func.max(ScreeningLogEntry.number))
    number = (session.scalar(newest.where(ScreeningLogEntry.study_id == study_id)) or 0) + 1
    session.add(
        ScreeningLogEntry(
            study_id=study_id,
            number=number,
            considered_on=considered_on,
            exclusion=exclusion,
            criteria=sorted(criteria),
            recorded_by=by,
            recorded_at=now,
        )
    )
    session.flush()
    return number


def take_back(session: Session, study_id: uuid.UUID, number: int, now: datetime) -> None:
    """Let an entry no longer count; a second time changes nothing. Raises NotFound."""
    query = select(ScreeningLogEntry).where(
        ScreeningLogEntry.study_id == study_id, ScreeningLogEntry.number == number
    )
    entry = session.scalar(query)
    if entry is None:
        raise NotFound
    entry.taken_back_at = entry.taken_back_at or now
    session.flush()


def entries(session: Session, study_id: uuid.UUID) -> list[ScreeningLogEntry]:
    """Return the log of a study, the newest first."""
    query = select(ScreeningLogEntry).where(ScreeningLogEntry.study_id == study_id)
    return list(session.scalars(query.order_by(ScreeningLogEntry.number.desc())))


def counts(log: Iterable[ScreeningLogEntry]) -> Counts:
    """Return how many of a log count, in the order of the reasons."""
    counting = [each for each in log if each.taken_back_at is None]
    reasons = Counter(each.exclusion for each in counting)
    criteria = Counter(key for each in counting for key in each.criteria)
    return Counts({each: reasons[each] for each in Exclusion}, dict(criteria))

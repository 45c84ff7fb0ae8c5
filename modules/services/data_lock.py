"""The data lock of a trial: two people, and a digest of the outcomes that both of them saw."""

import hashlib
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, DataChanged, NeedsSecondPerson, NotFound
from modules.records.data_lock_models import LockRequest
from modules.records.models import Assessment, Participant, Study
from modules.services import lock

PAGE = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All outcomes at one moment: their SHA-256 in hexadecimal, and how many revisions they are."""

    digest: str
    revisions: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for the lock, when, and the outcomes then."""

    by: uuid.UUID
    at: datetime
    outcomes: Snapshot


def snapshot(session: Session, study_id: uuid.UUID) -> Snapshot:
    """Return the outcomes of a study as a digest; nothing is held meanwhile.

    One line of JSON (RFC 8259, keys in order) for each completed revision of each questionnaire, by
    the participants' codes: whoever has the data can make it again.
    """
    found, count = hashlib.sha256(), 0
    query = (
        _completed(study_id, Participant.code, Assessment)
        .order_by(Participant.code, Assessment.visit, Assessment.instrument, Assessment.revision)
        .execution_options(yield_per=PAGE)
    )
    for code, row in session.execute(query):
        count += 1
        said = {
            "participant": code,
            "visit": row.visit,
            "instrument": row.instrument,
            "version": row.instrument_version,
            "revision": row.revision,
            "answers": row.answers,
            "reasons": row.reasons,
            "completed_on": row.completed_on and row.completed_on.isoformat(),
        }
        line = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        found.update(line.encode("ascii") + b"\n")
    return Snapshot(found.hexdigest(), count)


def _completed(study_id: uuid.UUID, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Assessment)
        .join(Participant, Participant.id == Assessment.participant_id)
        .where(Participant.study_id == study_id, Assessment.completed_at.is_not(None))
    )


def asked(session: Session, study_id: uuid.UUID) -> Asked | None:
    """Return the newest request; None where nobody has asked."""
    newest = select(LockRequest).where(LockRequest.study_id == study_id)
    row = session.scalar(newest.order_by(LockRequest.asked_at.desc()).limit(1))
    return Asked(row.asked_by, row.asked_at, Snapshot(row.digest, row.revisions)) if row else None


def ask(
    session: Session, study_id: uuid.UUID, outcomes: Snapshot, by: uuid.UUID, now: datetime
) -> None:
    """Ask for the lock with the outcomes of a moment ago. Raises DataChanged, AlreadyRecorded."""
    _hold(session, study_id, outcomes)
    session.add(
        LockRequest(
            study_id=study_id,
            asked_by=by,
            asked_at=now,
            digest=outcomes.digest,
            revisions=outcomes.revisions,
        )
    )
    session.flush()


def confirm(
    session: Session,
    study_id: uuid.UUID,
    outcomes: Snapshot,
    accounts: Collection[uuid.UUID],
    now: datetime,
) -> None:
    """Close a study for good, with the outcomes of a moment ago.

    `accounts`: all of the person who confirms, by however many registrations they come in. Raises
    NotFound (nobody asked), NeedsSecondPerson, DataChanged (since somebody asked), AlreadyRecorded.
    """
    found = asked(session, study_id)
    if found is None:
        raise NotFound
    if found.by in accounts:
        raise NeedsSecondPerson
    if outcomes != found.outcomes:
        raise DataChanged
    lock.lock(session, _hold(session, study_id, outcomes), now)


def _hold(session: Session, study_id: uuid.UUID, outcomes: Snapshot) -> str:
    """Keep every writer out until the end, and return the study's key: counting is enough, since
    revisions are added and never changed. Raises DataChanged, AlreadyRecorded."""
    study = session.scalars(select(Study).where(Study.id == study_id).with_for_update()).one()
    if study.locked_at is not None:
        raise AlreadyRecorded
    if session.scalar(_completed(study_id, func.count())) != outcomes.revisions:
        raise DataChanged
    return study.key

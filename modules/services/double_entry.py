"""Double entry: a second person types the same paper again; where they differ, one settles it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound, SamePerson
from modules.outcomes.comparison import Difference, Filled, differences
from modules.outcomes.questionnaire import Instrument
from modules.records.models import Assessment, Participant, Source
from modules.records.second_entry_models import SecondEntry
from modules.services import answer_alerts, assessments
from modules.services.assessments import AssessmentKey, Finished, Revision


@dataclass(frozen=True, slots=True)
class Check:
    """A second entry against the revision it checked. `settled_at` is None while it is open.

    Codes are compared, free text is not: two people never write it alike, and nothing scores it.
    """

    participant_id: uuid.UUID
    visit: str
    instrument: str
    first_by: uuid.UUID | None
    second_by: uuid.UUID
    second: Filled
    differing: tuple[Difference, ...]
    settled_by: uuid.UUID | None
    settled_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the entries differ and nobody has said what the paper says."""
        return bool(self.differing) and self.settled_at is None


def enter_again(
    session: Session,
    key: AssessmentKey,
    instrument: Instrument,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    now: datetime,
    accounts: Collection[uuid.UUID],
) -> Check:
    """Keep the second entry of a form from paper and compare it with the first one.

    `accounts`: all of the person who enters it, by however many registrations they come in.
    Raises NotFound (no entry from paper yet), AlreadyRecorded (checked before), SamePerson,
    StudyLocked.
    """
    revisions = assessments.history(session, key.participant_id, key.visit, key.instrument)
    if not revisions or revisions[0].source is not Source.PAPER:
        raise NotFound
    if session.scalar(_of_form(revisions).with_for_update()):
        raise AlreadyRecorded
    if key.recorded_by is None or any(each.by in accounts for each in revisions):
        raise SamePerson
    entry = SecondEntry(
        assessment_id=revisions[-1].id,
        answers=dict(answers),
        reasons=dict(reasons),
        entered_by=key.recorded_by,
        entered_at=now,
    )
    session.add(entry)
    session.flush()
    row = _row(session, entry)
    # What must be seen today does not wait until somebody has settled who read it right.
    answer_alerts.raise_alerts(session, row, instrument, now, answers)
    return _check(entry, row, instrument)


def settle(
    session: Session,
    key: AssessmentKey,
    instrument: Instrument,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    now: datetime,
) -> Finished | None:
    """Settle an open check with what the paper says; a new revision where the first was wrong.

    The answers may come from either entry for the questions that differ; the others stay. Raises
    NotFound when nothing is open, StudyLocked, and InvalidEntry when an undisputed answer differs.
    """
    revisions = assessments.history(session, key.participant_id, key.visit, key.instrument)
    entry = session.scalar(_of_form(revisions).with_for_update())
    if entry is None or entry.settled_at is not None:
        raise NotFound
    check = _check(entry, _row(session, entry), instrument)
    disputed = {each.item.key for each in check.differing}
    changed = differences(instrument, revisions[-1].filled, Filled(answers, reasons))
    if strangers := {each.item.key for each in changed} - disputed:
        raise InvalidEntry(dict.fromkeys(strangers, "not_disputed"))
    entry.settled_by, entry.settled_at = key.recorded_by, now
    session.flush()
    if not changed:
        return None
    return assessments.correct(session, key, instrument, answers, reasons, "second_entry", now)


def check_of(
    session: Session, participant_id: uuid.UUID, visit: str, instrument: Instrument
) -> Check | None:
    """Return the second entry of one form with its differences; None when there is none."""
    revisions = assessments.history(session, participant_id, visit, instrument.key)
    entry = session.scalar(_of_form(revisions))
    return None if entry is None else _check(entry, _row(session, entry), instrument)


def checks_of_study(
    session: Session, study_id: uuid.UUID, instruments: Mapping[str, Instrument]
) -> list[Check]:
    """Return all second entries of a study, ordered by the participants' random codes."""
    rows = session.execute(
        select(SecondEntry, Assessment)
        .join(Assessment, Assessment.id == SecondEntry.assessment_id)
        .join(Participant, Participant.id == Assessment.participant_id)
        .where(Participant.study_id == study_id)
        .order_by(Participant.code, Assessment.visit, Assessment.instrument)
    )
    return [_check(entry, row, instruments[row.instrument]) for entry, row in rows]


def _of_form(revisions: list[Revision]) -> Select[SecondEntry]:
    keys = [each.id for each in revisions]
    return select(SecondEntry).where(SecondEntry.assessment_id.in_(keys))


def _row(session: Session, entry: SecondEntry) -> Assessment:
    return session.get_one(Assessment, entry.assessment_id)


def _check(entry: SecondEntry, row: Assessment, instrument: Instrument) -> Check:
    second = Filled(entry.answers, entry.reasons)
    return Check(
        participant_id=row.participant_id,
        visit=row.visit,
        instrument=row.instrument,
        first_by=row.recorded_by,
        second_by=entry.entered_by,
        second=second,
        differing=differences(instrument.blinded(), Filled(row.answers, row.reasons), second),
        settled_by=entry.settled_by,
        settled_at=entry.settled_at,
    )

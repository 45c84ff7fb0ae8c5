"""Filling an instrument at a visit: leave and resume, then complete once and for all."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from modules import days
from modules.errors import AlreadyRecorded
from modules.models import Assessment, Respondent
from modules.services import course


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which form is being filled: visit, instrument, its version, language and wording."""

    participant_id: uuid.UUID
    visit: str
    instrument: str
    instrument_version: str
    language: str
    wording: str
    respondent: Respondent


def save_draft(
    session: Session,
    sheet: Sheet,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what has been answered so far, so that the form can be left and resumed.

    Raises AlreadyRecorded when the form has been completed.
    """
    row = _open_row(session, sheet, now)
    row.answers = {**row.answers, **answers}
    row.reasons = {k: v for k, v in {**row.reasons, **reasons}.items() if k not in answers}
    row.answers = {k: v for k, v in row.answers.items() if k not in reasons}
    session.flush()


def complete(
    session: Session,
    sheet: Sheet,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    input_mode: str | None,
    now: datetime,
) -> uuid.UUID:
    """Complete the form with these answers; from now on it does not change.

    Raises AlreadyRecorded when it has been completed before.
    """
    row = _open_row(session, sheet, now)
    participant = course.get(session, sheet.participant_id)
    row.answers = dict(answers)
    row.reasons = dict(reasons)
    row.input_mode = input_mode
    row.completed_at = now
    row.completed_on = days.today_for(now, participant.time_zone)
    session.flush()
    return row.id


def correct(
    session: Session,
    sheet: Sheet,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    reason_code: str,
    now: datetime,
) -> uuid.UUID:
    """Add a corrected revision beside the completed form; the day of completion stays."""
    newest = session.scalar(
        _rows(sheet)
        .where(Assessment.completed_at.is_not(None))
        .order_by(Assessment.revision.desc())
    )
    if newest is None:
        return complete(session, sheet, answers, reasons, None, now)
    row = _new_row(sheet, newest.revision + 1, now)
    row.answers, row.reasons = dict(answers), dict(reasons)
    row.completed_at, row.completed_on = now, newest.completed_on
    row.correction_reason = reason_code
    session.add(row)
    session.flush()
    return row.id


def _open_row(session: Session, sheet: Sheet, now: datetime) -> Assessment:
    row = session.scalar(_rows(sheet).order_by(Assessment.revision.desc()).with_for_update())
    if row is not None and row.completed_at is not None:
        raise AlreadyRecorded
    if row is None:
        row = _new_row(sheet, 1, now)
        session.add(row)
    # The device that finishes the form decides the language and wording that were seen.
    row.instrument_version, row.language = sheet.instrument_version, sheet.language
    row.wording, row.respondent = sheet.wording, sheet.respondent
    return row


def _rows(sheet: Sheet) -> Select[Assessment]:
    return select(Assessment).where(
        Assessment.participant_id == sheet.participant_id,
        Assessment.visit == sheet.visit,
        Assessment.instrument == sheet.instrument,
    )


def _new_row(sheet: Sheet, revision: int, now: datetime) -> Assessment:
    return Assessment(
        participant_id=sheet.participant_id,
        visit=sheet.visit,
        instrument=sheet.instrument,
        instrument_version=sheet.instrument_version,
        language=sheet.language,
        wording=sheet.wording,
        revision=revision,
        answers={},
        reasons={},
        respondent=sheet.respondent,
        started_at=now,
    )

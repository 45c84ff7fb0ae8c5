"""Filling an instrument at a visit: leave and resume, complete once, correct only beside it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.outcomes.comparison import Filled, differences
from modules.outcomes.questionnaire import Instrument
from modules.records.models import (
    Assessment,
    Participant,
    Respondent,
    Source,
)
from modules.safety.triggers import Trigger
from modules.services import answer_alerts, course
from modules.study import days
from modules.text import LabelledEnum


class CorrectionReason(LabelledEnum):
    """Why a completed form is corrected, as a code: words could tell the arm."""

    TYPING_ERROR = "typing_error", "Se capturó mal.", "It was typed wrongly."
    PARTICIPANT_SAYS_SO = (
        "participant_says_so",
        "La persona dice que debe ser distinto.",
        "The participant says it should be otherwise.",
    )
    UNREADABLE_PAPER = (
        "unreadable_paper",
        "El papel era difícil de leer.",
        "The paper was hard to read.",
    )
    SECOND_ENTRY = (
        "second_entry",
        "La segunda captura era la correcta.",
        "The second entry was right.",
    )
    QUERY = (
        "query",
        "Se respondió una pregunta de la oficina del estudio.",
        "A question of the study office was answered.",
    )


WIDEST_PX = 20_000
"""CSS pixels no page is wider than."""


@dataclass(frozen=True, slots=True)
class AssessmentKey:
    """Which form is being filled: visit, instrument, its version, language and wording."""

    participant_id: uuid.UUID
    visit: str
    instrument: str
    instrument_version: str
    language: str
    wording: str
    respondent: Respondent
    source: Source = Source.DIGITAL
    recorded_by: uuid.UUID | None = None
    """Who of the team enters the answers; None when the participant does."""


@dataclass(frozen=True, slots=True)
class Means:
    """By what means the answers were given: a slider's input mode, the page's width in CSS px."""

    input_mode: str | None = None
    device_width_px: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A form that was completed or corrected, and the triggers it fired."""

    assessment_id: uuid.UUID
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One completed revision of a form. `by` is None where the participant answered."""

    id: uuid.UUID
    number: int
    filled: Filled
    at: datetime
    completed_on: date
    by: uuid.UUID | None
    source: Source
    respondent: Respondent
    reason: str | None


def save_draft(
    session: Session,
    key: AssessmentKey,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    now: datetime,
    means: Means | None = None,
    instrument: Instrument | None = None,
    *,
    asked: Collection[str] = (),
) -> tuple[Trigger, ...]:
    """Keep what has been answered so far, so that the form can be left and resumed.

    `asked`: the questions that were put together, where an empty one takes its earlier answer back;
    what is kept of others stays. With
    the `instrument`, an answer that must be seen raises its alert at once, whether or not the form
    is ever completed; return the triggers. Raises AlreadyRecorded when the form has been
    completed, StudyLocked.
    """
    row = _open_row(session, key, now)
    _note(row, means)
    kept = Filled(answers, reasons).over(Filled(row.answers, row.reasons), asked)
    row.reasons = {k: v for k, v in kept.reasons.items() if k not in answers}
    row.answers = {k: v for k, v in kept.answers.items() if k not in reasons}
    _flush(session)
    return answer_alerts.raise_alerts_of_draft(session, row, instrument, now) if instrument else ()


def finish(
    session: Session,
    key: AssessmentKey,
    instrument: Instrument,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    now: datetime,
    means: Means | None = None,
    answered_on: date | None = None,
    asked: Collection[str] | None = None,
) -> Finished:
    """Complete the form and raise the alerts of its answers, both or neither.

    `answered_on`: the day written on a form of paper, today unless given. `asked`: the questions
    that were put, all of them unless given; what is kept of others stays. Raises AlreadyRecorded,
    StudyLocked, and InvalidEntry for a day in the future or before enrolment.
    """
    row = _completed(session, key, Filled(answers, reasons), now, means, answered_on, asked)
    return Finished(row.id, answer_alerts.raise_alerts(session, row, instrument, now))


def complete(
    session: Session,
    key: AssessmentKey,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    input_mode: str | None,
    now: datetime,
) -> uuid.UUID:
    """Complete the form without looking at what it says (`finish` does): for made-up histories.

    Raises AlreadyRecorded when it has been completed before, StudyLocked.
    """
    return _completed(session, key, Filled(answers, reasons), now, Means(input_mode)).id


def _completed(
    session: Session,
    key: AssessmentKey,
    filled: Filled,
    now: datetime,
    means: Means | None,
    answered_on: date | None = None,
    asked: Collection[str] | None = None,
) -> Assessment:
    row = _open_row(session, key, now)
    participant = course.get(session, key.participant_id)
    row.completed_on = _day(participant, answered_on, now)
    whole = filled.over(Filled(row.answers, row.reasons), asked)
    row.answers, row.reasons = dict(whole.answers), dict(whole.reasons)
    row.completed_at = now
    _note(row, means)
    _flush(session)
    return row


def _day(participant: Participant, answered_on: date | None, now: datetime) -> date:
    today = days.today_for(now, participant.zones)
    if answered_on is None:
        return today
    if answered_on > today:
        raise InvalidEntry({"answered_on": "in_future"})
    if answered_on < participant.enrolled_on:
        raise InvalidEntry({"answered_on": "before_enrolment"})
    return answered_on


def _flush(session: Session) -> None:
    """Write; the same revision written by somebody else at this instant is AlreadyRecorded."""
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyRecorded from error


def _note(row: Assessment, means: Means | None) -> None:
    """Keep by what means was answered; a later screen without a slider does not undo it."""
    if means is None:
        return
    row.input_mode = means.input_mode or row.input_mode
    if means.device_width_px is not None and 0 < means.device_width_px <= WIDEST_PX:
        row.device_width_px = means.device_width_px


def correct(
    session: Session,
    key: AssessmentKey,
    instrument: Instrument,
    answers: Mapping[str, object],
    reasons: Mapping[str, str],
    reason_code: str,
    now: datetime,
    asked: Collection[str] | None = None,
) -> Finished:
    """Add a corrected revision beside the completed form, by `key.recorded_by`.

    What was asked, in which words and on which day stays as it was; so do the answers to questions
    that are not among those `asked` (all of them unless given). Raises NotFound when nothing
    has been completed, StudyLocked, and InvalidEntry for an unknown reason code or for answers
    that change nothing.
    """
    newest = session.scalar(
        _rows(key)
        .where(Assessment.completed_at.is_not(None))
        .order_by(Assessment.revision.desc())
        .with_for_update()
    )
    if newest is None:
        raise NotFound
    if reason_code not in set(CorrectionReason):
        raise InvalidEntry({"reason": "required"})
    before = Filled(newest.answers, newest.reasons)
    after = Filled(answers, reasons).over(before, asked)
    if not differences(instrument, before, after):
        raise InvalidEntry({"answers": "unchanged"})
    row = _revised(newest, key.recorded_by, now)
    row.answers, row.reasons = dict(after.answers), dict(after.reasons)
    row.correction_reason = reason_code
    session.add(row)
    _flush(session)
    return Finished(row.id, answer_alerts.raise_alerts(session, row, instrument, now))


def history(
    session: Session, participant_id: uuid.UUID, visit: str, instrument: str
) -> list[Revision]:
    """Return the completed revisions of one form, the first one first; empty before that."""
    rows = session.scalars(
        select(Assessment)
        .where(
            Assessment.participant_id == participant_id,
            Assessment.visit == visit,
            Assessment.instrument == instrument,
            Assessment.completed_at.is_not(None),
        )
        .order_by(Assessment.revision)
    )
    return [_revision(row) for row in rows]


def rows_of(
    session: Session, participant_id: uuid.UUID, visit: str, instrument: str
) -> list[uuid.UUID]:
    """Return the keys of all revisions of one form, one being filled included."""
    query = select(Assessment.id).where(
        Assessment.participant_id == participant_id,
        Assessment.visit == visit,
        Assessment.instrument == instrument,
    )
    return list(session.scalars(query))


def _revision(row: Assessment) -> Revision:
    assert row.completed_at is not None  # noqa: S101 - the query asks for completed rows only
    assert row.completed_on is not None  # noqa: S101
    return Revision(
        row.id,
        row.revision,
        Filled(row.answers, row.reasons),
        row.completed_at,
        row.completed_on,
        row.recorded_by,
        row.source,
        row.respondent,
        row.correction_reason,
    )


def _open_row(session: Session, key: AssessmentKey, now: datetime) -> Assessment:
    row = session.scalar(_rows(key).order_by(Assessment.revision.desc()).with_for_update())
    if row is not None and row.completed_at is not None:
        raise AlreadyRecorded
    if row is None:
        row = _new_row(key, 1, now)
        session.add(row)
        _flush(session)  # here, where somebody else's first screen is noticed
    # The device that finishes the form decides the language and wording that were seen.
    row.instrument_version, row.language = key.instrument_version, key.language
    row.wording, row.respondent = key.wording, key.respondent
    row.source, row.recorded_by = key.source, key.recorded_by
    return row


def _rows(key: AssessmentKey) -> Select[Assessment]:
    return select(Assessment).where(
        Assessment.participant_id == key.participant_id,
        Assessment.visit == key.visit,
        Assessment.instrument == key.instrument,
    )


def _new_row(key: AssessmentKey, revision: int, now: datetime) -> Assessment:
    return Assessment(
        participant_id=key.participant_id,
        visit=key.visit,
        instrument=key.instrument,
        instrument_version=key.instrument_version,
        language=key.language,
        wording=key.wording,
        revision=revision,
        answers={},
        reasons={},
        respondent=key.respondent,
        source=key.source,
        recorded_by=key.recorded_by,
        started_at=now,
    )


def _revised(newest: Assessment, by: uuid.UUID | None, now: datetime) -> Assessment:
    """Return the next revision: the same form in everything but its answers."""
    return Assessment(
        participant_id=newest.participant_id,
        visit=newest.visit,
        instrument=newest.instrument,
        instrument_version=newest.instrument_version,
        language=newest.language,
        wording=newest.wording,
        revision=newest.revision + 1,
        respondent=newest.respondent,
        source=newest.source,
        recorded_by=by,
        input_mode=newest.input_mode,
        device_width_px=newest.device_width_px,
        started_at=now,
        completed_at=now,
        completed_on=newest.completed_on,
    )

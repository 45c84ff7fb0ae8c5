"""Writing the exercise diary: once per form, edits keep the old value."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules import days
from modules.diary import DiaryForm, check, require_open
from modules.models import DiaryEntry, Source
from modules.protocol import Protocol
from modules.services import course


def write(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    form: DiaryForm,
    client_key: uuid.UUID,
    known_exercises: Collection[str],
    now: datetime,
) -> uuid.UUID:
    """Write the entry of a day and return its key; an earlier entry of the day is superseded.

    The same `client_key` sent again changes nothing. Raises InvalidEntry naming the fields and
    TooLate when the day may not be filled any more.
    """
    sent_before = session.scalar(
        select(DiaryEntry).where(
            DiaryEntry.participant_id == participant_id, DiaryEntry.client_key == client_key
        )
    )
    if sent_before is not None:
        return sent_before.id
    participant = course.get(session, participant_id)
    today = days.today_for(now, participant.time_zone)
    require_open(protocol.diary, form.day, participant.day_one, protocol.duration_weeks, today)
    check(form, known_exercises)
    _supersede(session, participant_id, form, now)
    entry = DiaryEntry(
        participant_id=participant_id,
        day=form.day,
        client_key=client_key,
        exercises=list(form.exercises),
        minutes=form.minutes,
        effort=form.effort,
        pain_before_mm=form.pain_before_mm,
        pain_after_mm=form.pain_after_mm,
        note=form.note.strip() or None,
        source=Source.DIGITAL,
        recorded_at=now,
    )
    session.add(entry)
    session.flush()
    return entry.id


def _supersede(session: Session, participant_id: uuid.UUID, form: DiaryForm, now: datetime) -> None:
    current = session.scalar(
        select(DiaryEntry)
        .where(
            DiaryEntry.participant_id == participant_id,
            DiaryEntry.day == form.day,
            DiaryEntry.superseded_at.is_(None),
        )
        .with_for_update()
    )
    if current is not None:
        current.superseded_at = now
        session.flush()

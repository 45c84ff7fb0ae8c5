"""Writing the exercise diary: once per form, edits keep the old value, signs raise alerts."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from modules.diary import amounts
from modules.diary.entry import (
    DiaryForm,
    check,
    most_minutes,
    require_open,
    require_past,
)
from modules.diary.slots import Slot
from modules.errors import AlreadyRecorded, NotFound
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.main_score import main_score
from modules.records.alert_models import Alert
from modules.records.models import (
    Assessment,
    DiaryEntry,
    Participant,
    Source,
)
from modules.safety import rules as safety_rules
from modules.safety.triggers import Trigger
from modules.services import alerts
from modules.study import days, schedule
from modules.study.protocol import Protocol

PAIN = "vas_pain"
"""Instrument whose score before day 1 is the pain that later entries are measured against."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from: the course itself, a device that kept it, or a paper diary."""

    source: Source = Source.DIGITAL
    recorded_by: uuid.UUID | None = None
    """Staff member who transcribed it."""
    written_at: datetime | None = None
    """When an entry that a device kept counts as written (`slots.when_written`)."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an entry that was sent.

    `triggers`: what somebody has to see to; `counts`: whether it is the one in its place, or one
    written later is.
    """

    id: uuid.UUID
    triggers: frozenset[Trigger]
    counts: bool


def write(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    form: DiaryForm,
    client_key: uuid.UUID,
    known_exercises: Collection[str],
    now: datetime,
    origin: Origin = Origin(),
) -> Written:
    """Write an entry and return what became of it; an earlier one in its place is superseded.

    The same `client_key` sent again changes nothing. What a device kept never replaces what was
    written later (`Written.counts` tells); anything else replaces what is there, whatever a clock
    says: the order in which the database takes entries is the order in which they were written.
    Raises InvalidEntry naming the fields, TooLate when the day may not be filled any more,
    AlreadyRecorded when paper would replace what the participant wrote here.
    """
    # Two sendings of one entry wait for each other here; SQLite has one writer anyway.
    participant = session.get(Participant, participant_id, with_for_update={"key_share": True})
    if participant is None:
        raise NotFound
    sent_before, current = _there(session, participant_id, form, client_key)
    if sent_before is not None:
        raised = frozenset(triggers_of(session, participant_id, sent_before.id))
        return Written(sent_before.id, raised, sent_before.superseded_at is None)
    _require_open(session, participant, protocol, form, now, origin)
    check(form, known_exercises, most_minutes(protocol.diary))
    overtaken = _is_overtaken(current, now, origin)
    if current is not None and not overtaken:
        current.superseded_at = now
        session.flush()
    entry = DiaryEntry(
        participant_id=participant_id,
        day=form.day,
        occurrence=form.occurrence,
        client_key=client_key,
        exercises=list(form.exercises),
        amounts=amounts.stored(form.amounts),
        listed=None if form.listed is None else list(form.listed),
        minutes=form.minutes,
        effort=form.effort,
        pain_before_mm=form.pain_before_mm,
        pain_after_mm=form.pain_after_mm,
        symptoms=None if form.symptoms is None else list(form.symptoms),
        note=form.note.strip() or None,
        source=origin.source,
        recorded_by=origin.recorded_by,
        recorded_at=now,
        written_at=origin.written_at,
        superseded_at=now if overtaken else None,
    )
    session.add(entry)
    session.flush()
    raised = raise_alerts(session, entry, protocol, now)
    return Written(entry.id, raised, not overtaken)


def _require_open(
    session: Session,
    participant: Participant,
    protocol: Protocol,
    form: DiaryForm,
    now: datetime,
    origin: Origin,
) -> None:
    zone, weeks = participant.zones, protocol.duration_weeks
    if origin.source is Source.PAPER:
        require_past(form.slot, participant.day_one, weeks, days.today_for(now, zone))
        return
    rows = session.execute(_WRITTEN, {"participant": participant.id})
    written = [Slot(day, occurrence) for day, occurrence in rows]
    day = days.today_for(origin.written_at or now, zone)
    require_open(protocol.diary, form.slot, participant.day_one, weeks, day, written)


_CURRENT = (
    DiaryEntry.participant_id == bindparam("participant"),
    DiaryEntry.superseded_at.is_(None),
)
_WRITTEN = select(DiaryEntry.day, DiaryEntry.occurrence).where(*_CURRENT)
_EARLIER = (
    select(DiaryEntry)
    .where(*_CURRENT, DiaryEntry.day < bindparam("day"))
    .order_by(DiaryEntry.day.desc(), DiaryEntry.occurrence.desc())
    .limit(safety_rules.NEXT_DAY_ENTRIES - 1)
)
_BASELINE = (
    select(Assessment.answers)
    .where(
        Assessment.participant_id == bindparam("participant"),
        Assessment.instrument == PAIN,
        Assessment.visit == bindparam("visit"),
        Assessment.completed_at.is_not(None),
    )
    .order_by(Assessment.revision.desc())
    .limit(1)
)
_THERE = (
    select(DiaryEntry)
    .where(
        DiaryEntry.participant_id == bindparam("participant"),
        or_(
            DiaryEntry.client_key == bindparam("client_key"),
            and_(
                DiaryEntry.superseded_at.is_(None),
                DiaryEntry.day == bindparam("day"),
                DiaryEntry.occurrence == bindparam("occurrence"),
            ),
        ),
    )
    .with_for_update()
)


def _there(
    session: Session, participant_id: uuid.UUID, form: DiaryForm, client_key: uuid.UUID
) -> tuple[DiaryEntry | None, DiaryEntry | None]:
    """Return what was sent with this key before, and what counts in this place now."""
    given = {"participant": participant_id, "client_key": client_key}
    place = {"day": form.day, "occurrence": form.occurrence}
    rows = session.scalars(_THERE, given | place).all()
    before = next((row for row in rows if row.client_key == client_key), None)
    return before, next((row for row in rows if row.superseded_at is None), None)


def _is_overtaken(current: DiaryEntry | None, now: datetime, origin: Origin) -> bool:
    """Whether what is there was written after what a device kept and sends now."""
    if current is None:
        return False
    if origin.source is Source.PAPER and current.source is not Source.PAPER:
        raise AlreadyRecorded
    # Entries of earlier versions may carry a moment that lies after their arrival; one that lies
    # ahead came while the host's clock was wrong, and says nothing: then the order of arrival does.
    there = min(current.written_at or current.recorded_at, current.recorded_at)
    return origin.written_at is not None and origin.written_at < there <= now


def raise_alerts(
    session: Session, entry: DiaryEntry, protocol: Protocol, now: datetime
) -> frozenset[Trigger]:
    """Raise the alerts of an entry, in its own transaction; return its triggers.

    A day that is written anew raises what its earlier version raised only when that is closed.
    """
    before = session.scalars(_EARLIER, {"participant": entry.participant_id, "day": entry.day})
    earlier = [_facts(each) for each in reversed(before.all())]
    found = safety_rules.of_diary(
        _facts(entry), earlier, _baseline_mm(session, entry.participant_id, protocol)
    )
    fresh: list[Trigger] = []
    if found:
        same_day = select(DiaryEntry.id).where(
            DiaryEntry.participant_id == entry.participant_id, DiaryEntry.day == entry.day
        )
        waiting = alerts.waiting(session, entry.participant_id)
        # Pain that lasts is one matter until it is closed; a session that hurts is a new one.
        is_new = safety_rules.is_high(_facts(entry))
        lasting = {Trigger.PAIN_LASTING} if is_new else {Trigger.PAIN_HIGH, Trigger.PAIN_LASTING}
        raised = {alert.trigger for alert in waiting if alert.trigger in lasting}
        versions = set(session.scalars(same_day))
        raised |= {alert.trigger for alert in waiting if alert.source_id in versions}
        fresh = [trigger for trigger in found if trigger not in raised]
        alerts.raise_all(session, entry.participant_id, fresh, entry.id, now)
    return frozenset({*fresh, *safety_rules.of_diary(_facts(entry))})


def triggers_of(session: Session, participant_id: uuid.UUID, entry_id: uuid.UUID) -> set[Trigger]:
    """Return the triggers of an entry that this participant wrote.

    Raises NotFound for an entry of somebody else.
    """
    rows = session.execute(_TRIGGERS, {"participant": participant_id, "entry": entry_id}).all()
    if not rows:
        raise NotFound
    raised = {trigger for _entry, trigger in rows if trigger is not None}
    return {*raised, *safety_rules.of_diary(_facts(rows[0][0]))}


_TRIGGERS = (
    select(DiaryEntry, Alert.trigger)
    .outerjoin(
        Alert,
        and_(Alert.source_id == DiaryEntry.id, Alert.participant_id == DiaryEntry.participant_id),
    )
    .where(
        DiaryEntry.id == bindparam("entry"),
        DiaryEntry.participant_id == bindparam("participant"),
    )
)


def _facts(entry: DiaryEntry) -> safety_rules.ExerciseSession:
    return safety_rules.ExerciseSession(
        entry.pain_before_mm,
        entry.pain_after_mm,
        frozenset(entry.symptoms or ()),
        entry.note or "",
    )


def _baseline_mm(session: Session, participant_id: uuid.UUID, protocol: Protocol) -> int | None:
    """Return the pain of the visit before day 1, mm; None where there is none."""
    visit = schedule.baseline_visit(protocol, PAIN)
    answers = session.scalar(_BASELINE, {"participant": participant_id, "visit": visit})
    score = None if answers is None else main_score(INSTRUMENTS[PAIN], answers)
    return None if score is None else int(score)

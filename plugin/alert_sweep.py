"""What the clock finds: participants out of touch, and alerts that nobody answered in time."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from modules.records import queries
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord
from modules.safety import triggers
from modules.services import alerts
from modules.study import days
from modules.study.protocol import Protocol
from plugin import audit
from plugin.tool import Tool
from plugin.trial import allocation

SILENCES = uuid.UUID("5f1d6f0e-0a52-4a0e-9d53-0a7f6f3f9a11")
"""Namespace of the keys of silences, so that one silence raises one alert."""


def sweep(session: Session, tool: Tool, now: datetime) -> tuple[int, int]:
    """Raise T8 and escalate overdue alerts; return how many of each. Safe to repeat."""
    silent = sum(
        _of_study(session, tool, study.id, tool.protocols[study.protocol_key], now)
        for study in queries.studies(session)
    )
    late = alerts.escalate_overdue(session, now)
    for alert in late:
        audit.record(
            session,
            "alert.escalated",
            now,
            study_id=queries.participant(session, alert.participant_id).study_id,
            subject_id=alert.id,
            trigger=alert.trigger,
        )
    return silent, len(late)


def _of_study(
    session: Session, tool: Tool, study_id: uuid.UUID, protocol: Protocol, now: datetime
) -> int:
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    raised = 0
    for record in queries.course_records(session, study_id):
        parts = allocation.components(protocol, arms.get(record.participant.id))
        if "diary" in parts and _is_silent(protocol, record, now):
            source = _silence(record)
            fresh = alerts.raise_all(session, record.participant.id, ["T8"], source, now)
            raised += len(fresh)
    return raised


def _is_silent(protocol: Protocol, record: CourseRecord, now: datetime) -> bool:
    facts = record.participant
    first = facts.day_one
    today = days.today_for(now, facts.time_zone)
    if facts.status is not ParticipantStatus.ACTIVE or first is None:
        return False
    if not first <= today < first + timedelta(weeks=protocol.duration_weeks):
        return False
    return bool(
        triggers.of_silence(
            today,
            first,
            max(record.login_days, default=None),
            max((entry.day for entry in record.diary), default=None),
            protocol.diary.sessions_per_week,
        )
    )


def _silence(record: CourseRecord) -> uuid.UUID:
    """Return the key of a silence: it is a new one after the participant has been seen again."""
    seen = max([*record.login_days, *(entry.day for entry in record.diary)], default="never")
    return uuid.uuid5(SILENCES, f"{record.participant.id} {seen}")

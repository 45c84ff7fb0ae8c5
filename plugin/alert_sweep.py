"""The alert sweep: participants out of touch, and alerts that nobody answered in time."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from modules.records import queries
from modules.records.queries import CourseRecord
from modules.safety.codes import Trigger
from modules.services import alerts
from modules.study import days
from modules.study.protocol import Protocol
from plugin import audit
from plugin.tool import Tool
from plugin.trial import allocation

SOURCES = uuid.UUID("5f1d6f0e-0a52-4a0e-9d53-0a7f6f3f9a11")
"""Namespace of the keys of silences, so that one silence raises one alert."""


def sweep(session: Session, tool: Tool, now: datetime) -> tuple[int, int]:
    """Raise alerts for participants out of touch and escalate overdue ones; safe to repeat.

    Return how many of each.
    """
    silent = sum(
        _raise_out_of_touch(session, tool, study.id, tool.protocols[study.protocol_key], now)
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


def _raise_out_of_touch(
    session: Session, tool: Tool, study_id: uuid.UUID, protocol: Protocol, now: datetime
) -> int:
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    raised = 0
    for record in queries.course_records(session, study_id):
        parts = allocation.components(protocol, arms.get(record.participant.id))
        today = days.today_for(now, record.participant.time_zone)
        if record.out_of_touch(protocol, parts, today):
            found, source = [Trigger.OUT_OF_TOUCH], _source_of(record)
            raised += len(alerts.raise_all(session, record.participant.id, found, source, now))
    return raised


def _source_of(record: CourseRecord) -> uuid.UUID:
    """Return what the alert comes from: another silence after the participant was seen again."""
    seen = max([*record.login_days, *(entry.day for entry in record.diary)], default="never")
    return uuid.uuid5(SOURCES, f"{record.participant.id} {seen}")

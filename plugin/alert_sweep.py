"""The alert sweep: participants out of touch, and alerts that nobody answered in time."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from modules.records import queries, summaries
from modules.records.queries import StudyFacts
from modules.records.summaries import LastSeen
from modules.safety.triggers import Trigger
from modules.services import alerts
from modules.study import days
from plugin import audit
from plugin.by_page import go_through
from plugin.tool import Tool
from plugin.trial import allocation

SOURCES = uuid.UUID("5f1d6f0e-0a52-4a0e-9d53-0a7f6f3f9a11")
"""Namespace of the keys of silences, so that one silence raises one alert."""


def sweep(tool: Tool, now: datetime) -> tuple[int, int]:
    """Raise alerts for participants out of touch and escalate overdue ones; safe to repeat.

    Return how many of each. Call with no transaction open.
    """

    def silences(
        session: Session, study: StudyFacts, people: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, uuid.UUID]:
        return _silences(session, tool, study, people, now)

    def raise_alerts(session: Session, found: Mapping[uuid.UUID, uuid.UUID]) -> int:
        return sum(
            len(alerts.raise_all(session, key, [Trigger.OUT_OF_TOUCH], source, now))
            for key, source in found.items()
        )

    return go_through(tool.database, silences, raise_alerts), _escalate(tool, now)


def _silences(
    session: Session, tool: Tool, study: StudyFacts, people: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, uuid.UUID]:
    """Return who of a page of people is out of touch, by what an alert of it would come from."""
    protocol = tool.protocols[study.protocol_key]
    parts = allocation.components_of_page(session, people, protocol)
    seen = summaries.last_seen(session, study.id, people)
    found = {}
    for facts in queries.participants(session, study.id, people):
        last = seen.get(facts.id, LastSeen())
        today = days.today_for(now, facts.time_zone)
        if summaries.out_of_touch(facts, last, protocol, parts[facts.id], today):
            found[facts.id] = _source_of(facts.id, last)
    told = alerts.told(session, found)
    return {key: source for key, source in found.items() if (key, source) not in told}


def _source_of(participant_id: uuid.UUID, seen: LastSeen) -> uuid.UUID:
    """Return what the alert comes from: another silence after the participant was seen again."""
    return uuid.uuid5(SOURCES, f"{participant_id} {seen.on or 'never'}")


def _escalate(tool: Tool, now: datetime) -> int:
    """Escalate what is overdue, a page at a time; return how many."""
    escalated = 0
    while _any_overdue(tool, now):
        with tool.database.writing() as session:
            late = alerts.escalate_overdue(session, now)
            studies = queries.studies_of(session, {alert.participant_id for alert in late})
            for alert in late:
                audit.record(
                    session,
                    "alert.escalated",
                    now,
                    study_id=studies[alert.participant_id],
                    subject_id=alert.id,
                    trigger=alert.trigger,
                )
        escalated += len(late)
    return escalated


def _any_overdue(tool: Tool, now: datetime) -> bool:
    with tool.database.reading() as session:
        return alerts.any_overdue(session, now)

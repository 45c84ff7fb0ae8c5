"""What every page of the team's loop does first and last: whose it is, who did what."""

import uuid

from flask import g

from modules.errors import NotFound
from modules.records import queries
from modules.records.queries import CourseRecord, ParticipantFacts
from plugin import audit
from plugin.tool import current_tool
from plugin.trial import allocation


def require_own(participant_id: uuid.UUID) -> ParticipantFacts:
    """Return a participant of the study. Raises NotFound for one of another study."""
    facts = queries.participant(g.session, participant_id)
    if facts.study_id != g.person.study.id:
        raise NotFound
    return facts


def require_programme(participant_id: uuid.UUID) -> CourseRecord:
    """Return the record of a participant who has a programme. Raises NotFound otherwise."""
    facts = require_own(participant_id)
    parts = allocation.components_of(g.session, facts.id, g.person.protocol)
    if "programme" not in parts or facts.day_one is None:
        raise NotFound
    return queries.course_record(g.session, participant_id)


def note(action: str, subject_id: uuid.UUID, **detail: str) -> None:
    """Add an event to the audit trail; codes only."""
    audit.record(
        g.session,
        action,
        current_tool().now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        subject_id=subject_id,
        **detail,
    )

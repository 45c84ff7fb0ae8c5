"""The facts of somebody in care, at noon of the tests' day."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from modules.study import protocol
from notifications.kind import ReminderFacts

TODAY = date(2026, 11, 12)
NOON = datetime(2026, 11, 12, 18, tzinfo=UTC)
CARE = protocol.load()["care"]
BOTH = frozenset({"assessments", "programme_reminders", "brochure"})


def facts(**changes: object) -> ReminderFacts:
    """Facts that say nothing, with these changes."""
    made = ReminderFacts(
        participant_id=uuid.UUID(int=1),
        protocol=CARE,
        components=BOTH,
        time_zone="America/Mexico_City",
        now=NOON,
        agreed_on=date(2026, 11, 2),
    )
    return replace(made, **changes)  # type: ignore[arg-type]

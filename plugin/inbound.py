"""What an incoming message asks of the tool: the safety text, and an alert for the team."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from modules.errors import NotFound
from modules.records.alert_models import AlertState
from modules.safety.triggers import Trigger
from modules.services import alerts
from notifications.inbound import ReplyRules
from plugin.patient.course import with_own_numbers
from plugin.tool import Tool


def rules(tool: Tool) -> ReplyRules:
    """Return how messages to this installation's number are answered."""
    safety = with_own_numbers(tool)

    def safety_text(trigger: Trigger, language: str) -> str:
        text = safety.for_trigger(trigger)
        if text is None:  # content without it is refused when it is read
            raise NotFound(trigger)
        return " ".join(safety.say(text.body, language).split())

    return ReplyRules(tool.settings.emergency_phone, safety_text, tell_team)


def tell_team(session: Session, participant_id: uuid.UUID, trigger: Trigger, now: datetime) -> None:
    """Raise the alert of a message, unless one like it still waits for somebody to take it."""
    there = alerts.of_participant(session, participant_id)
    if not any(one.trigger is trigger and one.state is AlertState.OPEN for one in there):
        alerts.raise_all(session, participant_id, [trigger], uuid.uuid4(), now)

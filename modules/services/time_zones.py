"""A participant moves: from a day on another clock counts for diary, reminders and quiet hours."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import InvalidEntry, NotFound
from modules.records.models import Participant
from modules.study import days

FURTHEST_AHEAD = timedelta(days=366)
"""A day further ahead is a slip of the pen."""


def change(
    session: Session, participant_id: uuid.UUID, zone: str, since: date, now: datetime
) -> bool:
    """Let another time zone (IANA name) count from a local day on; return whether that is new.

    Days that have begun stay as they are. Raises InvalidEntry for a day that is not ahead or lies
    more than a year ahead, and NotFound.
    """
    participant = session.scalars(
        select(Participant).where(Participant.id == participant_id).with_for_update()
    ).one_or_none()
    if participant is None:
        raise NotFound
    today = days.today_for(now, participant.zones)
    if not today < since <= today + FURTHEST_AHEAD:
        raise InvalidEntry({"since": "not_ahead" if since <= today else "out_of_range"})
    wanted = participant.zones.changed(since, zone).stored()
    if wanted == participant.time_zone_changes:
        return False
    participant.time_zone_changes = wanted
    session.flush()
    return True

"""News of a session that was moved or cancelled, for those it concerns, through the outbox."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from modules.records import queries
from modules.records.queries import ParticipantFacts
from modules.services import live_sessions as service
from modules.study import live_sessions as rules
from modules.study import zones
from modules.study.live_sessions import LiveSessionFacts
from modules.study.protocol import Protocol
from notifications import outbox
from notifications.hours import QuietHours
from notifications.kinds import session_changed, session_due
from notifications.models import open_contact
from notifications.rules import Reminder, variables_of
from plugin.reminders import STAYS
from plugin.trial import allocation

NEEDED = frozenset({"sessions", "programme_reminders"})
FRESH_FOR = timedelta(hours=24)
"""A notice that could not be sent in this time is found in the course."""


def concerned(
    session: Session, study_id: uuid.UUID, protocol: Protocol, *moments: LiveSessionFacts
) -> list[ParticipantFacts]:
    """Return the participants whose programme a session was or is part of."""
    calendar = service.calendar(session, study_id)
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    return [
        facts
        for facts in queries.participants(session, study_id)
        if facts.status in STAYS
        and "sessions" in allocation.components(protocol, arms.get(facts.id))
        and moments[0].id in {each.id for each in calendar.of(facts.id)}
        and rules.in_programme(moments, facts.day_one, protocol.duration_weeks, facts.time_zone)
    ]


def tell(
    session: Session,
    study_id: uuid.UUID,
    protocol: Protocol,
    before: LiveSessionFacts,
    now: datetime,
) -> list[uuid.UUID]:
    """Take back the reminders of a session as it was, plan the news; return whom it concerns.

    The words name the moment that was planned, which is true of a session moved and of one
    cancelled; nobody is written to who did not agree to it.
    """
    after = service.one(session, study_id, before.id)
    people = concerned(session, study_id, protocol, before, after)
    for facts in people:
        for kind in (session_due.KIND, session_changed.KIND):
            outbox.withdraw(session, facts.id, kind.key, before.occurrence, now)
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    reminded = [
        facts
        for facts in people
        if allocation.components(protocol, arms.get(facts.id)) >= NEEDED
        and (contact := open_contact(session, facts.id))
        and contact.scope.covers(session_changed.KIND.component)
    ]
    outbox.plan(session, _news(reminded, protocol, before, after, now), now)
    return [facts.id for facts in people]


def _news(
    people: Iterable[ParticipantFacts],
    protocol: Protocol,
    before: LiveSessionFacts,
    after: LiveSessionFacts,
    now: datetime,
) -> Iterable[Reminder]:
    quiet = QuietHours.of(protocol.reminder_limits)
    for facts in people:
        zone = zones.at(facts.time_zone, now)
        not_before = quiet.next_allowed(now, zone)
        expires = min(max(before.starts_at, after.starts_at), not_before + FRESH_FOR)
        if not_before < expires:
            yield Reminder(
                participant_id=facts.id,
                kind=session_changed.KIND.key,
                occurrence=after.occurrence,
                not_before=not_before,
                expires_at=expires,
                on=not_before.astimezone(zone).date(),
                variables=variables_of(before.starts_at, facts.time_zone),
            )

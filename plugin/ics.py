"""Live sessions as an iCalendar file (RFC 5545).

A calendar lies open on many screens: an event says that there is a session of the course and
when, nothing of its subject, and no address of the meeting. The way in is in the course, where
the click is noted.
"""

from collections.abc import Iterable

from flask import Response
from flask_babel import gettext as _
from icalendar import Calendar, Event

from modules.study.live_sessions import LiveSessionFacts

HOST = "columna"


def answer(sessions: Iterable[LiveSessionFacts], name: str) -> Response:
    """Return the sessions as a file to keep in a calendar; cancelled ones take themselves out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Columna//Live sessions//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for each in sessions:
        calendar.add_component(_event(each))
    response = Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _event(facts: LiveSessionFacts) -> Event:
    event = Event()
    event.add("uid", f"{facts.id}@{HOST}")
    event.add("sequence", facts.sequence)
    event.add("dtstamp", facts.changed_at)
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.ends_at)
    event.add("summary", _("Live session of your course"))
    event.add("description", _("You enter from your course, a quarter of an hour before at most."))
    event.add("status", "CANCELLED" if facts.cancelled else "CONFIRMED")
    return event

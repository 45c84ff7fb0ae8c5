"""The participant's live sessions: what comes next, the way in, a file for the calendar."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from modules.errors import NotFound
from modules.services import live_sessions as service
from modules.study import live_sessions as rules
from modules.study import zones
from modules.study.live_sessions import LiveSessionFacts
from plugin import ics
from plugin.patient.course import ParticipantCourse, current_course


@dataclass(frozen=True)
class Shown:
    """One session as its participant sees it, on the clock of where they live."""

    facts: LiveSessionFacts
    starts: datetime
    enter: bool
    """Whether the way in is open."""
    attended: bool | None = None
    unconfirmed: bool = False
    """Whether the participant went in and the team has not confirmed it yet."""


def invited_to(course: ParticipantCourse) -> list[LiveSessionFacts]:
    """Return the sessions of the participant's programme; none without that component."""
    if "sessions" not in course.components:
        return []
    facts = course.participant
    invited = service.calendar(g.session, facts.study_id, [facts.id]).of(facts.id)
    weeks = course.protocol.duration_weeks
    return rules.in_programme(invited, facts.day_one, weeks, facts.time_zone)


def next_one(course: ParticipantCourse) -> Shown | None:
    """Return the next session, also a cancelled one: that it is cancelled is the news."""
    coming = rules.coming(invited_to(course), course.now)
    return _shown(course, coming[0]) if coming else None


def live_sessions() -> ResponseReturnValue:
    """All live sessions: those to come with the way in, and those that are over."""
    course = current_course()
    sessions = invited_to(course)
    coming = rules.coming(sessions, course.now)
    past = [each for each in reversed(sessions) if each not in coming and not each.cancelled]
    known = service.presence_of(g.session, course.participant_id)
    return render_template(
        "patient/live_sessions.html",
        course=course,
        coming=[_shown(course, each) for each in coming],
        past=[
            replace(
                _shown(course, each, known.confirmed.get(each.id, False)),
                unconfirmed=each.id in known.unconfirmed,
            )
            for each in past
        ],
    )


def way_in(session_id: uuid.UUID) -> ResponseReturnValue:
    """The page with the link itself, for browsers without scripts."""
    course = current_course()
    facts = _one(course, session_id)
    return render_template("patient/way_in.html", course=course, one=_shown(course, facts))


def enter(session_id: uuid.UUID) -> ResponseReturnValue:
    """Note that the participant goes in. Raises TooLate while the way in is shut."""
    course = current_course()
    service.enter(g.session, _one(course, session_id), course.participant_id, course.now)
    return redirect(url_for("patient.way_in", session_id=session_id), 303)


def calendar_file() -> Response:
    """The own sessions as an iCalendar file."""
    return ics.answer(invited_to(current_course()), "columna")


def _one(course: ParticipantCourse, session_id: uuid.UUID) -> LiveSessionFacts:
    found = [each for each in invited_to(course) if each.id == session_id]
    if not found:
        raise NotFound
    return found[0]


def _shown(
    course: ParticipantCourse, facts: LiveSessionFacts, attended: bool | None = None
) -> Shown:
    zone = zones.at(course.participant.time_zone, facts.starts_at)
    return Shown(facts, facts.starts_at.astimezone(zone), facts.may_enter(course.now), attended)

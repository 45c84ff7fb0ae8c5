"""What the page “Platforms” shows of each registration, in a fixed number of queries."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.launch import diagnostics
from lti.models import Deployment, LaunchRecord, LtiContext, Platform, PlatformKeySet
from lti.registration import platforms
from lti.services import service_texts
from lti.services.roster_models import RosterReading

PENDING_NOW = "under_way"


@dataclass(frozen=True)
class Trouble:
    """Something a platform's service did not do: where, and what it means."""

    where: str
    """`key_set`, `roster` or `login`."""
    words: str
    course: str = ""
    course_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Row:
    """One registration."""

    platform: Platform
    deployments: Sequence[Deployment]
    courses: int
    last_launch: datetime | None
    troubles: Sequence[Trouble]


def rows(session: Session, public_url: str, now: datetime) -> list[Row]:
    """Return all registrations, the oldest first."""
    counted = select(LtiContext.platform_id, func.count(LtiContext.id)).group_by(
        LtiContext.platform_id
    )
    courses = {row[0]: row[1] for row in session.execute(counted)}
    came_in = (
        select(LaunchRecord.platform_id, func.max(LaunchRecord.at))
        .where(LaunchRecord.step == "launch", LaunchRecord.accepted)
        .group_by(LaunchRecord.platform_id)
    )
    launches = {row[0]: row[1] for row in session.execute(came_in)}
    found = troubles(session, public_url, now)
    return [
        Row(
            platform,
            sorted(platform.deployments, key=lambda one: one.created_at),
            courses.get(platform.id, 0),
            launches.get(platform.id),
            found[platform.id],
        )
        for platform in platforms.all_of(session)
    ]


def troubles(
    session: Session, public_url: str, now: datetime
) -> defaultdict[uuid.UUID, list[Trouble]]:
    """Return what does not work at present, by platform: logins, key set, list of people."""
    found: defaultdict[uuid.UUID, list[Trouble]] = defaultdict(list)
    for platform_id in diagnostics.unanswered(session, now):
        found[platform_id].append(Trouble("login", words_of("unanswered", public_url)))
    key_sets = select(PlatformKeySet.platform_id, PlatformKeySet.problem).where(
        PlatformKeySet.problem.is_not(None), PlatformKeySet.problem != PENDING_NOW
    )
    for platform_id, problem in session.execute(key_sets):
        found[platform_id].append(Trouble("key_set", words_of(problem, public_url)))
    rosters = (
        select(LtiContext, RosterReading)
        .join(RosterReading, RosterReading.course_id == LtiContext.id)
        .where(RosterReading.problem.is_not(None), RosterReading.problem != PENDING_NOW)
        .order_by(LtiContext.title)
    )
    for course, reading in session.execute(rosters):
        said = service_texts.for_reading(reading.problem, reading.unreadable)
        words = said.replace("{public_url}", public_url)
        trouble = Trouble("roster", words, course.title, course.id)
        found[course.platform_id].append(trouble)
    return found


def words_of(code: str, public_url: str) -> str:
    """Return what a problem's code means, with the tool's own address filled in."""
    return str(service_texts.for_problem(code)).replace("{public_url}", public_url)

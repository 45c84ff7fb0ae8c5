"""What the page “Platforms” shows of each registration, in a fixed number of queries."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti import registrations, service_words
from lti.models import Course, Deployment, LaunchRecord, Platform, PlatformKeySet
from lti.roster_models import RosterReading

PENDING_NOW = "under_way"


@dataclass(frozen=True)
class Trouble:
    """Something a platform's service did not do: where, and what it means."""

    where: str
    """`key_set` or `roster`."""
    words: str
    course: str = ""


@dataclass(frozen=True)
class Row:
    """One registration."""

    platform: Platform
    deployments: Sequence[Deployment]
    courses: int
    last_launch: datetime | None
    troubles: Sequence[Trouble]


def rows(session: Session, public_url: str) -> list[Row]:
    """Return all registrations, the oldest first."""
    counted = select(Course.platform_id, func.count(Course.id)).group_by(Course.platform_id)
    courses = {row[0]: row[1] for row in session.execute(counted)}
    came_in = (
        select(LaunchRecord.platform_id, func.max(LaunchRecord.at))
        .where(LaunchRecord.step == "launch", LaunchRecord.accepted)
        .group_by(LaunchRecord.platform_id)
    )
    launches = {row[0]: row[1] for row in session.execute(came_in)}
    troubles = _troubles(session, public_url)
    return [
        Row(
            platform,
            sorted(platform.deployments, key=lambda one: one.created_at),
            courses.get(platform.id, 0),
            launches.get(platform.id),
            troubles[platform.id],
        )
        for platform in registrations.all_of(session)
    ]


def _troubles(session: Session, public_url: str) -> dict[uuid.UUID, list[Trouble]]:
    found: dict[uuid.UUID, list[Trouble]] = defaultdict(list)
    key_sets = select(PlatformKeySet.platform_id, PlatformKeySet.problem).where(
        PlatformKeySet.problem.is_not(None), PlatformKeySet.problem != PENDING_NOW
    )
    for platform_id, problem in session.execute(key_sets):
        found[platform_id].append(Trouble("key_set", words_of(problem, public_url)))
    rosters = (
        select(Course.platform_id, Course.title, RosterReading.problem)
        .join(RosterReading, RosterReading.course_id == Course.id)
        .where(RosterReading.problem.is_not(None), RosterReading.problem != PENDING_NOW)
        .order_by(Course.title)
    )
    for platform_id, title, problem in session.execute(rosters):
        found[platform_id].append(Trouble("roster", words_of(problem, public_url), title))
    return found


def words_of(code: str, public_url: str) -> str:
    """Return what a problem's code means, with the tool's own address filled in."""
    return str(service_words.for_problem(code)).replace("{public_url}", public_url)

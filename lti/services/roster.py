"""Who is in a course: the platform's roster (LTI-NRPS 2.0), read page by page.

Reading (`fetch_roster`, outside any transaction) and writing (`store_roster`) are two steps; a
large course or a slow platform holds up nobody.

What a roster says never outweighs a launch. Moodle decides the roles of a roster by
`moodle/course:manageactivities` and those of a launch by `mod/lti:manage`, so a non-editing teacher
is a Learner here and an Instructor there. Both are kept, `role_of` chooses, and the report names
those who differ. People who are no longer listed are marked, never deleted.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from lti.launch.claims import Role, proposed_role
from lti.launch.sessions import LIFE
from lti.models import (
    Course,
    LaunchSession,
    LtiUser,
    Membership,
    MembershipSource,
    MembershipStatus,
    Platform,
    Standing,
)
from lti.services.roster_models import RosterReading
from lti.services.tokens import Account, ServiceClient, ServiceProblem
from modules.records.db import Database
from modules.records.pages import among, slices

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
"""Moodle takes exactly this or `*/*`."""
PAGE_SIZE = 200
MOST_PAGES = 100
"""A roster longer than this is taken for one that never ends."""
LONGEST_ID = 255
MOST_ROLES = 32
TOGETHER = 200
"""People of a roster written in one transaction: the others wait meanwhile."""
DAILY = timedelta(days=1)
FRESH = timedelta(hours=1)
"""A roster younger than this is not read again because somebody of the team came."""
GONE = frozenset({"Inactive", "Deleted"})


@dataclass(frozen=True)
class Member:
    """One person of a roster."""

    subject: str
    roles: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True)
class Roster:
    """What was read. Only a complete roster says who left."""

    members: tuple[Member, ...]
    pages: int
    complete: bool = True


@dataclass
class RosterReport:
    """What a sync did, in numbers. `differing`: memberships with contradicting roles."""

    pages: int = 0
    listed: int = 0
    added: int = 0
    changed: int = 0
    returned: int = 0
    left: int = 0
    unchanged: int = 0
    complete: bool = True
    differing: list[uuid.UUID] = field(default_factory=list)


# Reading ---------------------------------------------------------------------------------------


def fetch_roster(client: ServiceClient, account: Account, url: str | None) -> Roster:
    """Return the whole roster at `url`. Raises ServiceProblem; call outside a transaction.

    The next page must lie on the roster's own host: our token goes nowhere else.
    """
    if not url:
        raise ServiceProblem("no_roster")
    members: dict[str, Member] = {}
    seen: set[str] = set()
    following: str | None = _with_limit(url)
    while following and len(seen) < MOST_PAGES:
        if following in seen:
            raise ServiceProblem("endless_roster")
        seen.add(following)
        answer = client.call(account, "GET", following, (SCOPE,), accept=MEDIA_TYPE)
        if answer.status != 200:
            retry = answer.status >= 500 or answer.status == 429
            raise ServiceProblem("roster_refused", status=answer.status, retry=retry)
        members |= {member.subject: member for member in _read_page(answer.json())}
        following = _next_page(following, answer.links.get("next"), url)
    complete = following is None and bool(members)
    return Roster(tuple(members.values()), len(seen), complete)


def _with_limit(url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not any(name == "limit" for name, _value in query):
        query.append(("limit", str(PAGE_SIZE)))
    return parts._replace(query=urlencode(query)).geturl()


def _next_page(current: str, link: str | None, first: str) -> str | None:
    if not link:
        return None
    following = urljoin(current, link)
    if urlsplit(following)[:2] != urlsplit(first)[:2]:
        raise ServiceProblem("foreign_next_page")
    return following


def _read_page(page: Any) -> Iterator[Member]:
    rows = page.get("members") if isinstance(page, dict) else None
    if not isinstance(rows, list):
        raise ServiceProblem("not_a_roster")
    for row in rows:
        subject = row.get("user_id") if isinstance(row, dict) else None
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_ID:
            continue
        if row.get("status", "Active") in GONE:
            continue
        roles = [role for role in row.get("roles") or [] if isinstance(role, str)]
        yield Member(subject, tuple(roles[:MOST_ROLES]), _name(row))


def _name(row: dict[str, Any]) -> str | None:
    parts = (
        [row.get("name")] if row.get("name") else [row.get("given_name"), row.get("family_name")]
    )
    words = " ".join(part.strip() for part in parts if isinstance(part, str)).strip()
    return words[:255] or None


# When ------------------------------------------------------------------------------------------


def due(session: Session, now: datetime) -> list[uuid.UUID]:
    """Return the courses whose roster is to be read now, the longest untried first.

    Once a day, and after a launch by the team when the last attempt is older than an hour. Only
    courses that run something and whose platform is active are read. An attempt that failed counts
    as one: a platform that is down is asked hourly at most.
    """
    tried = RosterReading.tried_at
    team_came = (
        select(LaunchSession.id)
        .where(
            LaunchSession.course_id == Course.id,
            LaunchSession.role.in_((Role.STAFF.value, Role.ADMIN.value)),
            LaunchSession.expires_at > now - FRESH + LIFE,
            LaunchSession.created_at > tried,
        )
        .exists()
    )
    query = (
        select(Course.id)
        .join(Platform, Platform.id == Course.platform_id)
        .outerjoin(RosterReading, RosterReading.course_id == Course.id)
        .where(
            Course.study_id.is_not(None),
            Course.nrps_url.is_not(None),
            Platform.status == Standing.ACTIVE,
            or_(
                tried.is_(None),
                tried <= now - DAILY,
                and_(tried <= now - FRESH, team_came),
            ),
        )
        .order_by(tried)
    )
    return list(session.scalars(query))


def note_attempt(
    session: Session, course_id: uuid.UUID, now: datetime, problem: str | None = None
) -> None:
    """Keep when a roster was last asked for, and the code of what went wrong, if anything."""
    row = session.scalar(select(RosterReading).where(RosterReading.course_id == course_id))
    if row is None:
        row = RosterReading(course_id=course_id)
        session.add(row)
    row.tried_at, row.problem = now, problem
    session.flush()


# Writing ---------------------------------------------------------------------------------------


def store_roster(
    database: Database, course_id: uuid.UUID, roster: Roster, now: datetime
) -> RosterReport:
    """Bring users and memberships of a course up to date; `now` is when the reading began.

    Only what changed is written, some people in each transaction, and that somebody was still
    listed in one statement for all of them. An incomplete or empty roster marks nobody as gone.
    """
    report = RosterReport(roster.pages, len(roster.members), complete=roster.complete)
    for start in range(0, len(roster.members), TOGETHER):
        with database.writing() as session:
            course = session.get_one(Course, course_id)
            _store_some(session, course, roster.members[start : start + TOGETHER], now, report)
    if roster.complete:
        listed = {member.subject for member in roster.members}
        report.left = _mark_all_left(database, course_id, listed, now)
        with database.writing() as session:
            session.get_one(Course, course_id).roster_synced_at = now
    return report


def _store_some(
    session: Session,
    course: Course,
    members: Sequence[Member],
    now: datetime,
    report: RosterReport,
) -> None:
    users = _users(session, course.platform_id, [member.subject for member in members])
    known = [user.id for user in users.values()]
    present = {
        row.lti_user_id: row
        for row in session.scalars(
            select(Membership).where(
                Membership.course_id == course.id, among(Membership.lti_user_id, known)
            )
        )
    }
    seen = []
    for member in members:
        user = users.get(member.subject) or _new_user(session, course, member, now)
        renamed = bool(member.name) and user.name != member.name
        if renamed:
            user.name = member.name
        membership = present.get(user.id)
        if membership is None:
            membership = _new_membership(session, course, user, member, now)
            report.added += 1
        else:
            seen.append(membership.id)
            _update(membership, member, report, renamed=renamed)
        if differs(membership):
            report.differing.append(membership.id)
    session.flush()
    _mark_seen(session, seen, now)


def _mark_all_left(
    database: Database, course_id: uuid.UUID, listed: Collection[str], now: datetime
) -> int:
    """Mark everybody whom a complete roster does not list; return how many that was news of."""
    there = (
        select(Membership.id, LtiUser.subject)
        .join(LtiUser, LtiUser.id == Membership.lti_user_id)
        .where(Membership.course_id == course_id, Membership.status != MembershipStatus.LEFT)
    )
    with database.reading() as session:
        gone = [key for key, subject in session.execute(there) if subject not in listed]
    left = 0
    for some in slices(gone, TOGETHER):
        with database.writing() as session:
            rows = session.scalars(select(Membership).where(among(Membership.id, some)))
            left += sum(_mark_left(row, now) for row in rows)
    return left


def _mark_seen(session: Session, memberships: Sequence[uuid.UUID], now: datetime) -> None:
    session.execute(
        update(Membership)
        .where(among(Membership.id, memberships), Membership.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _users(session: Session, platform_id: uuid.UUID, subjects: list[str]) -> dict[str, LtiUser]:
    rows = session.scalars(
        select(LtiUser).where(LtiUser.platform_id == platform_id, LtiUser.subject.in_(subjects))
    )
    return {row.subject: row for row in rows}


def _new_user(session: Session, course: Course, member: Member, now: datetime) -> LtiUser:
    user = LtiUser(
        id=uuid.uuid4(),
        platform_id=course.platform_id,
        subject=member.subject,
        name=member.name,
        created_at=now,
    )
    session.add(user)
    return user


def _new_membership(
    session: Session, course: Course, user: LtiUser, member: Member, now: datetime
) -> Membership:
    membership = Membership(
        id=uuid.uuid4(),
        lti_user_id=user.id,
        course_id=course.id,
        roles=[],
        roster_roles=list(member.roles),
        source=MembershipSource.ROSTER,
        status=MembershipStatus.ACTIVE,
        last_seen_at=now,
    )
    session.add(membership)
    return membership


def _update(membership: Membership, member: Member, report: RosterReport, *, renamed: bool) -> None:
    back = membership.status is MembershipStatus.LEFT
    other_roles = membership.roster_roles != list(member.roles)
    if other_roles:
        membership.roster_roles = list(member.roles)
    if back:
        membership.status, membership.left_at = MembershipStatus.ACTIVE, None
    if back:
        report.returned += 1
    elif other_roles or renamed:
        report.changed += 1
    else:
        report.unchanged += 1


def _mark_left(membership: Membership, now: datetime) -> bool:
    """Mark somebody the roster no longer lists; True if that is news."""
    if membership.status is MembershipStatus.LEFT or membership.last_seen_at > now:
        return False  # gone before, or launched while the roster was being read
    if not membership.roster_roles and proposed_role(membership.roles) is Role.ADMIN:
        return False  # a site administrator launches without being enrolled
    membership.status, membership.left_at = MembershipStatus.LEFT, now
    return True


# Roles -----------------------------------------------------------------------------------------


def role_of(membership: Membership) -> Role:
    """Return what the platform proposes: the launch's word if there was one, else the roster's."""
    return proposed_role(membership.roles or membership.roster_roles)


def differs(membership: Membership) -> bool:
    """Say whether launch and roster contradict each other (a non-editing teacher in Moodle)."""
    if not membership.roles or not membership.roster_roles:
        return False
    by_launch = proposed_role(membership.roles)
    return Role.PATIENT in (by_launch, by_roster := proposed_role(membership.roster_roles)) and (
        by_launch is not by_roster
    )


def patients(memberships: Iterable[Membership]) -> list[Membership]:
    """Return those who are active and whom the platform proposes as patients."""
    return [
        row
        for row in memberships
        if row.status is MembershipStatus.ACTIVE and role_of(row) is Role.PATIENT
    ]

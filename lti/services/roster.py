"""Who is in a course: what the platform's roster says (LTI-NRPS 2.0), kept beside the launches.

Reading (`lti.services.roster_pages`, outside any transaction) and writing (`store_roster`) are two
steps; a large course or a slow platform holds up nobody.

What a roster says never outweighs a launch. Moodle decides the roles of a roster by
`moodle/course:manageactivities` and those of a launch by `mod/lti:manage`, so a non-editing teacher
is a Learner here and an Instructor there. Both are kept, `role_of` chooses, and the report names
those who differ. People who are no longer listed, or listed as suspended, are marked, never
deleted.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from lti.launch.claims import Role, proposed_role
from lti.launch.sessions import LIFE
from lti.models import (
    LaunchSession,
    LtiContext,
    LtiUser,
    Membership,
    MembershipSource,
    MembershipStatus,
    Platform,
    Standing,
)
from lti.services.roster_models import RosterReading
from lti.services.roster_pages import Member, Roster
from modules.records.db import Database
from modules.records.pages import among, slices

TOGETHER = 200
"""People of a roster written in one transaction: the others wait meanwhile."""
DAILY = timedelta(days=1)
FRESH = timedelta(hours=1)
"""A roster younger than this is not read again because somebody of the team came."""


@dataclass
class RosterReport:
    """What a sync did, in numbers. `differing`: memberships with contradicting roles."""

    pages: int = 0
    listed: int = 0
    added: int = 0
    changed: int = 0
    returned: int = 0
    suspended: int = 0
    left: int = 0
    unchanged: int = 0
    complete: bool = True
    differing: list[uuid.UUID] = field(default_factory=list)


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
            LaunchSession.course_id == LtiContext.id,
            LaunchSession.role.in_((Role.STAFF.value, Role.ADMIN.value)),
            LaunchSession.expires_at > now - FRESH + LIFE,
            LaunchSession.created_at > tried,
        )
        .exists()
    )
    query = (
        select(LtiContext.id)
        .join(Platform, Platform.id == LtiContext.platform_id)
        .outerjoin(RosterReading, RosterReading.course_id == LtiContext.id)
        .where(
            LtiContext.study_id.is_not(None),
            LtiContext.nrps_url.is_not(None),
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
    session: Session,
    course_id: uuid.UUID,
    now: datetime,
    problem: str | None = None,
    unreadable: Mapping[str, int] | None = None,
) -> None:
    """Keep when a roster was last asked for, and what went wrong or could not be read, if any."""
    row = session.scalar(select(RosterReading).where(RosterReading.course_id == course_id))
    if row is None:
        row = RosterReading(course_id=course_id)
        session.add(row)
    row.tried_at, row.problem, row.unreadable = now, problem, dict(unreadable or {}) or None
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
            course = session.get_one(LtiContext, course_id)
            _store_some(session, course, roster.members[start : start + TOGETHER], now, report)
    if roster.complete:
        listed = {member.subject for member in roster.members}
        report.left = _mark_all_left(database, course_id, listed, now)
        with database.writing() as session:
            session.get_one(LtiContext, course_id).roster_synced_at = now
    return report


def _store_some(
    session: Session,
    course: LtiContext,
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
        user = users.get(member.subject)
        if member.suspended and (user is None or user.id not in present):
            continue  # never seen here, and not let in: nobody needs to know them
        user = user or _new_user(session, course, member, now)
        renamed = bool(member.name) and user.name != member.name
        if renamed:
            user.name = member.name
        membership = present.get(user.id)
        if membership is None:
            membership = _new_membership(session, course, user, member, now)
            report.added += 1
        else:
            seen.append(membership.id)
            _update(membership, member, report, now, renamed=renamed)
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


def _new_user(session: Session, course: LtiContext, member: Member, now: datetime) -> LtiUser:
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
    session: Session, course: LtiContext, user: LtiUser, member: Member, now: datetime
) -> Membership:
    membership = Membership(
        id=uuid.uuid4(),
        lti_user_id=user.id,
        course_id=course.id,
        roles=[],
        roster_roles=list(member.roles or ()),
        source=MembershipSource.ROSTER,
        status=_status_of(member),
        last_seen_at=now,
    )
    session.add(membership)
    return membership


def _status_of(member: Member) -> MembershipStatus:
    return MembershipStatus.SUSPENDED if member.suspended else MembershipStatus.ACTIVE


def _update(
    membership: Membership, member: Member, report: RosterReport, now: datetime, *, renamed: bool
) -> None:
    was, status = membership.status, _status_of(member)
    if membership.last_seen_at > now:
        status = was  # launched while the roster was being read
    roles = membership.roster_roles if member.roles is None else list(member.roles)
    other_roles = membership.roster_roles != roles
    if other_roles:
        membership.roster_roles = roles
    if status is not was:
        membership.status, membership.left_at = status, None
        report.suspended += member.suspended
        report.returned += not member.suspended
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

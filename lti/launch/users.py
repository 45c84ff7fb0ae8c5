"""What an accepted launch tells about a person, their course and their place in it.

Kept up to date with each launch. Nothing here decides what somebody may do: roles are stored as
sent, and only propose.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lti.launch.claims import Launch
from lti.models import (
    Course,
    Deployment,
    LtiUser,
    Membership,
    MembershipSource,
    MembershipStatus,
    Platform,
    Standing,
)
from modules.prepared import Prepared


@dataclass(frozen=True)
class Arrival:
    """Who came, and from where; course and membership are missing outside any course."""

    user_id: uuid.UUID
    course_id: uuid.UUID | None
    membership_id: uuid.UUID | None


def arrive(
    session: Session, platform: Platform, deployment: Deployment, launch: Launch, now: datetime
) -> Arrival:
    """Create or update the person, the course and the membership of a launch."""
    again = _same_again(session, platform, deployment, launch, now)
    if again is not None:
        return again
    if launch.product_family and not platform.product_family:
        session.get_one(Platform, platform.id).product_family = launch.product_family
    user = _user(session, platform, launch, now)
    course = _course(session, deployment, launch, now)
    if course is None:
        return Arrival(user.id, None, None)
    return Arrival(user.id, course.id, _membership(session, user, course, launch, now).id)


_users, _courses, _members = LtiUser.__table__, Course.__table__, Membership.__table__
_KNOWN = Prepared(
    select(
        _users.c.id,
        _courses.c.id,
        _members.c.id,
        _users.c.name,
        _users.c.locale,
        _courses.c.title,
        _courses.c.nrps_url,
        _courses.c.ags_lineitems_url,
        _courses.c.ags_lineitem_url,
        _courses.c.ags_scopes,
        _members.c.roles,
        _members.c.source,
        _members.c.status,
    )
    .select_from(_users)
    .join(_members, _members.c.lti_user_id == _users.c.id)
    .join(_courses, _courses.c.id == _members.c.course_id)
    .where(
        _users.c.platform_id == bindparam("platform"),
        _users.c.subject == bindparam("subject"),
        _courses.c.deployment_id == bindparam("deployment"),
        _courses.c.context_id == bindparam("context"),
    )
)
_LAUNCHED = Prepared(
    update(_users)  # type: ignore[arg-type]
    .where(_users.c.id == bindparam("user"))
    .values(last_launch_at=bindparam("moment"))
)
_SEEN = Prepared(
    update(_members)  # type: ignore[arg-type]
    .where(_members.c.id == bindparam("membership"))
    .values(last_seen_at=bindparam("moment"))
)


def _same_again(
    session: Session, platform: Platform, deployment: Deployment, launch: Launch, now: datetime
) -> Arrival | None:
    """Take note of somebody who comes as they came before: one question, two moments to write.

    Nearly every launch is one. None where anything is new, for the long way to write it down.
    """
    if launch.context is None or (launch.product_family and not platform.product_family):
        return None
    rows = _KNOWN.rows_in(
        session,
        platform=platform.id,
        subject=launch.subject,
        deployment=deployment.id,
        context=launch.context.id,
    )
    if not rows:
        return None
    user_id, course_id, membership_id, *known = rows[0]
    if _is_news(launch, *known):
        return None
    _LAUNCHED.change_in(session, user=user_id, moment=now)
    _SEEN.change_in(session, membership=membership_id, moment=now)
    return Arrival(user_id, course_id, membership_id)


def _is_news(
    launch: Launch,
    name: str | None,
    locale: str | None,
    title: str,
    nrps_url: str | None,
    lineitems_url: str | None,
    lineitem_url: str | None,
    scopes: list[str],
    roles: list[str],
    source: MembershipSource,
    status: MembershipStatus,
) -> bool:
    grades = launch.grades
    told = (
        (launch.name, name),
        (launch.locale, locale),
        (launch.context.title if launch.context else None, title),
        (launch.nrps_url, nrps_url),
        (grades.lineitems_url if grades else None, lineitems_url),
        (grades.lineitem_url if grades else None, lineitem_url),
    )
    return (
        any(new and new != known for new, known in told)
        or (grades is not None and list(grades.scopes) != scopes)
        or list(launch.roles) != roles
        or source is not MembershipSource.LAUNCH
        or status is not MembershipStatus.ACTIVE
    )


def _user(session: Session, platform: Platform, launch: Launch, now: datetime) -> LtiUser:
    user = session.scalar(
        select(LtiUser).where(LtiUser.platform_id == platform.id, LtiUser.subject == launch.subject)
    )
    if user is None:
        user = LtiUser(platform_id=platform.id, subject=launch.subject, created_at=now)
        session.add(user)
    user.name = launch.name or user.name
    user.locale = launch.locale or user.locale
    user.last_launch_at = now
    session.flush()
    return user


def _course(
    session: Session, deployment: Deployment, launch: Launch, now: datetime
) -> Course | None:
    if launch.context is None:
        return None
    course = session.scalar(
        select(Course).where(
            Course.deployment_id == deployment.id, Course.context_id == launch.context.id
        )
    )
    if course is None:
        course = Course(
            platform_id=deployment.platform_id,
            deployment_id=deployment.id,
            context_id=launch.context.id,
            created_at=now,
        )
        session.add(course)
    course.title = launch.context.title or course.title or ""
    course.nrps_url = launch.nrps_url or course.nrps_url
    if launch.grades:
        course.ags_lineitems_url = launch.grades.lineitems_url or course.ags_lineitems_url
        course.ags_lineitem_url = launch.grades.lineitem_url or course.ags_lineitem_url
        course.ags_scopes = list(launch.grades.scopes)
    session.flush()
    return course


def _membership(
    session: Session, user: LtiUser, course: Course, launch: Launch, now: datetime
) -> Membership:
    membership = session.scalar(
        select(Membership).where(
            Membership.course_id == course.id, Membership.lti_user_id == user.id
        )
    )
    if membership is None:
        membership = Membership(lti_user=user, course=course)
        session.add(membership)
    membership.roles = list(launch.roles)
    membership.source = MembershipSource.LAUNCH
    membership.status = MembershipStatus.ACTIVE
    membership.left_at = None
    membership.last_seen_at = now
    session.flush()
    return membership


def await_approval(
    session: Session, platform_id: uuid.UUID, deployment_id: str, now: datetime
) -> None:
    """Note a deployment that an authentic launch named, for an admin to approve or not."""
    known = session.scalar(
        select(Deployment.id).where(
            Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id
        )
    )
    if known is None:
        session.add(
            Deployment(
                platform_id=platform_id,
                deployment_id=deployment_id,
                status=Standing.PENDING,
                created_at=now,
            )
        )
        session.flush()

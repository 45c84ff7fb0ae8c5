"""What an accepted launch tells about a person, their course and their place in it.

Kept up to date with each launch. Nothing here decides what somebody may do: roles are stored as
sent, and only propose.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.launch.claims import Launch, LaunchContext
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


@dataclass(frozen=True)
class Arrival:
    """Who came, and from where; course and membership are missing outside any course."""

    user: LtiUser
    course: Course | None = None
    membership: Membership | None = None


def arrive(
    session: Session, platform: Platform, deployment: Deployment, launch: Launch, now: datetime
) -> Arrival:
    """Create or update the person, the course and the membership of a launch."""
    platform.product_family = platform.product_family or launch.product_family
    with session.no_autoflush:  # all of it is written together
        user = _user(session, platform, launch, now)
        if launch.context is None:
            return Arrival(user)
        course = _course(session, deployment, launch.context, launch, now)
        return Arrival(user, course, _membership(session, user, course, launch, now))


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
    return user


def _course(
    session: Session, deployment: Deployment, context: LaunchContext, launch: Launch, now: datetime
) -> Course:
    course = session.scalar(
        select(Course).where(Course.deployment_id == deployment.id, Course.context_id == context.id)
    )
    if course is None:
        course = Course(
            platform_id=deployment.platform_id,
            deployment_id=deployment.id,
            context_id=context.id,
            created_at=now,
        )
        session.add(course)
    course.title = context.title or course.title or ""
    course.nrps_url = launch.nrps_url or course.nrps_url
    if launch.grades:
        course.ags_lineitems_url = launch.grades.lineitems_url or course.ags_lineitems_url
        course.ags_lineitem_url = launch.grades.lineitem_url or course.ags_lineitem_url
        course.ags_scopes = list(launch.grades.scopes)
    return course


def _membership(
    session: Session, user: LtiUser, course: Course, launch: Launch, now: datetime
) -> Membership:
    # Who or what is new has no key yet, and no membership.
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

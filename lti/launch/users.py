"""What an accepted launch tells about a person, their course and their place in it.

Kept up to date with each launch; what a launch does not say stays as it was. Nothing here decides
what somebody may do: roles are stored as sent, and only propose.

Whom and what a launch names is looked up before its transaction, in one question. The transaction
then only writes, statement by statement: nobody waits for it longer than that takes.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Update, and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from lti.launch.claims import Launch, LaunchContext
from lti.models import (
    Deployment,
    LtiContext,
    LtiUser,
    Membership,
    MembershipSource,
    MembershipStatus,
    Platform,
    RegisteredPlatform,
    Standing,
)
from modules.records.db import Base


class Known(NamedTuple):
    """What is stored already of those a launch names; None: nothing yet."""

    platform_id: uuid.UUID
    deployment_id: uuid.UUID
    status: Standing
    """Of the deployment."""
    user_id: uuid.UUID | None
    membership_id: uuid.UUID | None
    course_id: uuid.UUID | None
    title: str | None
    nrps_url: str | None
    ags_lineitems_url: str | None
    ags_lineitem_url: str | None
    ags_scopes: list[str] | None


@dataclass(frozen=True)
class Arrival:
    """Who came, and from where; course and membership are missing outside any course."""

    user_id: uuid.UUID
    course_id: uuid.UUID | None = None
    membership_id: uuid.UUID | None = None


_DEPLOYMENT, _COURSE = Deployment.__table__.c, LtiContext.__table__.c
_USER, _MEMBERSHIP = LtiUser.__table__.c, Membership.__table__.c
_KNOWN = (
    select(
        _DEPLOYMENT.platform_id,
        _DEPLOYMENT.id,
        _DEPLOYMENT.status,
        _USER.id,
        _MEMBERSHIP.id,
        _COURSE.id,
        _COURSE.title,
        _COURSE.nrps_url,
        _COURSE.ags_lineitems_url,
        _COURSE.ags_lineitem_url,
        _COURSE.ags_scopes,
    )
    .select_from(Deployment.__table__)
    .outerjoin(
        LtiContext.__table__,
        and_(_COURSE.deployment_id == _DEPLOYMENT.id, _COURSE.context_id == bindparam("context")),
    )
    .outerjoin(
        LtiUser.__table__,
        and_(_USER.platform_id == _DEPLOYMENT.platform_id, _USER.subject == bindparam("subject")),
    )
    .outerjoin(
        Membership.__table__,
        and_(_MEMBERSHIP.course_id == _COURSE.id, _MEMBERSHIP.lti_user_id == _USER.id),
    )
    .where(
        _DEPLOYMENT.platform_id == bindparam("platform"),
        _DEPLOYMENT.deployment_id == bindparam("deployment"),
    )
)


def look_up(session: Session, platform_id: uuid.UUID, launch: Launch) -> Known | None:
    """Return what is known of those a launch names; None if its deployment never was announced."""
    named = {
        "platform": platform_id,
        "deployment": launch.deployment_id,
        "context": launch.context.id if launch.context else None,
        "subject": launch.subject,
    }
    found = session.execute(_KNOWN, named).one_or_none()
    return Known(*found) if found else None


def arrive(
    session: Session, platform: RegisteredPlatform, known: Known, launch: Launch, now: datetime
) -> Arrival:
    """Create or update the person, the course and the membership of a launch.

    Raises IntegrityError when somebody was created since `look_up`.
    """
    if launch.product_family and not platform.product_family:
        _save(session, Platform, platform.id, {"product_family": launch.product_family}, {})
    user_id = _save(
        session,
        LtiUser,
        known.user_id,
        {"last_launch_at": now, **_told(name=launch.name, locale=launch.locale)},
        {"platform_id": platform.id, "subject": launch.subject, "created_at": now},
    )
    if launch.context is None:
        return Arrival(user_id)
    course_id = _course(session, known, launch, launch.context, now)
    return Arrival(user_id, course_id, _membership(session, known, user_id, course_id, launch, now))


def _course(
    session: Session, known: Known, launch: Launch, context: LaunchContext, now: datetime
) -> uuid.UUID:
    values = _told(title=context.title, nrps_url=launch.nrps_url)
    if launch.grades:
        values |= _told(
            ags_lineitems_url=launch.grades.lineitems_url,
            ags_lineitem_url=launch.grades.lineitem_url,
        )
        values["ags_scopes"] = list(launch.grades.scopes)
    if known.course_id and all(getattr(known, name) == it for name, it in values.items()):
        return known.course_id  # everybody in a course says the same of it
    first = {
        "platform_id": known.platform_id,
        "deployment_id": known.deployment_id,
        "context_id": context.id,
        "created_at": now,
    }
    return _save(session, LtiContext, known.course_id, values, first)


def _membership(
    session: Session,
    known: Known,
    user_id: uuid.UUID,
    course_id: uuid.UUID,
    launch: Launch,
    now: datetime,
) -> uuid.UUID:
    values = {
        "roles": list(launch.roles),
        "source": MembershipSource.LAUNCH,
        "status": MembershipStatus.ACTIVE,
        "left_at": None,
        "last_seen_at": now,
    }
    first = {"lti_user_id": user_id, "course_id": course_id}
    return _save(session, Membership, known.membership_id, values, first)


def _told(**values: str | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _save(
    session: Session,
    model: type[Base],
    key: uuid.UUID | None,
    values: dict[str, Any],
    first: dict[str, Any],
) -> uuid.UUID:
    """Write values into a row, or with those that come `first` into a new one; return its key."""
    if key is not None:
        session.execute(_update(model), {"key": key, **values})
        return key
    key = uuid.uuid4()
    session.execute(insert(model.__table__), {"id": key, **first, **values})
    return key


@cache
def _update(model: type[Base]) -> Update:
    table = model.__table__
    return update(table).where(table.c.id == bindparam("key"))


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

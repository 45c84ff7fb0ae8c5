"""Registrations of platforms by hand: add, approve, disable; dynamic registration is beside it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Deployment, Platform, Standing


class UnknownPlatform(Exception):
    """There is no such registration."""


class AlreadyRegistered(Exception):
    """This issuer and client id are registered."""


@dataclass(frozen=True)
class NewPlatform:
    """What an administrator copies from the platform's page."""

    issuer: str
    client_id: str
    deployment_id: str
    login_url: str
    token_url: str
    jwks_url: str
    name: str = ""
    product_family: str = "moodle"


def add(session: Session, new: NewPlatform, now: datetime) -> Platform:
    """Register a platform with its deployment, ready to launch. Raises AlreadyRegistered."""
    query = select(Platform).where(
        Platform.issuer == new.issuer, Platform.client_id == new.client_id
    )
    if session.scalar(query) is not None:
        raise AlreadyRegistered
    platform = Platform(
        issuer=new.issuer,
        client_id=new.client_id,
        auth_login_url=new.login_url,
        auth_token_url=new.token_url,
        jwks_url=new.jwks_url,
        name=new.name or new.issuer,
        product_family=new.product_family,
        status=Standing.ACTIVE,
        created_at=now,
    )
    session.add(platform)
    session.add(
        Deployment(
            platform=platform,
            deployment_id=new.deployment_id,
            status=Standing.ACTIVE,
            created_at=now,
        )
    )
    session.flush()
    return platform


def all_of(session: Session) -> list[Platform]:
    """Return every registration, the oldest first."""
    return list(session.scalars(select(Platform).order_by(Platform.created_at)))


def set_standing(session: Session, platform_id: uuid.UUID, standing: Standing) -> Platform:
    """Approve or disable a registration with all its deployments. Raises UnknownPlatform."""
    platform = session.get(Platform, platform_id)
    if platform is None:
        raise UnknownPlatform
    platform.status = standing
    for deployment in platform.deployments:
        deployment.status = standing
    session.flush()
    return platform

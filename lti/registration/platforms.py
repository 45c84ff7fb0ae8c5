"""Registrations of platforms: add by hand, approve, disable; dynamic registration is beside it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from lti.errors import UnknownPlatform
from lti.http import origin_of
from lti.models import Deployment, Platform, PlatformKeySet, Standing

LONGEST_URL = 2048
LONGEST_ID = 255


class AlreadyRegistered(Exception):
    """This issuer and client id are registered."""


class InvalidRegistration(Exception):
    """What was entered cannot be a registration; `fields` maps each wrong field to a code."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = dict(fields)


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
    frame_origins: tuple[str, ...] = ()
    """Further origins whose pages show the tool in a frame."""

    def faults(self) -> dict[str, str]:
        """Return what is wrong with it, by field: `required`, `too_long` or `address`.

        Addresses are https, or http while the issuer is http too (a Moodle inside a hospital); the
        issuer is compared letter by letter and is an address as well.
        """
        found: dict[str, str] = {}
        for field in ("issuer", "client_id", "deployment_id"):
            value = getattr(self, field)
            if not value or value != value.strip():
                found[field] = "required"
            elif len(value) > LONGEST_ID:
                found[field] = "too_long"
        secure = self.issuer.startswith("https:")
        for field in ("issuer", "login_url", "token_url", "jwks_url"):
            if field not in found and not _is_address(getattr(self, field), https=secure):
                found[field] = "address"
        if not all(_is_origin(each, https=secure) for each in self.frame_origins):
            found["frame_origins"] = "origin"
        return found


def _is_address(text: str, *, https: bool) -> bool:
    try:
        parts = urlsplit(text)
        good = parts.port != 0 and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    schemes = ("https",) if https else ("http", "https")
    printable = text.isascii() and text.isprintable() and " " not in text
    return good and parts.scheme in schemes and printable and len(text) <= LONGEST_URL


def _is_origin(text: str, *, https: bool) -> bool:
    return _is_address(text, https=https) and origin_of(text) == text.rstrip("/")


def add(session: Session, new: NewPlatform, now: datetime) -> Platform:
    """Register a platform with its deployment, ready to launch.

    Raises InvalidRegistration, or AlreadyRegistered.
    """
    if faults := new.faults():
        raise InvalidRegistration(faults)
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
        frame_origins=[origin_of(each) for each in new.frame_origins],
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
    """Return every registration with its deployments, the oldest first."""
    query = (
        select(Platform)
        .options(selectinload(Platform.deployments))
        .order_by(Platform.created_at, Platform.id)
    )
    return list(session.scalars(query))


def approve(session: Session, platform_id: uuid.UUID) -> Platform:
    """Let a registration launch; its first deployments with it. Raises UnknownPlatform.

    Deployments that were heard of since wait for an approval of their own (`set_deployment`).
    """
    platform = _get(session, platform_id)
    platform.status = Standing.ACTIVE
    standings = {deployment.status for deployment in platform.deployments}
    if standings == {Standing.PENDING}:
        for deployment in platform.deployments:
            deployment.status = Standing.ACTIVE
    session.flush()
    return platform


def disable(session: Session, platform_id: uuid.UUID) -> Platform:
    """Stop a registration: no login, no launch, and its open sessions end. Raises UnknownPlatform.

    Its keys are forgotten: whatever is published when it comes back counts.
    """
    platform = _get(session, platform_id)
    platform.status = Standing.DISABLED
    session.execute(delete(PlatformKeySet).where(PlatformKeySet.platform_id == platform_id))
    session.flush()
    return platform


def show_in(session: Session, platform_id: uuid.UUID, origins: Sequence[str]) -> Platform:
    """Say which further origins may frame our pages, in place of those said before.

    Raises UnknownPlatform, and InvalidRegistration for what is no origin (`https://host`).
    """
    platform = _get(session, platform_id)
    secure = platform.issuer.startswith("https:")
    if not all(_is_origin(each, https=secure) for each in origins):
        raise InvalidRegistration({"frame_origins": "origin"})
    platform.frame_origins = [origin_of(each) for each in origins]
    session.flush()
    return platform


def set_deployment(session: Session, key: uuid.UUID, standing: Standing) -> Deployment:
    """Approve or disable one deployment. Raises UnknownPlatform."""
    deployment = session.get(Deployment, key)
    if deployment is None:
        raise UnknownPlatform
    deployment.status = standing
    session.flush()
    return deployment


def _get(session: Session, platform_id: uuid.UUID) -> Platform:
    platform = session.get(Platform, platform_id)
    if platform is None:
        raise UnknownPlatform
    return platform

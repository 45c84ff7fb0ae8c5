"""What the LTI side remembers: registrations, keys, used logins, people, courses, launches.

Identity lives here and nowhere else. Rows point at `participants.id` and `studies.id` by name and
one way only: no relationship leads from the core records back to a person.
"""

import json
import uuid
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Boolean,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from modules.records.crypto import EncryptedText
from modules.records.db import (
    Base,
    Identified,
    UtcDateTime,
    string_enum,
)
from modules.text import LabelledEnum


class EncryptedJson(EncryptedText):
    """An encrypted column that holds a JSON value instead of a text."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write as JSON, then encrypt."""
        return super().process_bind_param(None if value is None else json.dumps(value), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt, then read the JSON."""
        plain = super().process_result_value(value, dialect)
        return None if plain is None else json.loads(plain)


class Standing(LabelledEnum):
    """Whether a registration or a deployment may launch. Nothing may before an admin approves."""

    PENDING = "pending", "espera aprobación", "waits for approval"
    ACTIVE = "active", "aprobada", "approved"
    DISABLED = "disabled", "desactivada", "disabled"


class MembershipSource(LabelledEnum):
    """Where we last heard about a membership: a launch or the course roster (NRPS)."""

    LAUNCH = "launch", "una entrada", "a launch"
    ROSTER = "roster", "la lista del curso", "the course roster"


class MembershipStatus(LabelledEnum):
    """Whether the person is still in the course. People who leave are marked, never deleted."""

    ACTIVE = "active", "en el curso", "in the course"
    SUSPENDED = "suspended", "acceso suspendido", "access suspended"
    """Listed, but the platform does not let them in (NRPS: `Inactive`)."""
    LEFT = "left", "ya no está en el curso", "left the course"


class Platform(Identified, Base):
    """One registration of this tool on one learning platform."""

    __tablename__ = "lti_platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    issuer: Mapped[str] = mapped_column(String(255))
    """The platform's `iss`, compared character by character (a trailing slash is a difference)."""
    client_id: Mapped[str] = mapped_column(String(255))
    """What the platform calls this tool. One issuer may register us more than once."""
    auth_login_url: Mapped[str] = mapped_column(Text)
    """Where a login request is sent."""
    auth_token_url: Mapped[str] = mapped_column(Text)
    """Where access tokens for the services (roster, grades) are asked for."""
    auth_audience: Mapped[str | None] = mapped_column(Text, default=None)
    """`aud` of our client assertion where it differs from the token URL."""
    jwks_url: Mapped[str] = mapped_column(Text)
    """Where the platform publishes its public keys."""
    name: Mapped[str] = mapped_column(String(255), default="")
    """What admins call this platform."""
    product_family: Mapped[str] = mapped_column(String(64), default="")
    """`moodle`, `canvas`, …: selects a platform's quirks. Empty: unknown."""
    algorithm: Mapped[str] = mapped_column(String(16), default="RS256")
    """The one signature algorithm accepted from this platform; never taken from a token."""
    frame_origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Origins that may frame our pages besides those the registration names; an administrator adds
    them where a platform shows its pages elsewhere."""
    status: Mapped[Standing] = mapped_column(string_enum(Standing), default=Standing.PENDING)
    """Only an active registration may log in or launch."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the registration was made."""

    deployments: Mapped[list["Deployment"]] = relationship(back_populates="platform")
    """The installations of this registration on the platform."""


class RegisteredPlatform(NamedTuple):
    """What a login or a launch needs of a `Platform`: the columns alone, which load in half the
    time of the object and cannot be changed."""

    id: uuid.UUID
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    auth_audience: str | None
    jwks_url: str
    product_family: str
    algorithm: str
    frame_origins: list[str]
    status: Standing


REGISTERED_PLATFORM = tuple(Platform.__table__.c[name] for name in RegisteredPlatform._fields)
"""What to select for a `RegisteredPlatform`."""


class Deployment(Identified, Base):
    """One installation of a registration (in Moodle: the tool type; elsewhere: an account)."""

    __tablename__ = "lti_deployments"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_platforms.id"))
    """The registration it belongs to."""
    deployment_id: Mapped[str] = mapped_column(String(255))
    """The platform's own name for it, as sent."""
    status: Mapped[Standing] = mapped_column(string_enum(Standing), default=Standing.PENDING)
    """Deployments that were never announced appear as pending and wait for an admin."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When we first heard of it."""

    platform: Mapped[Platform] = relationship(back_populates="deployments")
    """The registration it belongs to."""


class ToolKey(Identified, Base):
    """One of this tool's own signing keys; at any time at least one is in use and published."""

    __tablename__ = "lti_tool_keys"

    kid: Mapped[str] = mapped_column(String(64), unique=True)
    """Name of the key in the published key set."""
    private_pem: Mapped[str] = mapped_column(EncryptedText("lti_tool_keys.private_pem"))
    """The 2048-bit RSA private key, encrypted at rest."""
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The public half as published."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the key was made."""
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    """Signing with it starts here; it is published from the moment it is made."""
    retire_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Published until here, then forgotten. Empty: still current."""


class PlatformKeySet(Identified, Base):
    """The platform's public keys as last read, so that a launch asks the platform for nothing."""

    __tablename__ = "lti_platform_key_sets"

    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_platforms.id"), unique=True)
    """Whose keys."""
    keys: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The usable RSA public keys, as JWK objects."""
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Last successful reading."""
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Until when attempts are accounted for (`lti.keysets.PACE`): tokens cannot drive requests."""
    problem: Mapped[str | None] = mapped_column(String(64), default=None)
    """Why the last attempt failed, as a code. Empty: it did not."""


class UsedNonce(Identified, Base):
    """A login that was used by a launch; a second one finds its nonce here and is refused."""

    __tablename__ = "lti_used_nonces"

    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    """The nonce of the login, sent to the platform and back in its token."""
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When. Forgotten after `lti.launch.login_attempts.KEPT`."""


class LtiUser(Identified, Base):
    """A person as one registration knows them. The only table that holds a name."""

    __tablename__ = "lti_users"
    __table_args__ = (UniqueConstraint("platform_id", "subject"),)

    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_platforms.id"))
    """The registration whose `sub` this is."""
    subject: Mapped[str] = mapped_column(String(255))
    """`sub`: the platform's own identifier of the person."""
    name: Mapped[str | None] = mapped_column(EncryptedText("lti_users.name"), default=None)
    """Name to show to the people who treat them, encrypted; empty if the platform sends none."""
    locale: Mapped[str | None] = mapped_column(String(35), default=None)
    """Language of the last launch, as sent (`es_mx`)."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """First heard of."""
    last_launch_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Last launch; empty for people known from a roster only."""


class LtiContext(Identified, Base):
    """A course (LTI context) of a platform."""

    __tablename__ = "lti_courses"
    open_after_lock = "a course is bound to its study by the platform's doings"
    __table_args__ = (UniqueConstraint("deployment_id", "context_id"),)

    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_platforms.id"))
    """The registration it was launched from."""
    deployment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_deployments.id"))
    """The deployment it was launched from."""
    context_id: Mapped[str] = mapped_column(String(255))
    """The platform's own identifier. A copied course gets a new one."""
    title: Mapped[str] = mapped_column(String(255), default="")
    """Title of the course, as last sent."""
    study_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("studies.id"), default=None)
    """The study or programme that is run in this course; chosen by staff."""
    nrps_url: Mapped[str | None] = mapped_column(Text, default=None)
    """Roster address (`context_memberships_url`) as sent. Only launched courses are ever read."""
    ags_lineitems_url: Mapped[str | None] = mapped_column(Text, default=None)
    """Address of the grade columns (`lineitems`) as sent."""
    ags_lineitem_url: Mapped[str | None] = mapped_column(Text, default=None)
    """Address of the link's own grade column (`lineitem`) as last sent."""
    ags_scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What the platform lets us do with grades (`scope`)."""
    roster_synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Last complete reading of the roster."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """First launch from it."""


class Membership(Identified, Base):
    """A person in a course, with the platform's roles. These only propose; ours are elsewhere."""

    __tablename__ = "lti_memberships"
    open_after_lock = "who comes in is known by what the platform says of them"
    __table_args__ = (UniqueConstraint("course_id", "lti_user_id"),)

    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"), index=True)
    """Who."""
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_courses.id"))
    """In which course."""
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Roles of the last launch, as sent."""
    roster_roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Roles in the last roster, as sent. Moodle decides them by another rule than at launch."""
    source: Mapped[MembershipSource] = mapped_column(string_enum(MembershipSource))
    """Where we last heard of it."""
    status: Mapped[MembershipStatus] = mapped_column(
        string_enum(MembershipStatus), default=MembershipStatus.ACTIVE
    )
    """Whether they are still in the course."""
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Last launch or last roster that listed them."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """The first complete roster that no longer listed them."""
    participant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("participants.id"), default=None, index=True
    )
    """The participant this person is in our records, once enrolled. One way: see the top."""

    lti_user: Mapped[LtiUser] = relationship()
    """Who."""
    course: Mapped[LtiContext] = relationship()
    """In which course."""


class LaunchSession(Identified, Base):
    """What one launch opened: one person, in one course, in one tab, for twelve hours at most."""

    __tablename__ = "lti_launch_sessions"

    ref: Mapped[str] = mapped_column(String(16), unique=True)
    """Short public name in the address (`/t/<ref>/`). Knowing it opens nothing."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the cookie's value."""
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_platforms.id"))
    """The registration that vouched for the person."""
    lti_user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lti_users.id"), index=True)
    """Who launched."""
    course_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("lti_courses.id"), default=None)
    """From which course; empty for a launch outside any course."""
    membership_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("lti_memberships.id"), default=None
    )
    """Their membership in that course."""
    message_type: Mapped[str] = mapped_column(String(40))
    """`LtiResourceLinkRequest` or `LtiDeepLinkingRequest`."""
    role: Mapped[str] = mapped_column(String(16))
    """Role the platform proposes (`lti.launch.claims.Role`); the application decides."""
    locale: Mapped[str | None] = mapped_column(String(35), default=None)
    """Language the platform asked for, as sent."""
    resource_link_id: Mapped[str | None] = mapped_column(String(255), default=None)
    """The activity that was opened. Changes when a course is copied; identity is in `custom`."""
    custom: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Custom parameters (module key, …); blanked when the session is over."""
    deep_linking: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJson("lti_launch_sessions.deep_linking"), default=None
    )
    """Deep-linking settings of the request; empty for other launches. Moodle puts the user's
    session key into the return address here too: encrypted, never logged."""
    document_target: Mapped[str | None] = mapped_column(String(16), default=None)
    """`iframe`, `frame` or `window`."""
    return_url: Mapped[str | None] = mapped_column(
        EncryptedText("lti_launch_sessions.return_url"), default=None
    )
    """Way back to the course. Moodle puts the user's session key in it: encrypted, never logged."""
    csrf_secret: Mapped[str] = mapped_column(String(64))
    """What form tokens of this session are made from."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the launch was accepted."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """Twelve hours later."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """When the person closed it, or somebody closed it for them."""

    platform: Mapped[Platform] = relationship()
    """The registration that vouched for the person."""
    lti_user: Mapped[LtiUser] = relationship()
    """Who launched."""
    course: Mapped[LtiContext | None] = relationship()
    """From which course."""
    membership: Mapped[Membership | None] = relationship()
    """Their membership in that course."""


class LaunchRecord(Identified, Base):
    """What happened to one login or launch, for an admin to read. Holds no claim and no person."""

    __tablename__ = "lti_launch_records"
    __table_args__ = (Index("ix_lti_launch_records_platform_id_at", "platform_id", "at"),)

    reference: Mapped[str] = mapped_column(String(16), unique=True)
    """Short text shown to the person, to be read out over the telephone."""
    platform_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("lti_platforms.id"), default=None
    )
    """The registration, as far as it was known."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When."""
    step: Mapped[str] = mapped_column(String(16))
    """`login` or `launch`."""
    accepted: Mapped[bool] = mapped_column(Boolean)
    """Whether it was let in."""
    passed: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of the checks passed, in order."""
    failed: Mapped[str | None] = mapped_column(String(32), default=None)
    """`lti.errors.Code` of the check that failed; empty if none did."""
    status: Mapped[int] = mapped_column(Integer)
    """HTTP status of the answer."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Numbers and short codes that help (clock difference in seconds, key id known or not)."""

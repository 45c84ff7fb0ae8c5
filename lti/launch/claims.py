"""What a launch says, read from the claims of a verified id_token. Pure: no database, no clock.

Sections are those of the LTI Core 1.3 specification (imsglobal.org/spec/lti/v1p3), of Deep Linking
2.0 (DL), of Names and Role Provisioning 2.0 (NRPS) and of Assignment and Grade Services 2.0 (AGS).

What a launch must say is checked strictly. What it may say is read where it can be and counts as
not said otherwise: an empty claim is `[]` where PHP wrote it, and no shape of an optional claim
locks a person out.

The platform's roles only *propose* one of ours, and the proposal is always the one that may see
least: who is both Learner and Instructor is a patient; an administrator, who may set things up, is
not thereby a clinician. Who is an assessor is never read from a platform.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from lti.errors import Code, Malformed, NotAllowed, NotAuthentic

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
NRPS_SERVICE = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
VERSION = "1.3.0"

LONGEST_ID = 255
"""Most characters in an identifier (section 5.3.6 for `sub`, used for all of them)."""
LONGEST_TEXT = 255
"""Titles and names are cut here."""
LONGEST_URL = 2048
MOST_CUSTOM = 64
"""Most custom parameters kept; Moodle sends fewer than twenty."""


class Role(StrEnum):
    """What a platform's roles propose. `NONE` opens nothing but an explanation."""

    NONE = "none"
    PATIENT = "patient"
    STAFF = "staff"
    ADMIN = "admin"


@dataclass(frozen=True)
class LaunchContext:
    """The course (section 5.4.1)."""

    id: str
    title: str = ""


@dataclass(frozen=True)
class GradeService:
    """AGS endpoint claim (AGS section 3.1)."""

    scopes: tuple[str, ...] = ()
    lineitems_url: str | None = None
    lineitem_url: str | None = None


@dataclass(frozen=True)
class DeepLinkSettings:
    """Deep-linking settings (DL section 4.4.1); `raw` is what the answer has to be made from."""

    return_url: str
    accept_types: tuple[str, ...]
    accept_multiple: bool
    data: str | None
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Launch:
    """One launch, as the platform tells it. Identifiers are the platform's own, as sent."""

    message_type: str
    deployment_id: str
    target_link_uri: str
    subject: str
    roles: tuple[str, ...]
    role: Role
    name: str | None = None
    locale: str | None = None
    context: LaunchContext | None = None
    resource_link_id: str | None = None
    resource_link_title: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    document_target: str | None = None
    return_url: str | None = None
    product_family: str = ""
    nrps_url: str | None = None
    grades: GradeService | None = None
    deep_linking: DeepLinkSettings | None = None

    @property
    def is_deep_linking(self) -> bool:
        """Whether staff are choosing what to place in a course."""
        return self.message_type == DEEP_LINKING_REQUEST


def read_launch(
    claims: Mapping[str, Any], passed: Callable[[str], None] = lambda _check: None
) -> Launch:
    """Read the claims in a fixed order; tell `passed` the name of every check that held.

    Raises Malformed (400), NotAuthentic (401: no deployment) or NotAllowed (403: no user).
    """
    _version(claims)
    passed("version")
    message_type = _message_type(claims)
    passed("message_type")
    deployment_id = _deployment_id(claims)
    target_link_uri = _target_link_uri(claims)
    passed("target_present")
    roles = _roles(claims)
    passed("roles")
    subject = _subject(claims)
    passed("subject")
    link = _resource_link(claims, message_type)
    deep_linking = _deep_linking(claims, message_type)
    passed("message")
    presentation = _object(claims, CLAIM + "launch_presentation")
    nrps = _object(claims, NRPS_SERVICE)
    launch = Launch(
        message_type=message_type,
        deployment_id=deployment_id,
        target_link_uri=target_link_uri,
        subject=subject,
        roles=roles,
        role=proposed_role(roles),
        name=_name(claims),
        locale=_locale(claims, presentation),
        context=_context(claims),
        resource_link_id=link.get("id"),
        resource_link_title=_text(link.get("title")),
        custom=_custom(claims),
        document_target=_text(presentation.get("document_target"))[:16] or None,
        return_url=_url(presentation.get("return_url")),
        product_family=_product_family(claims),
        nrps_url=_url(nrps.get("context_memberships_url")),
        grades=_grades(claims),
        deep_linking=deep_linking,
    )
    passed("claims")
    return launch


# Roles -----------------------------------------------------------------------------------------

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_ADMINISTRATIVE = (
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#",
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#",
    # Not in the vocabulary, but what Moodle's roster service says for its administrators.
    "http://purl.imsglobal.org/vocab/lis/v2/person#",
    "urn:lti:sysrole:ims/lis/",
    "urn:lti:instrole:ims/lis/",
)
_CONTEXT = (_MEMBERSHIP, "urn:lti:role:ims/lis/")
_OURS = {"Learner": Role.PATIENT, "Instructor": Role.STAFF, "Administrator": Role.ADMIN}


def proposed_role(roles: Iterable[str]) -> Role:
    """Propose the least of our roles that these platform roles allow (section 5.3.7, appendix A).

    Learner beats everything; an administrator proposes `ADMIN` even when also an Instructor (every
    Moodle administrator is); Instructor alone proposes `STAFF`. Full URIs, LTI 1.1 `urn:` forms and
    short context roles count; sub-roles (`membership/Instructor#TeachingAssistant`) and everything
    unknown propose nothing.
    """
    proposals = {_proposal(role) for role in roles}
    for role in (Role.PATIENT, Role.ADMIN, Role.STAFF):
        if role in proposals:
            return role
    return Role.NONE


def _proposal(role: str) -> Role:
    for prefix in _CONTEXT:
        if role.startswith(prefix):
            return _OURS.get(role.removeprefix(prefix), Role.NONE)
    for prefix in _ADMINISTRATIVE:
        if role.startswith(prefix):
            # Being a student or teacher of the institution says nothing about this course.
            return Role.ADMIN if role.removeprefix(prefix) == "Administrator" else Role.NONE
    return _OURS.get(role, Role.NONE)


# Claims ----------------------------------------------------------------------------------------


def _version(claims: Mapping[str, Any]) -> None:
    """Section 5.3.2."""
    if claims.get(CLAIM + "version") != VERSION:
        raise Malformed(Code.VERSION)


def _message_type(claims: Mapping[str, Any]) -> str:
    """Section 5.3.1; deep linking: DL section 4.4.2."""
    message_type = claims.get(CLAIM + "message_type")
    if message_type not in (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST):
        raise Malformed(Code.MESSAGE_TYPE)
    return str(message_type)


def _deployment_id(claims: Mapping[str, Any]) -> str:
    """Section 5.3.3: without it nothing says which installation is speaking."""
    deployment_id = claims.get(CLAIM + "deployment_id")
    if not is_identifier(deployment_id):
        raise NotAuthentic(Code.DEPLOYMENT)
    return str(deployment_id)


def _target_link_uri(claims: Mapping[str, Any]) -> str:
    """Section 5.3.4; deep-linking requests carry it too, as Moodle and 1EdTech's platforms do."""
    target = claims.get(CLAIM + "target_link_uri")
    if not isinstance(target, str) or not target:
        raise Malformed(Code.TARGET)
    return target


def _roles(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Section 5.3.7: required, may be empty."""
    roles = claims.get(CLAIM + "roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Malformed(Code.ROLES)
    return tuple(role[:LONGEST_ID] for role in roles[:64] if role and _storable(role))


def _subject(claims: Mapping[str, Any]) -> str:
    """Section 5.3.6. An anonymous launch (5.3.6.1) is legal; this tool needs a person."""
    if claims.get("sub") is None:
        raise NotAllowed(Code.NO_USER)
    if not is_identifier(claims["sub"]):
        raise Malformed(Code.SUBJECT)
    return str(claims["sub"])


def _resource_link(claims: Mapping[str, Any], message_type: str) -> Mapping[str, Any]:
    """Section 5.3.5: required for a resource link, absent from a deep-linking request."""
    link = claims.get(CLAIM + "resource_link")
    if message_type != RESOURCE_LINK_REQUEST:
        return {}
    if not isinstance(link, dict) or not is_identifier(link.get("id")):
        raise Malformed(Code.RESOURCE_LINK)
    return link


def _deep_linking(claims: Mapping[str, Any], message_type: str) -> DeepLinkSettings | None:
    """DL section 4.4.1; a resource link launch that carries the settings is neither one thing."""
    settings = claims.get(DEEP_LINKING_SETTINGS)
    if message_type != DEEP_LINKING_REQUEST:
        if isinstance(settings, dict) and settings:
            raise Malformed(Code.DEEP_LINK)
        return None
    return read_deep_linking(settings)


def read_deep_linking(settings: object) -> DeepLinkSettings:
    """Read deep-linking settings (DL section 4.4.1), as sent or as a session kept them.

    Raises Malformed when they are unusable.
    """
    if not isinstance(settings, dict):
        raise Malformed(Code.DEEP_LINK)
    return_url = _url(settings.get("deep_link_return_url"))
    accept_types = settings.get("accept_types")
    if return_url is None or not isinstance(accept_types, list):
        raise Malformed(Code.DEEP_LINK)
    data = settings.get("data")
    return DeepLinkSettings(
        return_url=return_url,
        accept_types=tuple(kind for kind in accept_types if isinstance(kind, str)),
        # Moodle sends a boolean, older platforms the word.
        accept_multiple=settings.get("accept_multiple") in (True, "true"),
        data=data if isinstance(data, str) else None,
        raw=settings,
    )


def _context(claims: Mapping[str, Any]) -> LaunchContext | None:
    """Section 5.4.1: optional; a course whose id was sent as a number is that course."""
    context = _object(claims, CLAIM + "context")
    said = context.get("id")
    identifier = str(said) if type(said) is int and said.bit_length() < 64 else said
    if not is_identifier(identifier):
        return None
    title = _text(context.get("title")) or _text(context.get("label"))
    return LaunchContext(id=str(identifier), title=title)


def _name(claims: Mapping[str, Any]) -> str | None:
    """Section 5.4.2 (OpenID Connect Core 5.1): sent only where the platform may share it."""
    whole = _text(claims.get("name"))
    parts = (_text(claims.get("given_name")), _text(claims.get("family_name")))
    return whole or " ".join(part for part in parts if part)[:LONGEST_TEXT] or None


def _locale(claims: Mapping[str, Any], presentation: Mapping[str, Any]) -> str | None:
    """Section 5.4.4; Moodle says `es_mx`. Falls back on the person's own `locale`."""
    locale = _text(presentation.get("locale")) or _text(claims.get("locale"))
    return locale[:35] or None


def _custom(claims: Mapping[str, Any]) -> Mapping[str, str]:
    """Section 5.4.6. A parameter the platform could not substitute arrives as `$Name`: dropped."""
    custom = _object(claims, CLAIM + "custom")
    kept = {
        str(key)[:LONGEST_ID]: value[:LONGEST_URL]
        for key, value in custom.items()
        if isinstance(value, str) and not value.startswith("$") and _storable(str(key) + value)
    }
    return dict(list(kept.items())[:MOST_CUSTOM])


def _product_family(claims: Mapping[str, Any]) -> str:
    """Section 5.4.3."""
    return _text(_object(claims, CLAIM + "tool_platform").get("product_family_code"))[:64]


def _grades(claims: Mapping[str, Any]) -> GradeService | None:
    """AGS section 3.1."""
    endpoint = _object(claims, AGS_ENDPOINT)
    scopes = endpoint.get("scope")
    if not endpoint or not isinstance(scopes, list):
        return None
    return GradeService(
        scopes=tuple(scope for scope in scopes if isinstance(scope, str)),
        lineitems_url=_url(endpoint.get("lineitems")),
        lineitem_url=_url(endpoint.get("lineitem")),
    )


# Shapes ----------------------------------------------------------------------------------------


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an optional claim that is an object; any other shape says nothing."""
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def is_identifier(value: object) -> TypeGuard[str]:
    """Say whether a value is an identifier: a text of 1 to 255 characters that can be stored."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and _storable(value)


def _text(value: object) -> str:
    return value.strip()[:LONGEST_TEXT] if isinstance(value, str) and _storable(value) else ""


_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: str) -> bool:
    """No database stores NUL or half of a surrogate pair; JSON can spell both."""
    return _NOT_STORABLE.search(value) is None


def _url(value: object) -> str | None:
    """Return the address if it is one that a browser or we may follow: http(s), no spaces."""
    if not isinstance(value, str) or len(value) > LONGEST_URL or not _storable(value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.hostname else None

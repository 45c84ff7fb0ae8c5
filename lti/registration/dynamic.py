"""Dynamic registration (LTI Dynamic Registration 1.0): a platform sets this tool up by itself.

An administrator of this tool makes a one-time link (`lti.registration.invites`); the platform's
administrator opens it from the platform, which adds the address of its configuration and a token
of its own. The configuration is read through `lti.http`, and everything it names must lie on one
host. What comes of it is inactive until somebody here approves it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti.http import USER_AGENT, AddressRefused, Http
from lti.launch.claims import DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST
from lti.models import Deployment, Platform, PlatformKeySet, Standing
from lti.registration import invites
from lti.registration.models import RegistrationInvite
from modules.records.db import Database

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    f"{AGS}/lineitem",
    f"{AGS}/lineitem.readonly",
    f"{AGS}/result.readonly",
    f"{AGS}/score",
)
CLAIMS = ("iss", "sub", "name")
"""Staff must know whom they treat. Nothing here needs an e-mail address, so none is asked for."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
LONGEST = 2048


class RegistrationRefused(Exception):
    """A registration that did not happen.

    `code` names the reason, `status` the HTTP status of our answer, `detail` the platform's own
    short words, if any.
    """

    def __init__(self, code: str, status: int = 400, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.status, self.detail = code, status, detail[:200]


@dataclass(frozen=True)
class ToolProfile:
    """How this tool introduces itself. `public_url` has no path and no final slash."""

    public_url: str
    name: str = "Columna"
    description: str = "Programa para el dolor lumbar · Programme for low back pain"
    logo_url: str = ""


@dataclass(frozen=True)
class PlatformOffer:
    """What a platform's configuration says, checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    product_family: str
    audience: str | None


@dataclass(frozen=True)
class Registered:
    """What came of a registration. `repeated`: the platform had registered before."""

    platform_id: uuid.UUID
    issuer: str
    client_id: str
    deployment_id: str | None
    repeated: bool = False


# The registration ------------------------------------------------------------------------------


def register(
    database: Database,
    http: Http,
    profile: ToolProfile,
    *,
    secret: str,
    configuration_url: str,
    registration_token: str,
    now: datetime,
) -> Registered:
    """Register this tool with the platform behind `configuration_url`; nothing is active by it.

    `http` is a `lti.http.GuardedHttp`. Raises RegistrationRefused; the link can then be used
    again, unless the link itself was the reason.
    """
    try:
        claimed = invites.claim(database, secret, now)
    except invites.InviteRefused:
        raise RegistrationRefused("invite", 403) from None
    try:
        offer = read_configuration(http, configuration_url)
        answer = _introduce(http, profile, offer, registration_token)
        return _keep(database, claimed, offer, answer, now)
    except BaseException:
        invites.give_back(database, claimed.id)
        raise


def read_configuration(http: Http, url: str) -> PlatformOffer:
    """Return a platform's configuration. Raises RegistrationRefused.

    The issuer must lie on the host that served the configuration, and every endpoint on the
    issuer's: otherwise a page on one host could speak for another one.
    """
    body = _fetch(http, "GET", url, "configuration")
    if not isinstance(body, dict):
        raise RegistrationRefused("configuration_unreadable")
    issuer = _text(body, "issuer")
    if _host(issuer) != _host(url):
        raise RegistrationRefused("issuer_elsewhere")
    endpoints = {name: _text(body, name) for name in ENDPOINTS}
    if any(_host(address) != _host(issuer) for address in endpoints.values()):
        raise RegistrationRefused("endpoint_elsewhere")
    if "RS256" not in body.get("id_token_signing_alg_values_supported", ["RS256"]):
        raise RegistrationRefused("no_rs256")
    platform = body.get(PLATFORM_CONFIGURATION)
    family = platform.get("product_family_code", "") if isinstance(platform, dict) else ""
    audience = body.get("authorization_server")
    return PlatformOffer(
        issuer=issuer,
        product_family=str(family)[:64],
        audience=audience[:LONGEST] if isinstance(audience, str) and audience else None,
        **endpoints,
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise RegistrationRefused("configuration_incomplete", detail=name)
    return value


def _host(url: str) -> tuple[str, str]:
    """Return scheme and host with port: both must be the same."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        raise RegistrationRefused("address_malformed") from None
    if not parts.hostname:
        raise RegistrationRefused("address_malformed")
    return parts.scheme, f"{parts.hostname}:{port}"


def introduction(profile: ToolProfile) -> dict[str, Any]:
    """Return what this tool says of itself (section 3.1.3; the domain includes the port)."""
    base = profile.public_url
    launch = f"{base}/lti/launch"
    said: dict[str, Any] = {
        "application_type": "web",
        "client_name": profile.name,
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{base}/lti/login",
        "jwks_uri": f"{base}/lti/jwks",
        "redirect_uris": [launch],
        "response_types": ["id_token"],
        "scope": " ".join(SCOPES),
        "token_endpoint_auth_method": "private_key_jwt",
        TOOL_CONFIGURATION: {
            "domain": urlsplit(base).netloc,
            "description": profile.description,
            "target_link_uri": launch,
            "claims": list(CLAIMS),
            "messages": [
                {"type": RESOURCE_LINK_REQUEST},
                {"type": DEEP_LINKING_REQUEST, "target_link_uri": launch, "label": profile.name},
            ],
        },
    }
    return said | ({"logo_uri": profile.logo_url} if profile.logo_url else {})


def _introduce(
    http: Http, profile: ToolProfile, offer: PlatformOffer, token: str
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    options = {"json": introduction(profile), "headers": headers}
    body = _fetch(http, "POST", offer.registration_endpoint, "registration", **options)
    if not isinstance(body, dict) or not isinstance(body.get("client_id"), str):
        raise RegistrationRefused("no_client_id")
    if not 0 < len(body["client_id"]) <= 255:
        raise RegistrationRefused("no_client_id")
    return body


def _fetch(http: Http, method: str, url: str, step: str, **options: Any) -> Any:
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
    headers |= options.pop("headers", {})
    try:
        response = http.request(method, url, headers=headers, **options)
    except AddressRefused as refusal:
        raise RegistrationRefused(refusal.code) from None
    except (requests.RequestException, OSError):
        raise RegistrationRefused(f"{step}_unreachable") from None
    if not 200 <= response.status_code < 300:
        raise _refusal(step, response)
    try:
        return response.json()
    except ValueError:
        raise RegistrationRefused(f"{step}_unreadable") from None


def _refusal(step: str, response: requests.Response) -> RegistrationRefused:
    """Name what a platform's refusal means; Moodle's own words are kept where it has some."""
    if step == "configuration":
        return RegistrationRefused("configuration_unreachable", detail=str(response.status_code))
    said = " ".join(response.text[:400].split())
    if "token_already_used" in said:
        return RegistrationRefused("token_already_used")
    if response.status_code == 401:
        return RegistrationRefused("authorization_lost")
    if "html" in response.headers.get("Content-Type", ""):
        said = ""
    return RegistrationRefused("platform_refused", detail=f"{response.status_code} {said}".strip())


def _keep(
    database: Database,
    claimed: RegistrationInvite,
    offer: PlatformOffer,
    answer: Mapping[str, Any],
    now: datetime,
) -> Registered:
    client_id = str(answer["client_id"])
    configuration = answer.get(TOOL_CONFIGURATION)
    deployment_id = configuration.get("deployment_id") if isinstance(configuration, dict) else None
    deployment_id = str(deployment_id)[:255] if deployment_id else None
    with database.writing() as session:
        platform = session.scalar(
            select(Platform).where(Platform.issuer == offer.issuer, Platform.client_id == client_id)
        )
        repeated = platform is not None
        if platform is None:
            platform = Platform(
                id=uuid.uuid4(), issuer=offer.issuer, client_id=client_id, created_at=now
            )
            platform.name = claimed.label or urlsplit(offer.issuer).netloc
            session.add(platform)
        platform.status = Standing.PENDING  # whatever it was: its addresses may be new
        platform.auth_login_url = offer.authorization_endpoint
        platform.auth_token_url = offer.token_endpoint
        platform.auth_audience = offer.audience
        if repeated and platform.jwks_url != offer.jwks_uri:
            stale = PlatformKeySet.platform_id == platform.id
            session.execute(delete(PlatformKeySet).where(stale))
        platform.jwks_url = offer.jwks_uri
        platform.product_family = offer.product_family
        session.flush()
        if deployment_id:
            _keep_deployment(session, platform.id, deployment_id, now)
        used = session.get_one(RegistrationInvite, claimed.id)
        used.used_at, used.platform_id = now, platform.id
        return Registered(platform.id, offer.issuer, client_id, deployment_id, repeated)


def _keep_deployment(
    session: Session, platform_id: uuid.UUID, deployment_id: str, now: datetime
) -> None:
    known = session.scalar(
        select(Deployment.id).where(
            Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id
        )
    )
    if known is None:
        row = Deployment(platform_id=platform_id, deployment_id=deployment_id, created_at=now)
        row.status = Standing.PENDING
        session.add(row)

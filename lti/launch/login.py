"""The login request: the platform asks us to ask it who is there.

OpenID Connect third-party initiated login (LTI Security Framework 1.0, section 5.1.1). The request
proves nothing; it only says where to send the browser. So nothing of it is trusted but what a
registration confirms, the answer always comes back to the one address `{public_url}/lti/launch`,
and `target_link_uri` must lie below an address of ours, the present one or a former one: activities
placed before the tool moved still say that. `lti_storage_target` names a frame of the platform that
keeps things for us where no cookie can be kept (LTI Platform Storage 1.0); Moodle offers none.

pylti1.3 composes the authentication request; state and nonce are ours, both of one signed attempt
(`lti.launch.login_attempts`), which the library does not do. A login stores nothing.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from sqlalchemy import bindparam, select

from lti.errors import Code, Malformed, NotAllowed
from lti.http import origin_of
from lti.launch.adapters import (
    NoSession,
    OneRegistration,
    Parameters,
    StateCatcher,
)
from lti.launch.login_attempts import LIFE, LoginAttempt, digest
from lti.models import REGISTERED_PLATFORM, Platform, RegisteredPlatform, Standing
from modules.records.db import Database

LAUNCH_PATH = "/lti/launch"
"""The one registered redirect_uri, and the target of links that name nothing more precise."""
DEEP_LINK_PATH = "/lti/deep-link"
"""Target that only deep-linking requests may name. `LAUNCH_PATH` serves both."""

LONGEST = {
    "iss": 255,
    "client_id": 255,
    "login_hint": 2048,
    "lti_message_hint": 8192,
    "lti_storage_target": 255,
}
LONGEST_PARAMETER = 2048
PARAMETERS = (
    "iss",
    "client_id",
    "login_hint",
    "lti_message_hint",
    "lti_deployment_id",
    "target_link_uri",
    "lti_storage_target",
)


@dataclass(frozen=True)
class LoginRequest:
    """The parameters of a login request, checked for shape only."""

    iss: str
    login_hint: str
    target_link_uri: str
    client_id: str | None
    lti_deployment_id: str | None
    lti_message_hint: str | None
    lti_storage_target: str | None = None

    def parameters(self) -> dict[str, str]:
        """Return what was sent."""
        return {name: value for name in PARAMETERS if (value := getattr(self, name)) is not None}

    def again(self) -> dict[str, str]:
        """Return what starts the same login in another window, where there is no platform frame."""
        sent = self.parameters()
        return {name: sent[name] for name in sent if name != "lti_storage_target"}


@dataclass(frozen=True)
class AuthenticationRequest:
    """Where to send the browser, and the secret it keeps until it comes back with the state."""

    url: str
    state: str
    binding: str


def read_login(parameters: Mapping[str, str], addresses: Iterable[str]) -> LoginRequest:
    """Check the parameters of a login request for the tool of these addresses. Raises Malformed."""
    values = {name: _parameter(parameters, name) for name in PARAMETERS}
    iss, hint, target = values["iss"], values["login_hint"], values["target_link_uri"]
    if not (iss and hint and target):
        raise Malformed(Code.LOGIN_PARAMETER)
    if path_in_tool(target, addresses) is None:
        raise Malformed(Code.LOGIN_TARGET)
    return LoginRequest(
        iss=iss,
        login_hint=hint,
        target_link_uri=target,
        client_id=values["client_id"] or None,
        lti_deployment_id=values["lti_deployment_id"] or None,
        lti_message_hint=values["lti_message_hint"],
        lti_storage_target=values["lti_storage_target"] or None,
    )


def _parameter(parameters: Mapping[str, str], name: str) -> str | None:
    value = parameters.get(name)
    if value is None:
        return None
    if len(value) > LONGEST.get(name, LONGEST_PARAMETER) or not is_plain(value):
        raise Malformed(Code.LOGIN_PARAMETER)
    return value


_NOT_PLAIN = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffd]")


def is_plain(value: str) -> bool:
    """Whether text can be stored and sent on: no control characters, no broken letters."""
    return _NOT_PLAIN.search(value) is None


def path_in_tool(url: str, addresses: Iterable[str]) -> str | None:
    """Return the path of an address below that of the tool; None if it leads into none of them.

    Only the path is ever used, so a former address leads to the present one. Credentials and
    backslashes are tricks: refused.
    """
    if "\\" in url or not is_plain(url) or "@" in urlsplit_netloc(url):
        return None
    path = urlsplit(url).path
    for address in addresses:
        ours = urlsplit(address).path.rstrip("/")
        inside = not ours or path == ours or path.startswith(ours + "/")
        if inside and origin_of(url) == origin_of(address):
            return path.removeprefix(ours)
    return None


def urlsplit_netloc(url: str) -> str:
    """Return the part of an address between `//` and the path, or `@` if it cannot be read."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "@"


_PLATFORM = Platform.__table__.c
_REGISTERED = select(*REGISTERED_PLATFORM).where(_PLATFORM.issuer == bindparam("issuer")).limit(2)
_REGISTERED_AS = _REGISTERED.where(_PLATFORM.client_id == bindparam("client"))


def find_platform(database: Database, request: LoginRequest) -> RegisteredPlatform:
    """Return the registration a login request means, whatever its standing.

    `client_id` may be missing (it is optional in the specification) while the issuer registered us
    only once. Raises Malformed for an unknown registration.
    """
    meant = _REGISTERED if request.client_id is None else _REGISTERED_AS
    with database.reading() as session:
        found = session.execute(meant, {"issuer": request.iss, "client": request.client_id}).all()
    if len(found) != 1:
        raise Malformed(Code.LOGIN_REGISTRATION)
    return RegisteredPlatform(*found[0])


def require_active(platform: RegisteredPlatform) -> None:
    """Raise NotAllowed for a registration that still waits for approval, or is switched off."""
    if platform.status is Standing.PENDING:
        raise NotAllowed(Code.DEPLOYMENT_PENDING)
    if platform.status is not Standing.ACTIVE:
        raise NotAllowed(Code.DISABLED)


def authentication_request(
    platform: RegisteredPlatform, request: LoginRequest, public_url: str, now: datetime
) -> AuthenticationRequest:
    """Compose the authentication request with fresh secrets."""
    binding = secrets.token_urlsafe(32)
    hint = request.lti_deployment_id
    attempt = LoginAttempt(
        nonce=secrets.token_urlsafe(24),
        platform_id=platform.id,
        target_hash=digest(request.target_link_uri),
        deployment_hash=None if hint is None else digest(hint),
        binding_hash=digest(binding),
        expires_at=now + LIFE,
    )
    composed = StateCatcher()
    login = _Login(attempt, platform, request, composed)
    url = login.get_redirect_object(public_url + LAUNCH_PATH).get_redirect_url()
    return AuthenticationRequest(url, composed.state, binding)


def binding_name(state: str) -> str:
    """Return the short name of a login, under which a frame of the platform keeps its secret."""
    return "lti-" + digest(state)[:12]


def binding_cookie(state: str) -> str:
    """Return the name of the cookie that binds a login to a browser; one each, for several tabs."""
    return "__Host-" + binding_name(state)


class _Address(Redirect[str]):
    def __init__(self, url: str) -> None:
        self._url = url

    def get_redirect_url(self) -> str:
        return self._url


class _Login(OIDCLogin):
    def __init__(
        self,
        attempt: LoginAttempt,
        platform: RegisteredPlatform,
        request: LoginRequest,
        composed: StateCatcher,
    ) -> None:
        self._attempt = attempt
        super().__init__(
            Parameters(request.parameters()),
            OneRegistration(platform),
            session_service=NoSession(),
            cookie_service=composed,
        )

    def get_redirect(self, url: str) -> _Address:
        return _Address(url)

    def _get_uuid(self) -> str:
        return self._attempt.signed()

    def _generate_nonce(self) -> str:
        return self._attempt.nonce

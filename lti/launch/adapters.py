"""What pylti1.3 wants to be handed: request, cookies, session and registration, a few lines each.

The library sees the parameters of one message and one registration, and keeps nothing: what a login
has to remember is made by `lti.launch.login_attempts`, cookies are set by `lti.launch.views`.
"""

from collections.abc import Mapping

from pylti1p3.cookie import CookieService
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService

from lti.models import RegisteredPlatform


def registration_of(platform: RegisteredPlatform) -> Registration:
    """Return a platform's registration as the library names its parts."""
    registration = (
        Registration()
        .set_issuer(platform.issuer)
        .set_client_id(platform.client_id)
        .set_auth_login_url(platform.auth_login_url)
        .set_auth_token_url(platform.auth_token_url)
        .set_key_set_url(platform.jwks_url)
    )
    return registration.set_auth_audience(platform.auth_audience or platform.auth_token_url)


class Parameters(Request):
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._values.get(key, "")


class NoSession(SessionService):
    """Keeps no nonce: it is in the signed state."""

    def __init__(self) -> None:
        """Need no request."""

    def save_nonce(self, nonce: str) -> None:
        """Keep nothing."""


class StateCatcher(CookieService):
    """Catches the state the library has composed; our cookie carries another secret."""

    def __init__(self) -> None:
        self.state = ""

    def get_cookie(self, name: str) -> None:
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = None) -> None:
        self.state = str(value)


class OneRegistration:
    """The part of the library's tool configuration that a login needs."""

    def __init__(self, platform: RegisteredPlatform) -> None:
        self._registration = registration_of(platform)

    def check_iss_has_one_client(self, _iss: str) -> bool:
        return False

    def find_registration_by_params(self, *_args: object, **_more: object) -> Registration:
        return self._registration

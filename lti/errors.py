"""Why a launch is refused: a small tree of errors, each with a code that never changes.

    LtiError
    ├── Malformed         400  the message is not what the specification says it should be
    ├── NotAuthentic      401  nothing proves that the platform said this, now, to this browser
    ├── NotAllowed        403  authentic, but this installation does not let it in
    ├── WrongMethod       405  a token that did not come as a form post
    ├── AlreadyUsed       409  a launch that was used before
    ├── TooMany           429  too many attempts from one address
    └── PlatformSilent    503  the platform's keys cannot be read at the moment

`Code` names the check that failed. The words a person reads are chosen from the code in one place,
`lti.launch.refusal_texts`; the code also goes into the diagnostic record. No error carries a claim,
a name or a token: what it holds may be shown and logged.
"""

from enum import StrEnum
from typing import ClassVar


class Code(StrEnum):
    """One value for each way to be refused; stored in diagnostic records, so never renamed."""

    LOGIN_PARAMETER = "login_parameter"
    LOGIN_REGISTRATION = "login_registration"
    LOGIN_TARGET = "login_target"
    TOO_MANY = "too_many"
    PLATFORM_ERROR = "platform_error"
    STATE_MISSING = "state_missing"
    STATE_UNKNOWN = "state_unknown"
    STATE_EXPIRED = "state_expired"
    STATE_USED = "state_used"
    BROWSER_BINDING = "browser_binding"
    METHOD = "method"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - the name of a check, not a secret
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105
    KEY_ID = "key_id"
    ALGORITHM = "algorithm"
    KEYS_UNREACHABLE = "keys_unreachable"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    CLOCK = "clock"
    EXPIRED = "expired"
    TOO_OLD = "too_old"
    NONCE = "nonce"
    NONCE_USED = "nonce_used"
    DEPLOYMENT = "deployment"
    DEPLOYMENT_PENDING = "deployment_pending"
    DISABLED = "disabled"
    VERSION = "version"
    MESSAGE_TYPE = "message_type"
    TARGET = "target"
    ROLES = "roles"
    SUBJECT = "subject"
    NO_USER = "no_user"
    RESOURCE_LINK = "resource_link"
    DEEP_LINK = "deep_link"
    CLAIM_SHAPE = "claim_shape"
    NOT_ADMITTED = "not_admitted"
    SESSION = "session"


class LtiError(Exception):
    """A refusal. `code` says which check failed, `status` is the HTTP status to answer with."""

    status: ClassVar[int] = 400

    def __init__(self, code: Code) -> None:
        """Refuse with `code`; nothing else is carried, so nothing else can leak."""
        super().__init__(code.value)
        self.code: str = code.value


class Malformed(LtiError):
    """The message is not what the specification says it should be."""

    status = 400


class NotAuthentic(LtiError):
    """Nothing proves that the platform said this, now, to this browser."""

    status = 401


class NotAllowed(LtiError):
    """Authentic, but this installation does not let it in."""

    status = 403


class WrongMethod(LtiError):
    """A token that did not come as a form post: addresses are kept in histories and logs."""

    status = 405


class AlreadyUsed(LtiError):
    """The launch was used before."""

    status = 409


class TooMany(LtiError):
    """Too many attempts from one address in a short time."""

    status = 429


class PlatformSilent(LtiError):
    """The platform's keys are needed and cannot be read at the moment."""

    status = 503


class UnknownPlatform(Exception):
    """There is no such registration or deployment."""

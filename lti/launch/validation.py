"""One launch message under examination, step by step.

pylti1.3 gives the sequence, the registration and the checks of each message; the steps it does
unsafely are replaced here, each at its own place:

    validate_state          ours: one signed attempt, bound to this browser, used once
    validate_jwt_format     ours: PyJWT's parser, with limits
    validate_registration   the library's, for the registration the *state* belongs to
    validate_jwt_signature  ours: fixed algorithm, cached key objects, required claims, clock, nonce
    validate_deployment     ours: approved deployments, and the one named at login
    validate_message        ours (`lti.launch.claims.read_launch`), then the library's

OpenID Connect Core 3.1.3.7, LTI Security Framework 1.0 section 5.1, LTI Core 1.3 section 5.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from sqlalchemy import bindparam, select

from lti.errors import AlreadyUsed, Code, Malformed, NotAllowed, NotAuthentic
from lti.keysets import KeySets
from lti.launch import login_attempts, users
from lti.launch.adapters import (
    NoSession,
    OneRegistration,
    Parameters,
    StateCatcher,
)
from lti.launch.claims import DEEP_LINKING_REQUEST, Launch, read_launch
from lti.launch.diagnostics import LaunchChecks
from lti.launch.login import (
    DEEP_LINK_PATH,
    LAUNCH_PATH,
    binding_cookie,
    is_plain,
    path_in_tool,
)
from lti.launch.login_attempts import LoginAttempt
from lti.models import REGISTERED_PLATFORM, Platform, RegisteredPlatform, Standing, UsedNonce
from modules.records.db import Database

LEEWAY = timedelta(seconds=60)
"""How far the platform's clock may differ from ours; the one figure of the whole tool."""
MAX_AGE = timedelta(minutes=10)
"""How old a token may be, whatever its `exp` says."""
LONGEST_LIFE = timedelta(days=1)
"""A token may not claim to live longer."""
FURTHEST = 1e11
"""Seconds since 1970 beyond which a moment is nonsense (the year 5138)."""
LARGEST_TOKEN = 131_072
LONGEST_HEADER = 8_192
REQUIRED_CLAIMS = ["exp", "iat", "nonce", "iss", "aud"]
_MISSING = {
    "exp": Code.EXPIRED,
    "iat": Code.CLOCK,
    "nonce": Code.NONCE,
    "iss": Code.ISSUER,
    "aud": Code.AUDIENCE,
}
_PLATFORM, _NONCE = Platform.__table__.c, UsedNonce.__table__.c
_BEGUN = (
    select(_NONCE.id, *REGISTERED_PLATFORM)
    .select_from(Platform.__table__)
    .outerjoin(UsedNonce.__table__, _NONCE.nonce == bindparam("nonce"))
    .where(_PLATFORM.id == bindparam("platform"))
)


class Message(MessageLaunch):  # type: ignore[type-arg]
    """One launch message; `validate` fills in what it proved, or raises LtiError."""

    attempt: LoginAttempt
    platform: RegisteredPlatform
    known: users.Known
    launch: Launch

    _http = requests.Session()  # required by the library, never used: keys come from KeySets

    def __init__(
        self,
        form: Mapping[str, str],
        cookies: Mapping[str, str],
        now: datetime,
        checks: LaunchChecks,
        database: Database,
        addresses: tuple[str, ...],
        keysets: KeySets,
    ) -> None:
        self._form, self._cookies, self._now, self._checks = form, cookies, now, checks
        self._database, self._addresses, self._keysets = database, addresses, keysets
        super().__init__(
            Parameters(form),
            None,
            session_service=NoSession(),
            cookie_service=StateCatcher(),
            requests_session=self._http,
        )

    def _get_request_param(self, key: str) -> str:
        return self._form.get(key, "")

    def validate(self) -> "Message":
        """Run all steps; turn whatever the library raises into a refusal."""
        try:
            super().validate()
        except LtiException as error:
            raise Malformed(Code.CLAIM_SHAPE) from error
        return self

    # State: who started this, in which browser --------------------------------------------------

    def validate_state(self) -> "Message":
        """Find the login attempt this answers; see that it is this browser's and still open."""
        used = self._known_state()
        self._refusal_by_platform()
        binding = self._cookies.get(binding_cookie(self._form["state"]), "")
        if not login_attempts.same(binding, self.attempt.binding_hash):
            raise NotAuthentic(Code.BROWSER_BINDING)
        self._checks("browser")
        if used:
            raise AlreadyUsed(Code.STATE_USED)
        self._checks("unused")
        self._checks.nonce = self.attempt.nonce
        if self._now >= self.attempt.expires_at:
            raise NotAuthentic(Code.STATE_EXPIRED)
        self._checks("in_time")
        if self.platform.status is not Standing.ACTIVE:
            raise NotAllowed(Code.DISABLED)
        self._checks("registration")
        return self

    def _known_state(self) -> bool:
        """Find the login and the registration of a state; return whether it was used."""
        state = self._form.get("state", "")
        if not state:
            self._refusal_by_platform()
            raise Malformed(Code.STATE_MISSING)
        attempt = login_attempts.read_state(state)
        found = self._begun(attempt) if attempt else None
        if attempt is None or found is None:
            self._refusal_by_platform()
            raise NotAuthentic(Code.STATE_UNKNOWN)
        self.attempt, (self.platform, used) = attempt, found
        self._checks.platform_id = self.platform.id
        self._checks("state")
        return used

    def _begun(self, attempt: LoginAttempt) -> tuple[RegisteredPlatform, bool] | None:
        """Return the registration a login went to, and whether the login was used."""
        with self._database.reading() as session:
            row = session.execute(
                _BEGUN, {"platform": attempt.platform_id, "nonce": attempt.nonce}
            ).one_or_none()
        if row is None:
            return None
        used, *platform = row
        return RegisteredPlatform(*platform), used is not None

    def _refusal_by_platform(self) -> None:
        """OpenID Connect Core 3.1.2.6: the platform may answer with an error instead."""
        problem = self._form.get("error")
        if problem:
            known = problem in PLATFORM_ERRORS
            self._checks.detail["platform_error"] = problem if known else "other"
            raise NotAuthentic(Code.PLATFORM_ERROR)

    # Token: who says so ---------------------------------------------------------------------------

    def validate_jwt_format(self) -> "Message":
        """Take the token apart, without believing any of it."""
        token = self._form.get("id_token", "")
        if not token:
            raise Malformed(Code.TOKEN_MISSING)
        header, _, rest = token.partition(".")
        if len(token) > LARGEST_TOKEN or len(header) > LONGEST_HEADER or rest.count(".") != 1:
            raise Malformed(Code.TOKEN_MALFORMED)
        try:
            whole = jwt.decode_complete(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise Malformed(Code.TOKEN_MALFORMED) from None
        self._jwt = {"header": whole["header"], "body": whole["payload"]}
        self._signature = whole["signature"]
        self._checks("token_shape")
        return self

    def validate_nonce(self) -> "Message":
        """Wait: an unsigned nonce proves nothing. See `validate_jwt_signature`."""
        return self

    def get_client_id(self) -> str:
        """Return our own client id if the token is for us (the library takes the first one)."""
        ours = self.platform.client_id
        audience = self._jwt["body"].get("aud")
        for_us = audience == ours or (isinstance(audience, list) and ours in audience)
        return ours if for_us else ""

    def validate_registration(self) -> "Message":
        """The token is from the platform the login went to, and for us (3.1.3.7, 2 to 5)."""
        body = self._jwt["body"]
        if body.get("iss") != self.platform.issuer:
            raise NotAuthentic(Code.ISSUER)
        self._checks("issuer")
        if not self.get_client_id():
            raise NotAuthentic(Code.AUDIENCE)
        authorised = body.get("azp")
        several = isinstance(body["aud"], list) and len(body["aud"]) > 1
        if (several or authorised is not None) and authorised != self.platform.client_id:
            raise NotAuthentic(Code.AUDIENCE)
        self._checks("audience")
        self._tool_config = OneRegistration(self.platform)
        super().validate_registration()
        return self

    def validate_jwt_signature(self) -> "Message":
        """The platform signed this, lately, in answer to our own question."""
        self._verify_signature()
        self._verify_clock()
        self._verify_nonce()
        return self

    def _verify_signature(self) -> None:
        header = self._jwt["header"]
        if header.get("alg") != self.platform.algorithm:
            raise NotAuthentic(Code.ALGORITHM)
        self._checks("algorithm")
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise NotAuthentic(Code.KEY_ID)
        key = self._keysets.key(self.platform, kid, self._now)
        self._checks("key")
        if not self._is_signed_with(key):
            newer = self._keysets.renewed(self.platform, kid, key, self._now)
            if newer is None or not self._is_signed_with(newer):
                raise NotAuthentic(Code.SIGNATURE)
        for claim in REQUIRED_CLAIMS:
            if self._jwt["body"].get(claim) is None:
                raise NotAuthentic(_MISSING[claim])
        self._checks("signature")

    def _is_signed_with(self, key: RSAPublicKey) -> bool:
        # The token was parsed once; this is all of it but the signature itself (RFC 7515, 5.2).
        signed = self._form["id_token"].rpartition(".")[0].encode()
        algorithm = jwt.get_algorithm_by_name(self.platform.algorithm)
        return bool(algorithm.verify(signed, key, self._signature))

    def _verify_clock(self) -> None:
        """3.1.3.7, 9 and 10, with a minute's leeway and limits of our own."""
        body: Mapping[str, Any] = self._jwt["body"]
        now, leeway = self._now.timestamp(), LEEWAY.total_seconds()
        issued, expires = _moment(body["iat"]), _moment(body["exp"])
        starts = _moment(body["nbf"]) if body.get("nbf") is not None else issued
        self._checks.detail["clock_seconds"] = round(issued - now)
        if issued > now + leeway or starts > now + leeway:
            raise NotAuthentic(Code.CLOCK)
        if expires < now - leeway:
            raise NotAuthentic(Code.EXPIRED)
        too_long = expires - issued > LONGEST_LIFE.total_seconds()
        if too_long or issued < now - MAX_AGE.total_seconds() - leeway:
            raise NotAuthentic(Code.TOO_OLD)
        self._checks("clock")

    def _verify_nonce(self) -> None:
        """3.1.3.7, 11: the nonce of this very login; one that was used before is a replay."""
        nonce = self._jwt["body"].get("nonce")
        if nonce != self.attempt.nonce:
            if isinstance(nonce, str) and len(nonce) <= 64 and is_plain(nonce):
                with self._database.reading() as session:
                    if login_attempts.was_used(session, nonce):
                        raise AlreadyUsed(Code.NONCE_USED)
            raise NotAuthentic(Code.NONCE)
        self._checks("nonce")

    # Message: what it says ------------------------------------------------------------------------

    def validate_deployment(self) -> "Message":
        """Wait: the claims are read first. See `validate_message`."""
        return self

    def validate_message(self) -> "Message":
        """Read the claims; then deployment and target, which need what we know ourselves."""
        self.launch = read_launch(self._jwt["body"], self._checks)
        try:
            super().validate_message()
        except LtiException:
            deep = self.launch.is_deep_linking
            raise Malformed(Code.DEEP_LINK if deep else Code.MESSAGE_TYPE) from None
        self._verify_target()
        self.look_up()
        self._checks("deployment")
        return self

    def _verify_target(self) -> None:
        """LTI Core 5.3.4: the token goes where the login said, which is inside this tool."""
        target = self.launch.target_link_uri
        as_announced = login_attempts.same(target, self.attempt.target_hash)
        path = path_in_tool(target, self._addresses)
        if not as_announced or path is None:
            raise NotAuthentic(Code.TARGET)
        if self.launch.message_type == DEEP_LINKING_REQUEST:
            fits = path in (LAUNCH_PATH, DEEP_LINK_PATH)
        else:
            fits = path != DEEP_LINK_PATH
        if not fits:
            raise Malformed(Code.MESSAGE_TYPE)
        self._checks("target")

    def look_up(self) -> None:
        """LTI Core 3.1.3: an approved installation, and the one the login named, if it did.

        Whom and what the launch names is looked up with it.
        """
        named = self.launch.deployment_id
        announced = self.attempt.deployment_hash
        with self._database.reading() as session:
            found = users.look_up(session, self.platform.id, self.launch)
        if found is None or found.status is Standing.PENDING:
            self._checks.unknown_deployment = named
            raise NotAllowed(Code.DEPLOYMENT_PENDING)
        if announced is not None and not login_attempts.same(named, announced):
            raise NotAuthentic(Code.DEPLOYMENT)
        if found.status is not Standing.ACTIVE:
            raise NotAllowed(Code.DISABLED)
        self.known = found

    def save_launch_data(self) -> "Message":
        """Keep nothing: what lasts is written when the launch is let in."""
        return self


PLATFORM_ERRORS = frozenset(
    {
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "invalid_request",
        "invalid_request_object",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "launch_no_longer_valid",
    }
)
"""Codes a platform may answer with; anything else is recorded as `other`."""


def _moment(value: object) -> float:
    """Return a NumericDate (RFC 7519, section 2). Anything else has no place in a clock check."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAuthentic(Code.CLOCK)
    if not abs(value) < FURTHEST:  # also true of NaN, and no overflow for a number of any length
        raise NotAuthentic(Code.CLOCK)
    return float(value)

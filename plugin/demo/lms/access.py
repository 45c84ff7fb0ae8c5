"""The LMS's key pair and the access tokens of its services."""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from plugin.demo.lms.config import PlatformConfig, Tool

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_SECONDS = 3600
REGISTRATION_SECONDS = 3600
ASSERTION_LIFE_SECONDS = 300
LEEWAY_SECONDS = 10

NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
LINE_ITEM_SCOPE = f"{AGS}/lineitem"
LINE_ITEM_READ_SCOPE = f"{AGS}/lineitem.readonly"
RESULT_SCOPE = f"{AGS}/result.readonly"
SCORE_SCOPE = f"{AGS}/score"
FindTool = Callable[[str], Tool | None]
SCOPES = (LINE_ITEM_SCOPE, LINE_ITEM_READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE, NRPS_SCOPE)


class TokenRefused(Exception):
    """A token request that cannot be granted; `code` is the OAuth 2.0 error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Token:
    client_id: str
    scopes: frozenset[str]
    expires: datetime


class Access:
    """Signs what the LMS says, checks what tools say, and remembers the tokens it gave out."""

    def __init__(self, config: PlatformConfig, http: Any) -> None:
        self._config = config
        self._http = http
        self._key = config.private_key or rsa.generate_private_key(65537, 2048)
        self._kid = _thumbprint(self._key.public_key())
        self._lock = RLock()
        self._tokens: dict[str, _Token] = {}
        self._seen_jti: set[tuple[str, str]] = set()
        self._key_sets: dict[str, dict[str, Any]] = {}
        self._registrations: dict[str, datetime] = {}

    def key_set(self) -> dict[str, Any]:
        """Return the public key set, as `certs.php` publishes it."""
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        shape = {name: jwk[name] for name in ("kty", "n", "e")}
        return {"keys": [{**shape, "kid": self._kid, "alg": "RS256", "use": "sig"}]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return `claims` as an RS256 token."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})

    # --- what tools say ------------------------------------------------------------------------

    def read_tool_message(self, token: str, tool: Tool) -> dict[str, Any]:
        """Return a tool's signed claims, checked with its key set. Raises jwt.PyJWTError.

        As in Moodle the key set is kept without an end and read again when the check fails.
        """
        try:
            return self._read(token, tool, self._tool_keys(tool, fresh=False))
        except (jwt.InvalidKeyError, jwt.InvalidSignatureError):
            return self._read(token, tool, self._tool_keys(tool, fresh=True))

    def _tool_keys(self, tool: Tool, *, fresh: bool) -> dict[str, Any]:
        if fresh or tool.jwks_url not in self._key_sets:
            answer = self._http.get(tool.jwks_url, timeout=5)
            self._key_sets[tool.jwks_url] = answer.json()
        return self._key_sets[tool.jwks_url]

    def _read(self, token: str, tool: Tool, keys: dict[str, Any]) -> dict[str, Any]:
        kid = jwt.get_unverified_header(token).get("kid")
        if not kid:
            raise jwt.InvalidTokenError("no kid")
        match = next((key for key in keys.get("keys", []) if key.get("kid") == kid), None)
        if match is None:
            raise jwt.InvalidKeyError("unknown kid")
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK({"alg": "RS256", **match}).key,
            algorithms=["RS256"],
            issuer=tool.client_id,
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
        return claims

    # --- access tokens -------------------------------------------------------------------------

    def grant(self, form: dict[str, str], find_tool: FindTool) -> dict[str, Any]:
        """Answer a client-credentials request (RFC 7523). Raises TokenRefused."""
        tool = self._check_assertion(form, find_tool)
        scopes = [scope for scope in form.get("scope", "").split() if scope in SCOPES]
        if not scopes:
            raise TokenRefused("invalid_scope")
        token = secrets.token_hex(16)
        expires = self._config.clock() + timedelta(seconds=TOKEN_SECONDS)
        with self._lock:
            self._tokens[token] = _Token(tool.client_id, frozenset(scopes), expires)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(scopes),
        }

    def _check_assertion(self, form: dict[str, str], find_tool: FindTool) -> Tool:
        if form.get("grant_type") != "client_credentials":
            raise TokenRefused("unsupported_grant_type")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
            raise TokenRefused("invalid_request")
        assertion = form["client_assertion"]
        try:
            named = jwt.decode(assertion, options={"verify_signature": False}).get("sub", "")
            tool = find_tool(str(named))
            claims = self.read_tool_message(assertion, tool) if tool else {}
        except jwt.PyJWTError as error:
            raise TokenRefused("invalid_client") from error
        if tool is None or not self._assertion_holds(claims, tool):
            raise TokenRefused("invalid_client")
        return tool

    def _assertion_holds(self, claims: dict[str, Any], tool: Tool) -> bool:
        now = self._config.clock().timestamp()
        times = claims.get("iat"), claims.get("exp")
        if not all(isinstance(moment, int | float) for moment in times):
            return False
        if claims["iat"] > now + LEEWAY_SECONDS or claims["exp"] < now - LEEWAY_SECONDS:
            return False
        if claims["exp"] - claims["iat"] > ASSERTION_LIFE_SECONDS:
            return False
        if claims.get("sub") != tool.client_id or claims.get("aud") not in (
            self.token_url,
            [self.token_url],
        ):
            return False
        with self._lock:
            mark = (tool.client_id, str(claims.get("jti", "")))
            fresh = bool(mark[1]) and mark not in self._seen_jti
            self._seen_jti.add(mark)
        return fresh

    @property
    def token_url(self) -> str:
        """The address of the token service."""
        return f"{self._config.base_url}/mod/lti/token.php"

    def allows(self, authorization: str | None, scopes: Collection[str]) -> bool:
        """Say whether an Authorization header carries a live token with one of `scopes`."""
        if self._config.strips_authorization or not authorization:
            return False
        kind, _, value = authorization.partition(" ")
        token = self._tokens.get(value.strip())
        if kind.lower() != "bearer" or token is None or token.expires <= self._config.clock():
            return False
        return bool(token.scopes & set(scopes))

    def forget_tokens(self) -> None:
        """Make every token that was given out worthless."""
        with self._lock:
            self._tokens.clear()

    # --- registration tokens -------------------------------------------------------------------

    def registration_token(self) -> str:
        """Return a token that registers one tool within one hour; its `sub` is the client id."""
        client_id = secrets.token_urlsafe(12)[:15]
        now = self._config.clock()
        expires = now + timedelta(seconds=REGISTRATION_SECONDS)
        with self._lock:
            self._registrations[client_id] = expires
        claims = {"sub": client_id, "scope": "reg", "iat": now, "exp": expires}
        return self.sign(claims)

    def take_registration(self, authorization: str | None) -> str:
        """Use up a registration token and return its client id.

        Raises LookupError with Moodle's word for what is wrong.
        """
        if self._config.strips_authorization or not authorization:
            raise LookupError("missing_registration_token")
        token = authorization.partition(" ")[2].strip()
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise LookupError("invalid_registration_token") from error
        with self._lock:
            expires = self._registrations.pop(claims["sub"], None)
        if expires is None or expires <= self._config.clock():
            raise LookupError("token_already_used")
        return str(claims["sub"])


def _thumbprint(public_key: rsa.RSAPublicKey) -> str:
    numbers = public_key.public_numbers()
    return hashlib.sha256(f"{numbers.e}:{numbers.n}".encode()).hexdigest()[:20]

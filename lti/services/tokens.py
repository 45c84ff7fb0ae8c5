"""Access tokens for the platforms' services, and calls that carry them.

A token is asked for with our signed assertion (RFC 7523; LTI Security Framework 1.0, section 4),
kept in this process by registration and scopes until shortly before it ends, and asked for once
more when a service answers 401. Moodle stores a row for every token it gives, so they are reused.

Call none of this inside a database transaction: a platform may take its time.
"""

import json
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
import requests

from lti import keys
from lti.http import USER_AGENT, AddressRefused, Gate, GuardedHttp, Http
from lti.models import Platform
from modules.records.db import Database

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(seconds=120)
"""LTI Security Framework asks for little; Moodle refuses what is older than its clock allows."""
CLOCK_SLACK = timedelta(seconds=5)
"""Our assertion is dated this much back, so that a platform slightly behind us believes it."""
MARGIN = timedelta(seconds=60)
"""A token is given up this long before it ends: no call starts with one about to die."""
SHORTEST_LIFE = 30
TIMEOUT = (5.0, 15.0)
"""Seconds to connect, and between two pieces of an answer."""
PATIENCE = 60.0
"""Seconds for a whole answer."""
LARGEST = 8_000_000
"""Bytes of the largest answer that is read; a roster of thousands of people fits."""

Signer = Callable[[dict[str, Any]], str]


class ServiceProblem(Exception):
    """A platform's service did not do what was asked.

    `code` says what happened, `status` is the HTTP status (0: none), `retry` whether trying again
    later can help, `hint` the platform's own short words, if any; never a token or a person.
    """

    def __init__(self, code: str, *, status: int = 0, retry: bool = False, hint: str = "") -> None:
        super().__init__(code)
        self.code, self.status, self.retry, self.hint = code, status, retry, hint[:200]


def service_http(*, allow_loopback: bool = False) -> GuardedHttp:
    """Return the client for services of approved platforms.

    Their addresses come from signed launches, so they are believed as far as an organisation's own
    network, and no further: never this machine (but in development) nor a metadata service.
    """
    gate = Gate(allow_loopback=allow_loopback, allow_private=True)
    return GuardedHttp(gate, largest=LARGEST, patience=PATIENCE)


@dataclass(frozen=True)
class Account:
    """Who we are at one platform: all that a service call needs, free of any session."""

    platform_id: uuid.UUID
    client_id: str
    token_url: str
    audience: str

    @classmethod
    def of(cls, platform: Platform) -> "Account":
        """Return the account of a registration."""
        audience = platform.auth_audience or platform.auth_token_url
        return cls(platform.id, platform.client_id, platform.auth_token_url, audience)


@dataclass(frozen=True)
class Answer:
    """A good answer of a service."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    links: Mapping[str, str]
    """Addresses of the Link header as sent, by each of their relations in small letters."""

    def json(self) -> Any:
        """Return the parsed body. Raises ServiceProblem if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise ServiceProblem("not_json", status=self.status) from None


@dataclass
class _Token:
    value: str
    good_until: datetime


def signer(database: Database, clock: Callable[[], datetime]) -> Signer:
    """Return a function that signs claims with this tool's current key, kid included."""

    def sign(claims: dict[str, Any]) -> str:
        try:
            with database.reading() as session:
                key = keys.signing_key(session, clock())
        except RuntimeError:  # a new installation: nothing was signed or published before
            with database.writing() as session:
                keys.ensure(session, clock())
                key = keys.signing_key(session, clock())
        return jwt.encode(claims, key.key, keys.ALGORITHM, headers={"kid": key.kid})

    return sign


@dataclass
class AccessTokens:
    """The tokens of one process. Threads may share it."""

    http: Http
    sign: Signer
    clock: Callable[[], datetime]
    _tokens: dict[tuple[uuid.UUID, str], _Token] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, account: Account, scopes: Collection[str]) -> str:
        """Return a token for exactly these scopes, a kept one if it is good. Raises ServiceProblem.

        The key is the registration and not the issuer: two registrations at one platform must not
        share tokens.
        """
        kept = self._tokens.get(_place(account, scopes))
        if kept is not None and self.clock() < kept.good_until:
            return kept.value
        fresh = self._ask(account, scopes)
        with self._lock:
            self._tokens[_place(account, scopes)] = fresh
        return fresh.value

    def forget(self, account: Account, scopes: Collection[str]) -> None:
        """Drop a token that a service did not take."""
        with self._lock:
            self._tokens.pop(_place(account, scopes), None)

    def _ask(self, account: Account, scopes: Collection[str]) -> _Token:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.sign(self._assertion(account)),
            "scope": " ".join(sorted(scopes)),
        }
        asked_at = self.clock()
        answer = send(self.http, "POST", account.token_url, data=form)
        if answer.status != 200:
            raise _token_refusal(answer)
        return _read_token(answer, asked_at)

    def _assertion(self, account: Account) -> dict[str, Any]:
        now = self.clock()
        return {
            "iss": account.client_id,
            "sub": account.client_id,
            "aud": account.audience,
            "iat": int((now - CLOCK_SLACK).timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
            "jti": uuid.uuid4().hex,
        }


def _place(account: Account, scopes: Collection[str]) -> tuple[uuid.UUID, str]:
    return account.platform_id, " ".join(sorted(scopes))


def _read_token(answer: Answer, asked_at: datetime) -> _Token:
    body = answer.json()
    value = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise ServiceProblem("no_access_token", status=answer.status)
    try:
        seconds = float(body.get("expires_in", 3600))
    except (TypeError, ValueError):
        seconds = 3600.0
    life = timedelta(seconds=max(SHORTEST_LIFE, min(seconds, 86_400) - MARGIN.total_seconds()))
    return _Token(value, asked_at + life)


def _token_refusal(answer: Answer) -> ServiceProblem:
    try:
        body = answer.json()
    except ServiceProblem:
        body = None
    reason = str(body.get("error", "")) if isinstance(body, dict) else ""
    retry = answer.status >= 500 or answer.status == 429
    # Our signature was believed, only the service is not switched on for us (RFC 6749, 5.2).
    code = "service_off" if reason == "invalid_scope" else "token_refused"
    return ServiceProblem(code, status=answer.status, retry=retry, hint=reason)


@dataclass
class ServiceClient:
    """Calls of a platform's services with the right token."""

    http: Http
    tokens: AccessTokens

    def call(
        self,
        account: Account,
        method: str,
        url: str,
        scopes: Collection[str],
        *,
        accept: str = "*/*",
        body: Any = None,
        content_type: str = "application/json",
    ) -> Answer:
        """Return the answer of a service, whatever its status. Raises ServiceProblem.

        After one 401 a new token is tried; after a second one the problem is
        `authorization_lost`: the token was withdrawn, or a web server in front of the platform
        drops the `Authorization` header.
        """
        headers = {"Accept": accept}
        options: dict[str, Any] = {}
        if body is not None:
            headers["Content-Type"] = content_type
            options["data"] = json.dumps(body).encode()
        for _attempt in range(2):
            token = self.tokens.get(account, scopes)
            answer = send(
                self.http,
                method,
                url,
                headers=headers | {"Authorization": f"Bearer {token}"},
                **options,
            )
            if answer.status != 401:
                return answer
            self.tokens.forget(account, scopes)
        raise ServiceProblem("authorization_lost", status=401, retry=True)


def send(http: Http, method: str, url: str, **options: Any) -> Answer:
    """Send one request: with time limits, no redirects and a size limit. Raises ServiceProblem."""
    headers = {"User-Agent": USER_AGENT, **options.pop("headers", {})}
    try:
        with http.request(
            method,
            url,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
            **options,
        ) as response:
            body = _read_body(response)
            links = _links(response.headers.get("Link", ""))
            return Answer(response.status_code, body, dict(response.headers), links)
    except AddressRefused as refusal:
        raise ServiceProblem(refusal.code) from None
    except (requests.RequestException, OSError) as error:
        # The original error may hold the address with its query; only its kind goes on.
        code = "timeout" if isinstance(error, requests.Timeout) else "unreachable"
        raise ServiceProblem(code, retry=True) from None


def _links(header: str) -> dict[str, str]:
    """Read a Link header (RFC 8288): a relation has no case, and one link may have several."""
    links: dict[str, str] = {}
    for link in requests.utils.parse_header_links(header):
        named = {name.lower(): value for name, value in link.items()}
        for relation in named.get("rel", "").lower().split():
            links.setdefault(relation, named.get("url", ""))
    return links


def _read_body(response: requests.Response) -> bytes:
    body = b""
    for piece in response.iter_content(65_536):
        body += piece
        if len(body) > LARGEST:
            raise ServiceProblem("too_big", status=response.status_code)
    return body

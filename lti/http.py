"""Requests to addresses that somebody else chose: only to public hosts, checked where we connect.

Dynamic registration tells this tool where to go. The guard looks a name up once, checks every
address it stands for, and connects to exactly an address it checked: a name that changes between
look-up and connection (DNS rebinding) gains nothing. Private, loopback, link-local and other
special addresses are refused before a packet leaves, redirects are refused, and no proxy of the
environment is used. OWASP calls the attack server-side request forgery.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager

from modules.records.db import outside_writing

TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and between two pieces of an answer."""
PATIENCE = 10.0
"""Seconds for a whole answer."""
LARGEST = 262_144
"""Bytes of the largest answer that is read."""
USER_AGENT = "Columna (LTI 1.3 tool)"
"""Some Moodle sites answer 403 to a request without one."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[tuple[str, int], float | None], socket.socket]


@lru_cache(maxsize=256)
def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, as browsers write an origin; "" if it has none.

    Default ports are left out, so that two spellings of one origin compare equal.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


class Http(Protocol):
    """What is asked of an HTTP client; `requests.Session` has it."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send one request and return the answer."""


class AddressRefused(Exception):
    """A request that may not be made; `code` says why. Nothing was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_public(text: str) -> bool:
    """Say whether an IP address, as text, belongs to the public internet.

    Addresses that carry another one inside (IPv4-mapped, 6to4, NAT64) are judged by that one.
    """
    address = _unwrap(ipaddress.ip_address(text.partition("%")[0]))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrap(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def is_loopback(text: str) -> bool:
    """Say whether an IP address, as text, is this machine itself."""
    return _unwrap(ipaddress.ip_address(text.partition("%")[0])).is_loopback


def is_private(text: str) -> bool:
    """Say whether an IP address, as text, is one that organisations use inside (RFC 1918, 4193)."""
    address = _unwrap(ipaddress.ip_address(text.partition("%")[0]))
    return any(address in network for network in PRIVATE if network.version == address.version)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _connect(address: tuple[str, int], timeout: float | None) -> socket.socket:
    return socket.create_connection(address, timeout)


class Gate:
    """Decides which addresses may be connected to, and connects.

    `allow_loopback` lets development reach this machine. `allow_private` is for platforms an
    administrator has approved: a hospital's Moodle may live in a private network and without
    https, so both are let through, while loopback and link-local addresses (a cloud's metadata
    service) stay refused. `resolve` and `connect` are for tests.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        allow_private: bool = False,
        resolve: Resolve = _resolve,
        connect: Connect = _connect,
    ) -> None:
        self._allow_loopback, self._allow_private = allow_loopback, allow_private
        self._resolve, self._connect = resolve, connect

    def open(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Return a connection to a checked address of `host`.

        One forbidden address among several refuses the name. Raises AddressRefused or OSError.
        """
        addresses = list(dict.fromkeys(self._resolve(host, port)))
        if not addresses or not all(self._admits(address) for address in addresses):
            raise AddressRefused("address_not_public")
        for address in addresses[:-1]:
            try:
                return self._connect((address, port), timeout)
            except OSError:
                continue
        return self._connect((addresses[-1], port), timeout)

    def _admits(self, address: str) -> bool:
        if is_loopback(address):
            return self._allow_loopback
        return is_public(address) or (self._allow_private and is_private(address))

    def check(self, url: str) -> None:
        """Refuse an address by its form. Raises AddressRefused.

        It must be https; http only to this very machine in development, or to approved platforms.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefused("address_malformed") from None
        if not parts.hostname or parts.username is not None or port == 0 or " " in url:
            raise AddressRefused("address_malformed")
        local = self._allow_loopback and parts.hostname in ("localhost", "127.0.0.1", "::1")
        plain = parts.scheme == "http" and (local or self._allow_private)
        if parts.scheme != "https" and not plain:
            raise AddressRefused("address_not_https")


class _Adapter(HTTPAdapter):
    """Makes all connections of a session through one gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager: PoolManager
        self.poolmanager.pool_classes_by_scheme = _pools(self._gate)


def _pools(gate: Gate) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _through(gate, self)

    class Secure(HTTPSConnection):
        # The certificate is still checked against the name: only the socket is ours.
        def _new_conn(self) -> socket.socket:
            return _through(gate, self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _through(gate: Gate, connection: HTTPConnection) -> socket.socket:
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    try:
        return gate.open(connection.host.strip("[]"), connection.port, timeout)
    except OSError as error:
        raise NewConnectionError(connection, "no connection") from error


def guard(session: requests.Session, gate: Gate) -> requests.Session:
    """Let a session connect through a gate only (a proxy of the environment, if used, is asked)."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(gate))
    return session


class GuardedHttp:
    """An HTTP client for addresses that others chose; used as `requests.Session.request`.

    `largest` is the size in bytes, `patience` the time in seconds that an answer may take.
    """

    def __init__(self, gate: Gate, *, largest: int = LARGEST, patience: float = PATIENCE) -> None:
        self._gate, self._largest, self._patience = gate, largest, patience
        self._session = guard(requests.Session(), gate)
        self._session.trust_env = False  # no proxy, no .netrc: what we check is what we reach

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send one request and read its answer whole.

        Raises AddressRefused before anything is sent, or for a redirect or an answer too big or
        too slow; `requests.RequestException` when the host cannot be reached.
        """
        outside_writing("calling a platform")
        self._gate.check(url)
        options = {"timeout": TIMEOUT, **options, "allow_redirects": False, "stream": True}
        with self._session.request(method, url, **options) as response:
            if response.is_redirect or 300 <= response.status_code < 400:
                raise AddressRefused("address_redirects")
            self._read(response)
            return response

    def _read(self, response: requests.Response) -> None:
        until, body = time.monotonic() + self._patience, bytearray()
        for piece in response.iter_content(16_384):
            body += piece
            if len(body) > self._largest or time.monotonic() > until:
                raise AddressRefused("answer_too_big")
        # What was read in pieces is the content from now on, as if it had been read at once.
        response._content = bytes(body)

"""The platforms' public keys: read once, kept in the database, asked for again only when needed.

A warm launch makes no request. A key id nobody knows leads to one reading of the platform's key
set; readings of one platform have a small budget that all workers share (`BURST`, `PACE`), so a key
that was changed a moment ago works at once and tokens cannot drive requests. A signature that does
not hold leads to one such reading too: a platform restored from a backup may publish a new key
under its old id. While a platform does not answer, keys already known go on working. A reading
takes at most 2.5 seconds of wall-clock time, in a thread of its own and outside any database
transaction, so a platform that hangs holds up nobody else.

Address rules: https for an https issuer; redirects only within the same host; never loopback or
link-local addresses unless `allow_loopback` (development). Private networks are allowed, because a
hospital's Moodle may live in one and an administrator entered its address.
"""

import ipaddress
import json
import queue
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWTError
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from urllib3.exceptions import HTTPError

from lti.errors import Code, NotAuthentic, PlatformSilent
from lti.http import USER_AGENT, AddressRefused, Gate, guard
from lti.models import Platform, PlatformKeySet, RegisteredPlatform, Standing
from modules.records.db import Database

PATIENCE = 2.5
"""Seconds a reading may take in all."""
LARGEST = 1_000_000
"""Bytes of the largest key set that is read."""
BURST = 10
"""Readings of one platform that unknown keys may cause right after one another …"""
PACE = timedelta(seconds=10)
"""… and the rest between them after that. A reading that failed is always followed by a rest."""
UNKNOWN = timedelta(seconds=30)
"""How long a worker remembers that a platform does not have a key, or has no newer one."""
MOST_UNKNOWN = 1000
OLD = timedelta(days=1)
"""Age after which the periodic task reads a key set again, so that withdrawn keys go away."""
RECHECK = timedelta(seconds=60)
"""How long a worker trusts its own copy before it looks into the database again."""
FEWEST_BITS = 2048
MOST_KEYS = 100
MOST_REDIRECTS = 3
UNDER_WAY = "under_way"

AnyPlatform = Platform | RegisteredPlatform


class KeySetProblem(Exception):
    """A key set could not be read; `code` says why, for diagnostics."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class _Known:
    keys: Mapping[str, RSAPublicKey]
    looked_at: datetime
    source: list[dict[str, Any]]


class KeySets:
    """All platforms' keys, for one process. Threads may share it."""

    def __init__(self, database: Database, *, allow_loopback: bool = False) -> None:
        self._database = database
        self._allow_loopback = allow_loopback
        self._known: dict[uuid.UUID, _Known] = {}
        self._unknown: dict[tuple[uuid.UUID, str], datetime] = {}

    def key(self, platform: AnyPlatform, kid: str, now: datetime) -> RSAPublicKey:
        """Return the key a token names.

        Raises NotAuthentic if the platform does not have it, PlatformSilent if the platform cannot
        be asked. Call outside a transaction: it may wait for the platform.
        """
        known = self._known.get(platform.id)
        if known and kid in known.keys and abs(now - known.looked_at) < RECHECK:
            return known.keys[kid]
        known = self._look(platform, now)
        if kid not in known.keys and not self._is_unknown(platform.id, kid, now):
            known = self._ask(platform, kid, now)
        if kid not in known.keys:
            raise NotAuthentic(Code.KEY_ID)
        return known.keys[kid]

    def renewed(
        self, platform: Platform, kid: str, failed: RSAPublicKey, now: datetime
    ) -> RSAPublicKey | None:
        """Return the key that took the place of one whose signature `failed`; None without any.

        Raises PlatformSilent if the platform cannot be asked. Call outside a transaction.
        """
        known = self._look(platform, now)
        if known.keys.get(kid) == failed and not self._is_unknown(platform.id, kid, now):
            known = self._ask(platform, kid, now)
            if known.keys.get(kid) == failed:
                self._remember_unknown(platform.id, kid, now)
        key = known.keys.get(kid)
        return None if key == failed else key

    def _is_unknown(self, platform_id: uuid.UUID, kid: str, now: datetime) -> bool:
        asked_at = self._unknown.get((platform_id, kid))
        return asked_at is not None and abs(now - asked_at) < UNKNOWN

    def _remember_unknown(self, platform_id: uuid.UUID, kid: str, now: datetime) -> None:
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[(platform_id, kid)] = now

    def refresh(self, platform: AnyPlatform, now: datetime) -> str | None:
        """Read a key set now, whatever its age; return the problem, None if there was none."""
        try:
            keys = fetch_keys(platform, allow_loopback=self._allow_loopback)
        except KeySetProblem as problem:
            self._note(platform.id, now, None, problem.code)
            return problem.code
        self._note(platform.id, now, keys, None)
        return None

    def refresh_old(self, now: datetime) -> dict[str, str]:
        """Read the key sets of active platforms that are older than a day; for a periodic task.

        Returns the problems met, by platform name.
        """
        with self._database.reading() as session:
            rows = session.execute(
                select(Platform, PlatformKeySet.fetched_at)
                .join(PlatformKeySet, PlatformKeySet.platform_id == Platform.id)
                .where(Platform.status == Standing.ACTIVE)
            ).all()
        old = [platform for platform, at in rows if at is None or now - at > OLD]
        outcomes = {platform.name: self.refresh(platform, now) for platform in old}
        return {name: problem for name, problem in outcomes.items() if problem}

    def forget(self, platform_id: uuid.UUID) -> None:
        """Drop all keys of a platform, for when its key-set address changes."""
        with self._database.writing() as session:
            session.execute(delete(PlatformKeySet).where(PlatformKeySet.platform_id == platform_id))
        self._known.pop(platform_id, None)

    def _look(self, platform: AnyPlatform, now: datetime) -> _Known:
        """Take what the database has; parse keys only when they changed."""
        row = self._row(platform.id)
        before = self._known.get(platform.id)
        source = row.keys if row else []
        if before and before.source == source:
            known = _Known(before.keys, now, source)
        else:
            known = _Known(parse_keys(source, platform.algorithm), now, source)
        self._known[platform.id] = known
        return known

    def _row(self, platform_id: uuid.UUID) -> PlatformKeySet | None:
        with self._database.reading() as session:
            return session.scalar(
                select(PlatformKeySet).where(PlatformKeySet.platform_id == platform_id)
            )

    def _ask(self, platform: AnyPlatform, kid: str, now: datetime) -> _Known:
        """Read the platform's key set for a key, if the budget allows and nobody is doing it."""
        claimed = self._claim(platform.id, now)
        if claimed:
            self.refresh(platform, now)
        row = self._settled(platform.id)
        if row is None or row.problem is not None:
            raise PlatformSilent(Code.KEYS_UNREACHABLE)
        known = self._look(platform, now)
        if claimed and kid not in known.keys:
            self._remember_unknown(platform.id, kid, now)
        return known

    def _claim(self, platform_id: uuid.UUID, now: datetime) -> bool:
        """Be the one who may ask now: one UPDATE decides, among all workers."""
        try:
            with self._database.writing() as session:
                row = session.scalar(
                    select(PlatformKeySet).where(PlatformKeySet.platform_id == platform_id)
                )
                if row is None:
                    row = PlatformKeySet(platform_id=platform_id, keys=[])
                    row.tried_at, row.problem = _after_one_more(None, now), UNDER_WAY
                    session.add(row)
                    return True
                spent = _after_one_more(row.tried_at, now)
                if spent > now:
                    return False
                # A worker that ended in the middle of a reading left it under way for ever.
                free = or_(
                    PlatformKeySet.problem.is_(None),
                    PlatformKeySet.problem != UNDER_WAY,
                    PlatformKeySet.tried_at <= now - BURST * PACE,
                )
                result = session.execute(
                    update(PlatformKeySet)
                    .where(PlatformKeySet.id == row.id, free)
                    .values(tried_at=spent, problem=UNDER_WAY)
                )
                return bool(result.rowcount == 1)  # type: ignore[attr-defined]
        except IntegrityError:
            return False  # another worker made the row at the same instant, and asks

    def _settled(self, platform_id: uuid.UUID) -> PlatformKeySet | None:
        """Return the row once nobody is asking any more, or after our patience."""
        until = time.monotonic() + PATIENCE
        row = self._row(platform_id)
        while row and row.problem == UNDER_WAY and time.monotonic() < until:
            time.sleep(0.05)
            row = self._row(platform_id)
        return row

    def _note(
        self,
        platform_id: uuid.UUID,
        now: datetime,
        keys: list[dict[str, Any]] | None,
        problem: str | None,
    ) -> None:
        with self._database.writing() as session:
            store(session, platform_id, now, keys, problem)


def store(
    session: Session,
    platform_id: uuid.UUID,
    now: datetime,
    keys: list[dict[str, Any]] | None,
    problem: str | None = None,
) -> None:
    """Keep what a reading gave: the published keys, or the code of the problem."""
    row = session.scalar(select(PlatformKeySet).where(PlatformKeySet.platform_id == platform_id))
    if row is None:
        row = PlatformKeySet(platform_id=platform_id, keys=[])
        session.add(row)
    row.problem = problem
    if problem is not None or row.tried_at is None:
        row.tried_at = now
    if keys is not None:
        row.keys, row.fetched_at = keys, now


def _after_one_more(tried_at: datetime | None, now: datetime) -> datetime:
    """Return what `tried_at` becomes by one more reading; later than `now`: the budget is spent.

    A moment in the future means that the clock was set back: then nothing counts as spent.
    """
    full = now - BURST * PACE
    spent_until = full if tried_at is None or tried_at > now + PACE else max(tried_at, full)
    return spent_until + PACE


def parse_keys(jwks: list[dict[str, Any]], algorithm: str) -> dict[str, RSAPublicKey]:
    """Return the usable keys of a key set by their ids: RSA, for signatures, 2048 bits or more.

    A key without `alg`, or with `key_ops` instead of `use`, is as good as any.
    """
    keys: dict[str, RSAPublicKey] = {}
    for jwk in jwks[:MOST_KEYS]:
        kid = jwk.get("kid")
        if not isinstance(kid, str) or jwk.get("kty") != "RSA":
            continue
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
            continue
        try:
            key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": jwk["n"], "e": jwk["e"]})
        except (PyJWTError, KeyError, ValueError, TypeError, AttributeError):
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= FEWEST_BITS:
            keys[kid] = key
    return keys


def fetch_keys(platform: AnyPlatform, *, allow_loopback: bool = False) -> list[dict[str, Any]]:
    """Read a platform's key set and return its usable keys, public parts only.

    Waits at most `PATIENCE` seconds. Raises KeySetProblem.
    """
    answers: queue.SimpleQueue[bytes | KeySetProblem] = queue.SimpleQueue()
    arguments = (platform.jwks_url, platform.issuer, allow_loopback, answers)
    threading.Thread(target=_download, args=arguments, daemon=True, name="key-set").start()
    try:
        body = answers.get(timeout=PATIENCE)
    except queue.Empty:
        raise KeySetProblem("timeout") from None
    if isinstance(body, KeySetProblem):
        raise body
    return usable(body, platform.algorithm)


def usable(body: bytes, algorithm: str) -> list[dict[str, Any]]:
    """Return the public parts of the usable keys of a published key set. Raises KeySetProblem."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise KeySetProblem("not_json") from None
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise KeySetProblem("not_a_key_set")
    objects = [jwk for jwk in listed if isinstance(jwk, dict)]
    good = parse_keys(objects, algorithm)
    if not good:
        raise KeySetProblem("no_usable_key")
    wanted = ("kty", "kid", "alg", "use", "n", "e")
    return [
        {name: jwk[name] for name in wanted if name in jwk}
        for jwk in objects[:MOST_KEYS]
        if isinstance(jwk.get("kid"), str) and jwk["kid"] in good
    ]


def _download(
    url: str,
    issuer: str,
    allow_loopback: bool,
    answers: "queue.SimpleQueue[bytes | KeySetProblem]",
) -> None:
    try:
        answers.put(_read(url, issuer, allow_loopback))
    except KeySetProblem as problem:
        answers.put(problem)
    except AddressRefused:
        answers.put(KeySetProblem("address"))
    except requests.Timeout:
        answers.put(KeySetProblem("timeout"))
    except (requests.RequestException, HTTPError, OSError, ValueError):
        answers.put(KeySetProblem("unreachable"))


def _read(url: str, issuer: str, allow_loopback: bool) -> bytes:
    host = urlsplit(url).hostname
    # Checked again where the connection is made: a name may change in between.
    gate = Gate(allow_loopback=allow_loopback, allow_private=True)
    for _hop in range(MOST_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.hostname != host:
            raise KeySetProblem("redirect")
        if parts.scheme != "https" and (parts.scheme != "http" or issuer.startswith("https:")):
            raise KeySetProblem("insecure")
        _refuse_own_addresses(parts.hostname or "", allow_loopback)
        with (
            requests.Session() as browser,
            guard(browser, gate).get(
                url,
                timeout=PATIENCE,
                stream=True,
                allow_redirects=False,
                headers={"Accept": "application/json", "User-Agent": USER_AGENT},
            ) as response,
        ):
            if response.is_redirect:
                url = urljoin(url, response.headers["Location"])
                continue
            if response.status_code != 200:
                raise KeySetProblem(f"status_{response.status_code}")
            body: bytes = response.raw.read(LARGEST + 1, decode_content=True)
        if len(body) > LARGEST:
            raise KeySetProblem("too_big")
        return body
    raise KeySetProblem("redirect")


def _refuse_own_addresses(host: str, allow_loopback: bool) -> None:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return  # behind a proxy only the proxy knows names; without one the request fails anyway
    for text in found:
        address = ipaddress.ip_address(str(text).partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        if mapped.is_loopback and allow_loopback:
            continue
        if (
            mapped.is_loopback
            or mapped.is_link_local
            or mapped.is_unspecified
            or mapped.is_multicast
        ):
            raise KeySetProblem("address")

"""A browser and a platform in one: launches a tool again and again and takes the time.

One launch is the login request and the posted token, each answered; where a tool answers the
launch with a redirect to its own page inside the launch (ltijs), that page belongs to it. Every
token is signed for the nonce the tool gave; the time that takes is not the tool's and is left out.
"""

import http.client
import itertools
import json
import os
import statistics
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
KID = "bench"
FORM = "application/x-www-form-urlencoded"
PEOPLE = 40
LAUNCHES_PER_ADDRESS = 30
"""Tools may slow down one address that comes too often: as in life, people come from several."""

_addresses = itertools.count(1)


@dataclass(frozen=True)
class Target:
    """One tool to launch."""

    name: str
    port: int
    login_path: str
    launch_path: str
    client_id: str
    issuer: str
    follows: bool = False
    """Whether the launch ends with the page that its redirect leads to."""
    group: int = 0
    """The process group of its server; all of its processor time belongs to the launches."""

    @property
    def url(self) -> str:
        """Where the launch goes."""
        return f"http://localhost:{self.port}{self.launch_path}"


@dataclass
class Result:
    """What a run measured."""

    seconds: float
    processor_s: float = 0.0
    """Processor time the server's processes took meanwhile, user and system."""
    times_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Launches in a second of wall-clock time."""
        return len(self.times_ms) / self.seconds

    @property
    def processor_ms(self) -> float:
        """Processor time of a launch in milliseconds."""
        return self.processor_s * 1000 / len(self.times_ms)

    @property
    def p50(self) -> float:
        """Median time of a launch in milliseconds, without the driver's signing."""
        return statistics.median(self.times_ms)

    @property
    def p95(self) -> float:
        """95th percentile, in milliseconds."""
        return statistics.quantiles(self.times_ms, n=20)[18]


class Browser:
    """One keep-alive connection from one address; fresh cookies for each launch."""

    def __init__(self, target: Target) -> None:
        self.target = target
        number = next(_addresses)
        source = f"127.1.{number // 250 % 250}.{number % 250 + 1}"
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", target.port, timeout=20, source_address=(source, 0)
        )

    def ask(
        self, method: str, path: str, form: dict[str, str] | None, cookies: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Send one request and read its answer whole."""
        headers = {"Host": f"localhost:{self.target.port}", "X-Forwarded-Proto": "https"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if form is not None:
            headers["Content-Type"] = FORM
        body = urlencode(form) if form is not None else None
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            cookie: SimpleCookie = SimpleCookie()
            cookie.load(line.replace("Partitioned", "").rstrip("; "))
            cookies |= {name: morsel.value for name, morsel in cookie.items()}
        return answer

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


def launch(browser: Browser, key: rsa.RSAPrivateKey, person: int) -> float:
    """Launch once; return the milliseconds the tool took. Raises RuntimeError if it refuses."""
    target, cookies = browser.target, dict[str, str]()
    login = {
        "iss": target.issuer,
        "client_id": target.client_id,
        "login_hint": str(person),
        "lti_message_hint": "1",
        "target_link_uri": target.url,
        "lti_deployment_id": "1",
    }
    began = time.perf_counter()
    answer = browser.ask("POST", target.login_path, login, cookies)
    spent = time.perf_counter() - began
    if answer.status not in (302, 303):
        raise RuntimeError(f"{target.name} refuses the login: {answer.status}")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    token = _token(target, key, person, asked["nonce"][0])
    form = {"id_token": token, "state": asked["state"][0]}
    began = time.perf_counter()
    answer = browser.ask("POST", target.launch_path, form, cookies)
    if target.follows and answer.status in (302, 303):
        parts = urlsplit(answer.headers["Location"])
        answer = browser.ask("GET", f"{parts.path}?{parts.query}", None, cookies)
    spent += time.perf_counter() - began
    if answer.status not in (200, 302, 303):
        raise RuntimeError(f"{target.name} refuses the launch: {answer.status}")
    return spent * 1000


def _token(target: Target, key: rsa.RSAPrivateKey, person: int, nonce: str) -> str:
    now = int(time.time())
    claims = {
        "iss": target.issuer,
        "aud": target.client_id,
        "sub": str(person),
        "iat": now,
        "exp": now + 60,
        "nonce": nonce,
        "name": f"Persona sintética {person}",
        f"{CLAIM}/version": "1.3.0",
        f"{CLAIM}/message_type": "LtiResourceLinkRequest",
        f"{CLAIM}/deployment_id": "1",
        f"{CLAIM}/target_link_uri": target.url,
        f"{CLAIM}/roles": [ROLE],
        f"{CLAIM}/context": {"id": "2", "title": "Curso", "label": "C"},
        f"{CLAIM}/resource_link": {"id": "1", "title": "Columna"},
        f"{CLAIM}/custom": {"place": "programme"},
        f"{CLAIM}/launch_presentation": {"locale": "es", "document_target": "iframe"},
        f"{CLAIM}/tool_platform": {"guid": "bench", "product_family_code": "moodle"},
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(claims, key, "RS256", headers={"kid": KID})


def run(target: Target, key: rsa.RSAPrivateKey, launches: int, at_once: int) -> Result:
    """Launch so many times, so many at once."""
    numbers = iter(range(launches))
    taking, result = threading.Lock(), Result(0.0)
    failures: list[BaseException] = []

    def visit() -> None:
        browser = Browser(target)
        used = 0
        try:
            while True:
                with taking:
                    number = next(numbers, None)
                if number is None or failures:
                    return
                if used == LAUNCHES_PER_ADDRESS:
                    browser.close()
                    browser, used = Browser(target), 0
                used += 1
                spent = launch(browser, key, 100 + number % PEOPLE)
                with taking:
                    result.times_ms.append(spent)
        except (OSError, RuntimeError, http.client.HTTPException, KeyError) as failure:
            failures.append(failure)
        finally:
            browser.close()

    threads = [threading.Thread(target=visit) for _ in range(at_once)]
    used, began = processor_s(target.group), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - began
    result.processor_s = processor_s(target.group) - used
    if failures:
        raise failures[0]
    return result


def processor_s(group: int) -> float:
    """Return the processor time that the processes of a group have taken so far (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process may end while we look
            values = stat.read_text().rpartition(")")[2].split()
            if int(values[2]) == group:
                ticks += int(values[11]) + int(values[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def public_keys(key: rsa.RSAPrivateKey) -> bytes:
    """Return the platform's key set."""
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    shape = {name: jwk[name] for name in ("kty", "n", "e")}
    return json.dumps({"keys": [{**shape, "kid": KID, "alg": "RS256", "use": "sig"}]}).encode()

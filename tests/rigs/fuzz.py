"""Requests as nobody would send them: every route, by everybody, with whatever a seed says.

A request is bytes on a connection, so that nothing between here and the server makes it decent.
One seed makes one sequence of choices; what the pages answer only adds names of fields to it.
"""

import re
import socket
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from random import Random
from urllib.parse import urlencode

from flask import Flask

from lti.launch import sessions
from modules.outcomes.instruments import INSTRUMENTS
from plugin.demo.twilio.network import signature
from tests.addresses import quoted
from tests.factories import HOST
from tests.notifications.outbox_kit import ACCOUNT, SENDER, TOKEN
from tests.rigs import table
from tests.rigs.table import EVERYBODY, Row
from tests.rigs.world import ROLES, WHOSE, Visitor, World
from tests.strange import STRANGE

MARK = "palabras-de-una-persona"
"""In every form: what somebody wrote. It belongs into no log."""
PATIENCE_S = 60.0
HUGE = 3 * 1024 * 1024
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "BREW")
HEADERS = {
    "Accept": ("*/*", "application/json", "text/html;q=x", ",;=", "x" * 5000),
    "Accept-Language": ("en", "es-MX,es;q=0.9", "tlh", "*;q=-1", ",,,", "é"),
    "Range": ("bytes=0-", "bytes=5-2", "bytes=-0", "bytes=0-1,5-6", "lines=1", "bytes=9" * 90),
    "If-None-Match": ("*", '"', 'W/"x"', "é"),
    "If-Range": ("x", '"x"', "Thu, 01 Jan 1970"),
    "If-Modified-Since": ("yesterday", "Thu, 99 Foo 2026 00:00:00 GMT"),
    "Cookie": ("=", "a", "a=b; a=c;;;", "__Host-columna-=", "language=\\777"),
    "X-Forwarded-For": ("1.2.3.4", "nobody", "::::", "1" * 3000),
    "X-CSRF-Token": ("", "x", "é"),
    "X-Requested-With": ("XMLHttpRequest",),
    "Origin": ("null", "https://evil.example", "é"),
    "Expect": ("100-continue", "200-nothing"),
    "Host": ("", "x" * 1000, "a b", "[::1", "columna.example.org:99999", "é"),
    "Content-Type": ("", "text/plain", "application/json", "multipart/form-data", "x/y; charset=z"),
}
_NAME = re.compile(r'name="([^"]{1,60})"')


@dataclass(frozen=True)
class Sent:
    """One request: its bytes, and how they go out."""

    what: str
    """Who asks for which route; holds nothing that was sent."""
    data: bytes
    cut: bool = False
    """Whether the connection ends before the request does, and nobody waits for an answer."""
    whole: bool = True
    """Whether the server may hang up before it has taken everything."""

    def __str__(self) -> str:
        return f"{self.what}: {self.data[:900]!r}"


@dataclass
class Fuzzer:
    """Makes requests from a seed."""

    app: Flask
    world: World
    seed: int
    random: Random = field(init=False)
    names: dict[str, None] = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        items = [item.key for key in ("odi", "vas_pain") for item in INSTRUMENTS[key].items]
        self.names = dict.fromkeys(["client_key", "q", "go", "state", "id_token", "iss", *items])
        self._rows = tuple(table.rows())
        self._routes = table.routes(self.app)

    def requests(self, number: int) -> Iterator[Sent]:
        """Yield requests; every route comes before any comes again."""
        waiting: list[Row] = []
        for _ in range(number):
            if not waiting:
                waiting = list(self._rows)
                self.random.shuffle(waiting)
            yield self._request(waiting.pop())

    def learn(self, page: str) -> None:
        """Take note of the names that the fields of a page have."""
        self.names.update(dict.fromkeys(_NAME.findall(page)))

    def _request(self, row: Row) -> Sent:
        role = self._role(row)
        visitor = self.world.visitors[role]
        target = self._target(row, role, visitor)
        method = row.method if self._seldom(0.95) else self.random.choice(METHODS)
        if row.rule.startswith("/webhooks/") and self._seldom(0.8):
            headers, body = self._of_twilio(target)
        else:
            headers, body = self._form(row, visitor) if method != "GET" else ({}, b"")
        if visitor.secret:
            headers["Cookie"] = f"{sessions.cookie_name(visitor.ref)}={visitor.secret}"
        return self._on_the_wire(f"{method} {row.rule} as {role}", method, target, headers, body)

    def _seldom(self, chance: float) -> bool:
        return self.random.random() < chance

    def _role(self, row: Row) -> str:
        """Mostly somebody who is let in: the others do not come far."""
        let_in = [role for role in ROLES if row.lets_in(role)]
        few = let_in and EVERYBODY not in row.answers and self._seldom(0.85)
        return self.random.choice(let_in if few else ROLES)

    def _target(self, row: Row, role: str, visitor: Visitor) -> str:
        rule = self._routes[row.method, row.rule]
        whose = self.random.choice(WHOSE) if self._seldom(0.4) else "own"
        path = table.path(self.app, rule, visitor.ref, self.world.ids(role, whose), row.values)
        if self._seldom(0.1):
            parts = path.split("/")
            parts[self.random.randrange(1, len(parts))] = quoted(self._value())
            path = "/".join(parts)
        if self._seldom(0.15):
            path += "?" + urlencode(self._fields(), errors="surrogatepass")
        return path

    def _value(self) -> str:
        kind = self.random.randrange(4)
        if kind == 0:
            return str(self.random.randint(-(10**20), 10**20) if self._seldom(0.3) else 5)
        if kind == 1:
            letters = (chr(self.random.randrange(1, 0xD7FF)) for _ in range(8))
            return "".join(letters)
        return MARK if kind == 2 else self.random.choice(STRANGE)

    def _fields(self) -> list[tuple[str, str]]:
        names = list(self.names)
        return [
            (self.random.choice(names), self._value()) for _ in range(self.random.randrange(12))
        ]

    def _form(self, row: Row, visitor: Visitor) -> tuple[dict[str, str], bytes]:
        fields = [*self._fields(), *row.form.items(), ("note", MARK)]
        if self._seldom(0.9):
            fields.append(("csrf_token", visitor.token))
        if "/staff/library/" in row.rule or self._seldom(0.1):
            return self._in_parts(fields)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._seldom(0.05):
            return kind, self.random.randbytes(self.random.randrange(400))
        body = urlencode(fields, errors="surrogatepass").encode()
        return kind, body + b"&note=" + b"x" * HUGE if self._seldom(0.02) else body

    def _in_parts(self, fields: list[tuple[str, str]]) -> tuple[dict[str, str], bytes]:
        """Return a form with a file, sometimes broken off or badly bounded."""
        edge, file = self.random.choice(("edge", "", "e" * 300)), self.random.choice(("film", "x"))
        parts = [f'form-data; name="{name}"\r\n\r\n{value}' for name, value in fields]
        parts.append(f'form-data; name="{file}"; filename="../{MARK}"\r\n\r\n\x00\x00\x00 ftypisom')
        text = "".join(f"--{edge}\r\nContent-Disposition: {part}\r\n" for part in parts)
        body = f"{text}--{edge}--\r\n".encode("utf-8", "surrogatepass")
        if self._seldom(0.3):
            body = body[: self.random.randrange(len(body))]
        return {"Content-Type": f"multipart/form-data; boundary={edge}"}, body

    def _of_twilio(self, target: str) -> tuple[dict[str, str], bytes]:
        """Return a call that is truly signed, whatever it says."""
        known = ("MessageStatus", "ErrorCode", "Body", "ButtonPayload", "NumMedia")
        fields = {name: self._value() for name in known if self._seldom(0.8)}
        person = self.random.choice(("+5215512345678", self._value(), ""))
        ours = f"whatsapp:{SENDER}"
        inbound = "/inbound" in target
        fields |= {
            "AccountSid": ACCOUNT,
            "From": f"whatsapp:{person}" if inbound else ours,
            "To": ours if inbound else f"whatsapp:{person}",
            "MessageSid": f"SM{uuid.UUID(int=self.random.getrandbits(128)).hex}",
        }
        encodable = {k: v.encode("utf-8", "replace").decode() for k, v in fields.items()}
        signed = signature(TOKEN, f"https://{HOST}{target}", encodable)
        kind = "application/x-www-form-urlencoded"
        return {"Content-Type": kind, "X-Twilio-Signature": signed}, urlencode(encodable).encode()

    def _on_the_wire(
        self, what: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Sent:
        said = {"Host": HOST, "Connection": "close", "Content-Length": str(len(body)), **headers}
        for _ in range(self.random.randrange(3) if self._seldom(0.3) else 0):
            name = self.random.choice(list(HEADERS))
            said[name] = self.random.choice(HEADERS[name])
        cut = self._seldom(0.04)
        if cut:
            body = body[: len(body) // 2]
            said["Content-Length"] = str(len(body) + 100)
        elif self._seldom(0.03):
            del said["Content-Length"]
            said["Transfer-Encoding"] = self.random.choice(("chunked", "gzip", "chunked, chunked"))
            cut, body = True, b"5\r\nhello\r\nzz\r\n" + body[:50]
        lines = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in said.items())]
        head = "\r\n".join(lines).encode("utf-8", "surrogatepass")
        return Sent(what, head + b"\r\n\r\n" + body, cut, len(body) < HUGE)


@dataclass(frozen=True)
class Answer:
    """What came back; status None when the server hung up."""

    status: int | None
    text: str = ""


def send(port: int, sent: Sent) -> Answer:
    """Send a request and read its answer; half a request is left alone."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as opened:
        try:
            opened.sendall(sent.data)
            if sent.cut:
                return Answer(None)
            with HTTPResponse(opened, method=sent.what.split()[0]) as answer:
                answer.begin()
                return Answer(answer.status, answer.read().decode("utf-8", "replace"))
        except (ConnectionError, HTTPException):
            return Answer(None)

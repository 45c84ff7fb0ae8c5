"""A small stand-in for Twilio's WhatsApp service, with a memory and with faults on demand.

It answers the calls that the channel makes as Twilio documents them, sends signed callbacks as
Twilio's network would (late, twice, in any order, or never), and keeps a ledger of what each
patient's telephone would have shown. The ledger is the judge in the tests of the outbox.

Its shapes are held to Twilio's own OpenAPI description in the tests; its behaviour is our reading
of Twilio's documentation and was never compared with the real service.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

ADDRESS = re.compile(r"^whatsapp:(\+[1-9]\d{7,14})$")
MEXICAN = re.compile(r"^\+52(\d{10})$")
PLACE = re.compile(r"\{\{(\w+)\}\}")
MESSAGES = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages\.json$")
MESSAGE = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages/(\w+)\.json$")
APPROVAL = re.compile(r"^/v1/Content/(HX[0-9a-fA-F]{32})/ApprovalRequests$")
WINDOW = timedelta(hours=24)
FORBIDDEN_IN_VALUES = re.compile(r"[\n\t]| {5}")


class Fault(StrEnum):
    """What may go wrong with one creating call."""

    TOO_MANY = "429"
    CREDENTIALS = "401"
    BAD_GATEWAY = "an HTML 502, nothing accepted"
    ERROR_AFTER = "500 after accepting"
    HANG_AFTER = "accepted, no answer before the client gives up"
    RESET_AFTER = "accepted, connection reset"
    TRUNCATED = "accepted, half an answer"
    EMPTY = "accepted, 201 without a body"
    NO_SID = "accepted, 201 without a sid"


@dataclass(frozen=True)
class Script:
    """How the callbacks of a message behave.

    `statuses`: in the order they are posted, `every` apart. `copies`: how often each is posted.
    `lost`: none is posted. `forged`: signed with a wrong token. `before_answer`: posted before the
    creating call is answered.
    """

    statuses: tuple[str, ...] = ("sent", "delivered")
    every: timedelta = timedelta(seconds=1)
    copies: int = 1
    lost: bool = False
    forged: bool = False
    before_answer: bool = False


@dataclass
class Template:
    """A content template: its text with {{1}} and the like, and whether WhatsApp approved it."""

    body: str
    approval: str = "approved"

    @property
    def variables(self) -> frozenset[str]:
        """The names of its places."""
        return frozenset(PLACE.findall(self.body))

    def filled(self, values: Mapping[str, str]) -> str:
        """The rendered text."""
        return PLACE.sub(lambda place: values[place.group(1)], self.body)


@dataclass
class Telephone:
    """One patient's telephone, as WhatsApp sees it."""

    on_whatsapp: bool = True
    blocks_us: bool = False
    said_stop_to_twilio: bool = False
    last_wrote: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """One message that stood on a telephone's screen."""

    number: str
    at: datetime
    text: str
    sid: str


@dataclass
class Stored:
    """A message resource; what Twilio does not give back is marked private."""

    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    status: str = "queued"
    error_code: int | None = None
    private_callback: str = ""
    private_template: str | None = None


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `fault` tells the server what to do to the connection."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


@dataclass(frozen=True)
class Call:
    """An HTTP call to the fake."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    authorization: str = ""


@dataclass(order=True)
class _Event:
    at: datetime
    number: int
    action: Callable[[], None] = field(compare=False)


Post = Callable[[str, str, Mapping[str, str]], str]
"""Posts a form body with headers to a URL and returns the answer's body."""


class FakeTwilio:
    """The service. `clock` is read at every call; `tick()` does what has become due since."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        post: Post | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.sender = sender
        self.clock = clock
        self.post = post
        self.api_keys: dict[str, str] = {}
        self.templates: dict[str, Template] = {}
        self.telephones: dict[str, Telephone] = {}
        self.messages: dict[str, Stored] = {}
        self.ledger: list[Shown] = []
        self.faults: dict[int, Fault] = {}
        self.script = Script()
        self.retry_after: int | None = None
        self.reports_old_form = False
        self.creations = 0
        self._events: list[_Event] = []
        self._planned = 0
        self._lock = threading.RLock()

    def add_template(self, body: str, approval: str = "approved") -> str:
        """Register a template; returns its ContentSid."""
        sid = f"HX{hashlib.sha256(body.encode()).hexdigest()[:32]}"
        self.templates[sid] = Template(body, approval)
        return sid

    def telephone(self, number: str) -> Telephone:
        """The telephone behind a number; both Mexican writings ring the same one."""
        return self.telephones.setdefault(_one_form(number), Telephone())

    # The API ---------------------------------------------------------------------------------

    def handle(self, call: Call) -> Answer:
        """Answer one call of the REST API."""
        with self._lock:
            self.tick()
            if not self._authorised(call):
                return _problem(401, 20003, "Authenticate")
            return self._routed(call)

    def _authorised(self, call: Call) -> bool:
        scheme, _, given = call.authorization.partition(" ")
        try:
            user, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            return False
        known = {self.account_sid: self.auth_token, **self.api_keys}
        return scheme == "Basic" and user in known and known[user] == secret

    def _routed(self, call: Call) -> Answer:
        if approval := APPROVAL.match(call.path):
            return self._approval(approval.group(1))
        listed, one = MESSAGES.match(call.path), MESSAGE.match(call.path)
        account = (listed or one).group(1) if listed or one else None  # type: ignore[union-attr]
        if account != self.account_sid:
            return _problem(404, 20404, "Not found")
        if listed:
            return self._create(call.form) if call.method == "POST" else self._list(call.query)
        return self._one(one.group(2) if one else "", call)

    def _create(self, form: Mapping[str, str]) -> Answer:
        self.creations += 1
        fault = self.faults.get(self.creations)
        if fault is Fault.TOO_MANY:
            wait = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
            return _problem(429, 20429, "Too Many Requests", wait)
        if fault is Fault.CREDENTIALS:
            return _problem(401, 20003, "Authenticate")
        if fault is Fault.BAD_GATEWAY:
            return Answer(
                502, "<html><h1>502 Bad Gateway</h1></html>", {"Content-Type": "text/html"}
            )
        refusal = self._refusal(form)
        if refusal is not None:
            return refusal
        stored = self._accept(form)
        answer = _json(201, self._resource(stored))
        if self.script.before_answer:
            self._run_until(self.clock() + self.script.every * (len(self.script.statuses) + 1))
        return _spoiled(answer, fault)

    def _refusal(self, form: Mapping[str, str]) -> Answer | None:
        to = ADDRESS.match(form.get("To", ""))
        if to is None:
            return _problem(400, 21211, "Invalid 'To' Phone Number")
        if form.get("From") != f"whatsapp:{self.sender}":
            return _problem(400, 63007, "Could not find a Channel with the specified From address")
        if self.telephone(to.group(1)).said_stop_to_twilio:
            return _problem(400, 21610, "Attempt to send to unsubscribed recipient")
        if not form.get("ContentSid") and not form.get("Body"):
            return _problem(400, 21619, "A text message body or media urls must be specified")
        return self._content_refusal(form)

    def _content_refusal(self, form: Mapping[str, str]) -> Answer | None:
        if not form.get("ContentSid"):
            return None
        template = self.templates.get(form["ContentSid"])
        if template is None:
            return _problem(404, 20404, "The requested resource was not found")
        values = _values(form.get("ContentVariables", "{}"))
        if values is None or set(values) != template.variables:
            return _problem(400, 21656, "The Content Variables parameter is invalid")
        if len(template.filled(values)) > 1024:
            return _problem(400, 63021, "Content is too long")
        return None

    def _accept(self, form: Mapping[str, str]) -> Stored:
        template = self.templates.get(form.get("ContentSid", ""))
        values = _values(form.get("ContentVariables", "{}")) or {}
        number = form["To"].removeprefix("whatsapp:")
        stored = Stored(
            sid=f"SM{uuid.uuid4().hex}",
            to=f"whatsapp:{_old_form(number) if self.reports_old_form else number}",
            sender=form["From"],
            body=template.filled(values) if template else form["Body"],
            created=self.clock(),
            private_callback=form.get("StatusCallback", ""),
            private_template=form.get("ContentSid"),
        )
        self.messages[stored.sid] = stored
        self._plan_fate(stored, values)
        return stored

    def _plan_fate(self, stored: Stored, values: Mapping[str, str]) -> None:
        error = self._later_error(stored, values)
        statuses = ("failed",) if error else self.script.statuses
        for place, status in enumerate(statuses, start=1):
            self._plan(self.script.every * place, partial(self._reach, stored, status, error))
        if not error and "delivered" not in statuses and "read" not in statuses:
            self._plan(self.script.every * len(statuses), partial(self._show, stored))

    def _later_error(self, stored: Stored, values: Mapping[str, str]) -> int | None:
        """What WhatsApp says after Twilio has accepted: not known at the time of the answer."""
        phone = self.telephone(stored.to.removeprefix("whatsapp:"))
        template = self.templates.get(stored.private_template or "")
        if not phone.on_whatsapp:
            return 63003
        if phone.blocks_us:
            return 63014
        if template is None:
            is_open = phone.last_wrote and self.clock() - phone.last_wrote < WINDOW
            return None if is_open else 63016
        if template.approval != "approved":
            return 63041
        return 63013 if any(map(FORBIDDEN_IN_VALUES.search, values.values())) else None

    def _list(self, query: Mapping[str, str]) -> Answer:
        size = int(query.get("PageSize", "50"))
        wanted = [
            stored
            for stored in reversed(self.messages.values())
            if query.get("To") in (None, stored.to) and query.get("From") in (None, stored.sender)
        ]
        base = f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        page = {
            "messages": [self._resource(stored) for stored in wanted[:size]],
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(len(wanted[:size]) - 1, 0),
            "uri": f"{base}?{urlencode({**query, 'PageSize': size})}",
            "first_page_uri": f"{base}?{urlencode({**query, 'PageSize': size, 'Page': 0})}",
            "next_page_uri": None,
            "previous_page_uri": None,
        }
        return _json(200, page)

    def _one(self, sid: str, call: Call) -> Answer:
        stored = self.messages.get(sid)
        if stored is None:
            return _problem(404, 20404, "The requested resource was not found")
        if call.method == "DELETE":
            del self.messages[sid]
            return Answer(204)
        if call.method == "POST" and call.form.get("Body") == "":
            stored.body = ""
        return _json(200, self._resource(stored))

    def _approval(self, sid: str) -> Answer:
        template = self.templates.get(sid)
        if template is None:
            return _problem(404, 20404, "The requested resource was not found")
        whatsapp = {"type": "whatsapp", "status": template.approval, "category": "UTILITY"}
        links = f"https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"
        body = {"sid": sid, "account_sid": self.account_sid, "whatsapp": whatsapp, "url": links}
        return _json(200, body)

    def _resource(self, stored: Stored) -> dict[str, object]:
        """What Twilio gives back: no callback address, no template, no variables."""
        at = format_datetime(stored.created.astimezone(UTC))
        uri = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{stored.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": "2010-04-01",
            "body": stored.body,
            "date_created": at,
            "date_sent": None if stored.status == "queued" else at,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": stored.error_code,
            "error_message": None,
            "from": stored.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": stored.sid,
            "status": stored.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": stored.to,
            "uri": f"{uri}.json",
        }

    # What happens by itself ---------------------------------------------------------------------

    def _plan(self, after: timedelta, action: Callable[[], None]) -> None:
        self._planned += 1
        self._events.append(_Event(self.clock() + after, self._planned, action))

    def tick(self) -> None:
        """Do everything that is due by the clock: deliveries and callbacks."""
        self._run_until(self.clock())

    def settle(self) -> None:
        """Do everything that is planned at all."""
        with self._lock:
            while self._events:
                self._run_until(max(event.at for event in self._events))

    def at_rest(self) -> None:
        """Wait until no call is being handled."""
        with self._lock:
            return

    def _run_until(self, moment: datetime) -> None:
        with self._lock:
            due = sorted(event for event in self._events if event.at <= moment)
            self._events = [event for event in self._events if event.at > moment]
        for event in due:
            event.action()

    def _reach(self, stored: Stored, status: str, error: int | None) -> None:
        stored.error_code = error
        if stored.status not in ("delivered", "read") or status == "read":
            stored.status = status
        if status in ("delivered", "read"):
            self._show(stored)
        if stored.private_callback and not self.script.lost:
            for _ in range(self.script.copies):
                self._call_back(stored, status, error)

    def _show(self, stored: Stored) -> None:
        if stored.sid not in {shown.sid for shown in self.ledger}:
            number = _one_form(stored.to.removeprefix("whatsapp:"))
            self.ledger.append(Shown(number, self.clock(), stored.body, stored.sid))

    def _call_back(self, stored: Stored, status: str, error: int | None) -> None:
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": stored.sender,
            "To": stored.to,
            "MessageSid": stored.sid,
            "MessageStatus": status,
            "SmsSid": stored.sid,
            "SmsStatus": status,
            "ChannelPrefix": "whatsapp",
        }
        if error:
            fields["ErrorCode"] = str(error)
        self._post_signed(stored.private_callback.partition("#")[0], fields)

    def patient_writes(
        self,
        url: str,
        number: str,
        text: str,
        *,
        reported_as: str | None = None,
        sid: str | None = None,
        **more: str,
    ) -> str:
        """A patient writes; posts it to `url` and returns the answer (TwiML).

        `reported_as`: the sender as WhatsApp reports it, a BSUID for instance; by default a
        Mexican number gets the old 1, as WhatsApp still does. A reply in the answer is shown.
        """
        self.telephone(number).last_wrote = self.clock()
        sid = sid or f"SM{uuid.uuid4().hex}"
        sender = reported_as or _old_form(number)
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "From": f"whatsapp:{sender}",
            "To": f"whatsapp:{self.sender}",
            "Body": text,
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "NumSegments": "1",
            "ProfileName": "=1+1<script>",
            "WaId": sender.removeprefix("+"),
            **more,
        }
        answer = self._post_signed(url, fields)
        for reply in re.findall(r"<Message>(.*?)</Message>", answer, flags=re.DOTALL):
            shown = Shown(_one_form(number), self.clock(), reply, f"SM{uuid.uuid4().hex}")
            self.ledger.append(shown)
        return answer

    def _post_signed(self, url: str, fields: Mapping[str, str]) -> str:
        if self.post is None:
            return ""
        token = "0" * 32 if self.script.forged else self.auth_token
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature(token, url, fields),
        }
        return self.post(url, urlencode(fields), headers)


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """Twilio's signature, written down from its documentation and not taken from its library."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()


def call_of(method: str, target: str, body: str, authorization: str) -> Call:
    """A call from what stands in an HTTP request."""
    parts = urlsplit(target)
    return Call(
        method,
        parts.path,
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        dict(parse_qsl(body, keep_blank_values=True)),
        authorization,
    )


def _one_form(number: str) -> str:
    return f"+52{number[4:]}" if re.match(r"^\+521\d{10}$", number) else number


def _old_form(number: str) -> str:
    return f"+521{match.group(1)}" if (match := MEXICAN.match(number)) else number


def _values(written: str) -> dict[str, str] | None:
    try:
        values = json.loads(written)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def _problem(
    status: int, code: int, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return _json(status, body, headers)


def _spoiled(answer: Answer, fault: Fault | None) -> Answer:
    """The answer to a call that was accepted, after what the fault does to it."""
    if fault is Fault.ERROR_AFTER:
        return _problem(500, 20500, "An internal server error has occurred")
    if fault is Fault.EMPTY:
        return Answer(201, "", answer.headers)
    if fault is Fault.NO_SID:
        body = {**json.loads(answer.body), "sid": None}
        return Answer(201, json.dumps(body), answer.headers)
    return Answer(answer.status, answer.body, answer.headers, fault)

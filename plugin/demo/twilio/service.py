"""A small stand-in for Twilio's WhatsApp service, with a memory and with faults on demand.

It answers the calls that the channel makes as Twilio documents them, sends signed callbacks as
Twilio's network would (late, twice, in any order, or never), and keeps a ledger of what each
patient's telephone would have shown. The ledger is the judge in the tests of the outbox.

Its shapes are held to Twilio's own OpenAPI description in the tests; its behaviour is our reading
of Twilio's documentation and was never compared with the real service.
"""

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

from plugin.demo.twilio.answers import Answer, Call, Fault, json_answer, problem, spoiled
from plugin.demo.twilio.network import Network, Post
from plugin.demo.twilio.records import Stored, old_form

ADDRESS = re.compile(r"^whatsapp:(\+[1-9]\d{7,14})$")
MESSAGES = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages\.json$")
MESSAGE = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages/(\w+)\.json$")
APPROVAL = re.compile(r"^/v1/Content/(HX[0-9a-fA-F]{32})/ApprovalRequests$")


class FakeTwilio(Network):
    """The REST API over its network; faults on demand by the number of the creating call."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        post: Post | None = None,
    ) -> None:
        super().__init__(
            account_sid=account_sid, auth_token=auth_token, sender=sender, clock=clock, post=post
        )
        self.api_keys: dict[str, str] = {}
        self.messages: dict[str, Stored] = {}
        self.faults: dict[int, Fault] = {}
        self.retry_after: int | None = None
        self.reports_old_form = False
        self.creations = 0

    def handle(self, call: Call) -> Answer:
        """Answer one call of the REST API."""
        with self._lock:
            self.tick()
            if not self._authorised(call):
                return problem(401, 20003, "Authenticate")
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
            return problem(404, 20404, "Not found")
        if listed:
            return self._create(call.form) if call.method == "POST" else self._list(call.query)
        return self._one(one.group(2) if one else "", call)

    def _create(self, form: Mapping[str, str]) -> Answer:
        self.creations += 1
        fault = self.faults.get(self.creations)
        if fault is Fault.TOO_MANY:
            wait = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
            return problem(429, 20429, "Too Many Requests", wait)
        if fault is Fault.CREDENTIALS:
            return problem(401, 20003, "Authenticate")
        if fault is Fault.BAD_GATEWAY:
            return Answer(
                502, "<html><h1>502 Bad Gateway</h1></html>", {"Content-Type": "text/html"}
            )
        refusal = self._refusal(form)
        if refusal is not None:
            return refusal
        stored = self._accept(form)
        answer = json_answer(201, self._resource(stored))
        if self.script.before_answer:
            self._run_until(self.clock() + self.script.every * (len(self.script.statuses) + 1))
        return spoiled(answer, fault)

    def _refusal(self, form: Mapping[str, str]) -> Answer | None:
        to = ADDRESS.match(form.get("To", ""))
        if to is None:
            return problem(400, 21211, "Invalid 'To' Phone Number")
        if form.get("From") != f"whatsapp:{self.sender}":
            return problem(400, 63007, "Could not find a Channel with the specified From address")
        if self.telephone(to.group(1)).said_stop_to_twilio:
            return problem(400, 21610, "Attempt to send to unsubscribed recipient")
        if not form.get("ContentSid") and not form.get("Body"):
            return problem(400, 21619, "A text message body or media urls must be specified")
        return self._content_refusal(form)

    def _content_refusal(self, form: Mapping[str, str]) -> Answer | None:
        if not form.get("ContentSid"):
            return None
        template = self.templates.get(form["ContentSid"])
        if template is None:
            return problem(404, 20404, "The requested resource was not found")
        values = _values(form.get("ContentVariables", "{}"))
        if values is None or set(values) != template.variables:
            return problem(400, 21656, "The Content Variables parameter is invalid")
        if len(template.filled(values)) > 1024:
            return problem(400, 63021, "Content is too long")
        return None

    def _accept(self, form: Mapping[str, str]) -> Stored:
        template = self.templates.get(form.get("ContentSid", ""))
        values = _values(form.get("ContentVariables", "{}")) or {}
        number = form["To"].removeprefix("whatsapp:")
        stored = Stored(
            sid=f"SM{uuid.uuid4().hex}",
            to=f"whatsapp:{old_form(number) if self.reports_old_form else number}",
            sender=form["From"],
            body=template.filled(values) if template else form["Body"],
            created=self.clock(),
            private_callback=form.get("StatusCallback", ""),
            private_template=form.get("ContentSid"),
        )
        self.messages[stored.sid] = stored
        self.plan_fate(stored, values)
        return stored

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
        return json_answer(200, page)

    def _one(self, sid: str, call: Call) -> Answer:
        stored = self.messages.get(sid)
        if stored is None:
            return problem(404, 20404, "The requested resource was not found")
        if call.method == "DELETE":
            del self.messages[sid]
            return Answer(204)
        if call.method == "POST" and call.form.get("Body") == "":
            stored.body = ""
        return json_answer(200, self._resource(stored))

    def _approval(self, sid: str) -> Answer:
        template = self.templates.get(sid)
        if template is None:
            return problem(404, 20404, "The requested resource was not found")
        whatsapp = {"type": "whatsapp", "status": template.approval, "category": "UTILITY"}
        links = f"https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"
        body = {"sid": sid, "account_sid": self.account_sid, "whatsapp": whatsapp, "url": links}
        return json_answer(200, body)

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


def _values(written: str) -> dict[str, str] | None:
    try:
        values = json.loads(written)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None

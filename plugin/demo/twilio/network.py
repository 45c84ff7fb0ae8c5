"""What happens by itself once a message is accepted: delivery, signed callbacks, replies."""

import base64
import hashlib
import hmac
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from plugin.demo.twilio.records import (
    Script,
    Shown,
    Stored,
    Telephone,
    Template,
    old_form,
    one_form,
)

WINDOW = timedelta(hours=24)
FORBIDDEN_IN_VALUES = re.compile(r"[\n\t]| {5}")


@dataclass(order=True)
class _Event:
    at: datetime
    number: int
    action: Callable[[], None] = field(compare=False)


Post = Callable[[str, str, Mapping[str, str]], str]
"""Posts a form body with headers to a URL and returns the answer's body."""


class Network:
    """WhatsApp's side: templates, telephones and what they showed.

    `clock` is read at every call; `tick()` does what has become due since.
    """

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
        self.templates: dict[str, Template] = {}
        self.telephones: dict[str, Telephone] = {}
        self.ledger: list[Shown] = []
        self.script = Script()
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
        return self.telephones.setdefault(one_form(number), Telephone())

    def plan_fate(self, stored: Stored, values: Mapping[str, str]) -> None:
        """Plan what becomes of an accepted message: its statuses, and whether it is shown."""
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
            number = one_form(stored.to.removeprefix("whatsapp:"))
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
        sender = reported_as or old_form(number)
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
            shown = Shown(one_form(number), self.clock(), reply, f"SM{uuid.uuid4().hex}")
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

"""WhatsApp through Twilio: the only file that knows Twilio's library.

Sending a message there has no idempotency key. A 429 was never processed; a refusal (4xx) sent
nothing; a connection that was never made sent nothing. Everything else (5xx, timeout, reset, a
201 without a proper SID) is unknown. The library's own retries stay off and its asynchronous
client, which ignores its timeout and repeats a POST, is not used.

https://www.twilio.com/docs/messaging/api/message-resource
"""

# Twilio's library ships no types: what comes from it is untyped here and nowhere else.
# mypy: disable-error-code="import-untyped,misc"

import json
import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import exceptions as transport
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.base.values import unset
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from modules.text import Text
from notifications.channel import (
    Aftermath,
    Channel,
    ChannelSetting,
    ChannelType,
    ConsentWords,
    DeliveryFailed,
    DeliveryUnknown,
    Message,
    Receipt,
    Sought,
    digest_of_text,
    require_all,
)
from notifications.phones import TELEPHONE, both_forms
from notifications.twilio_errors import verdict_on

TIMEOUT_SECONDS = 30.0
"""Twilio itself gives up after 26 to 30 s; a shorter wait would only make more unknowns."""

LONGEST_VALIDITY = timedelta(seconds=36_000)
SEARCHED_PER_NUMBER = 50
TEMPLATE = r"[a-z0-9_]+\.[a-z]{2}=HX[0-9a-fA-F]{32}"
NUMBER = r"\+[1-9]\d{6,14}"
MESSAGE_SID = re.compile(r"^(?:SM|MM)[0-9a-fA-F]{32}$")

# The library logs the query string at INFO, and that holds telephone numbers.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


class _HttpClient(TwilioHttpClient):
    """Twilio's client with a timeout, the last Retry-After, and a way to a fake on this machine."""

    def __init__(self, timeout: float, api_base: str = "") -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(api_base)
        self._last = threading.local()

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        """Send; remember the headers, which the library's exceptions throw away."""
        self._last.retry_after = None
        if self._base.netloc:
            asked = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        answer = super().request(method, url, *rest, **named)
        self._last.retry_after = (answer.headers or {}).get("Retry-After")
        return answer

    @property
    def retry_after(self) -> timedelta | None:
        """How long the last answer asked to wait, at most an hour."""
        written = getattr(self._last, "retry_after", None) or ""
        return timedelta(seconds=min(int(written), 3600)) if written.isdecimal() else None


class WhatsAppChannel:
    """Sends approved templates by their ContentSid; anything but a template is never sent."""

    key = "whatsapp"

    def __init__(
        self,
        client: Client,
        http: _HttpClient,
        *,
        sender: str,
        templates: Mapping[str, str],
        public_url: str,
        only_to: frozenset[str] = frozenset(),
    ) -> None:
        self._client = client
        self._http = http
        self._sender = sender
        self._templates = templates
        self._public_url = public_url.rstrip("/")
        self._only_to = only_to

    def send(self, message: Message) -> Receipt:
        """Hand one template to Twilio. Raises DeliveryFailed or DeliveryUnknown."""
        if self._only_to and not self._only_to.intersection(both_forms(message.address)):
            raise DeliveryFailed("not_on_allow_list")
        template = self._templates.get(f"{message.kind}.{message.language}")
        if template is None:
            raise DeliveryFailed("no_template", aftermath=Aftermath.PARK_TEMPLATE)
        try:
            sent = self._client.messages.create(
                to=f"whatsapp:{message.address}",
                from_=f"whatsapp:{self._sender}",
                content_sid=template,
                content_variables=json.dumps(dict(message.values), ensure_ascii=False),
                status_callback=self._callback(message),
                validity_period=_validity(message.lifetime) or unset,
            )
        except TwilioRestException as refusal:
            raise self._judged(refusal) from None
        except (transport.ConnectTimeout, transport.ConnectionError) as fault:
            raise _transport_fault(fault) from None
        except (TwilioException, transport.RequestException, ValueError) as fault:
            raise DeliveryUnknown(type(fault).__name__) from None
        if not MESSAGE_SID.match(str(sent.sid or "")):
            raise DeliveryUnknown("no_sid")
        return Receipt(str(sent.sid), str(sent.status or ""))

    def _callback(self, message: Message) -> str:
        """Our own id comes back with every status; the fragment asks Twilio to try five times."""
        return f"{self._public_url}/webhooks/twilio/status/{message.attempt}#rc=5&rp=all"

    def _judged(self, refusal: TwilioRestException) -> DeliveryFailed | DeliveryUnknown:
        status = int(refusal.status)
        if status == 429:
            wait = self._http.retry_after
            return DeliveryFailed("too_many_requests", retry=True, retry_after=wait)
        if status in (401, 403):
            return DeliveryFailed("credentials", aftermath=Aftermath.STOP_QUEUE)
        if not 400 <= status < 500 or status == 408:
            return DeliveryUnknown(f"http_{status}")
        verdict = verdict_on(refusal.code)
        return DeliveryFailed(
            verdict.reason,
            retry=verdict.retry,
            retry_after=verdict.retry_after,
            aftermath=verdict.aftermath,
        )

    def search(self, sought: Sought) -> list[Receipt]:
        """Messages with the same text to the same person, since then.

        Twilio does not return our callback address or values, so To, text and time are all there
        is. No date filter: a queued message has no sending date and would be missed.
        """
        found = []
        for address in sought.addresses:
            for entry in self._client.messages.list(
                to=f"whatsapp:{address}", limit=SEARCHED_PER_NUMBER
            ):
                recent = entry.date_created is None or entry.date_created >= sought.since
                same = digest_of_text(entry.body or "") == sought.text_digest
                if recent and same and entry.sid:
                    found.append(Receipt(entry.sid, str(entry.status or "")))
        return found

    def status(self, sid: str) -> tuple[str, str] | None:
        """Ask for one message."""
        try:
            entry = self._client.messages(sid).fetch()
        except (TwilioException, transport.RequestException, ValueError):
            return None
        return str(entry.status or ""), str(entry.error_code or "")


def _validity(lifetime: timedelta) -> int:
    """Whole seconds, at most what Twilio takes; 0 when there is nothing sensible to say."""
    seconds = int(min(lifetime, LONGEST_VALIDITY).total_seconds())
    return seconds if seconds > 5 else 0


def _transport_fault(fault: Exception) -> DeliveryFailed | DeliveryUnknown:
    """Surely unsent only when no connection was ever made."""
    if isinstance(fault, transport.ConnectTimeout) or _never_connected(fault):
        return DeliveryFailed("unreachable", retry=True)
    return DeliveryUnknown(type(fault).__name__)


def _never_connected(fault: BaseException) -> bool:
    cause = getattr(fault.args[0] if fault.args else None, "reason", None)
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)


class _Form(dict[str, Sequence[str]]):
    """Form fields in the shape the library expects when a name may stand more than once."""

    def getlist(self, name: str) -> Sequence[str]:
        return self[name]


def signature_is_valid(
    tokens: Iterable[str], url: str, fields: Mapping[str, Sequence[str]], signature: str
) -> bool:
    """Whether Twilio signed these form fields for this public URL with one of our tokens.

    `tokens`: the account's auth token, and the next one while it is being changed.
    """
    form = _Form(fields)
    return any(token and RequestValidator(token).validate(url, form, signature) for token in tokens)


NEEDS = (
    ChannelSetting(
        "COLUMNA_PUBLIC_URL",
        shape=r"https?://[^_\s/]+(/[^\s#?]*)?",
        form="an address without underscores: Twilio calls no other",
        required=True,
    ),
    ChannelSetting(
        "COLUMNA_WHATSAPP_ONLY_TO",
        "Numbers, by commas: nobody else is written to. For trying out with real templates.",
        "+525500000000",
        shape=rf"{NUMBER}(,{NUMBER})*",
        form="numbers such as +525500000000, separated by commas without blanks",
    ),
    ChannelSetting(
        "TWILIO_ACCOUNT_SID",
        "Twilio account; needed when the channel is whatsapp.",
        "AC…",
        shape=r"AC[0-9a-fA-F]{32}",
        form="AC and 32 hexadecimal digits",
        required=True,
    ),
    ChannelSetting(
        "TWILIO_AUTH_TOKEN",
        "Twilio Auth Token; also checks the signature of Twilio's calls. During a "
        "rotation: current and next, separated by a comma.",
        "(from the Twilio console)",
        shape=r"[^\s,]{16,}(,[^\s,]{16,})*",
        form="a token of 16 characters or more, or two separated by a comma",
        required=True,
        secret=True,
    ),
    ChannelSetting(
        "TWILIO_API_KEY_SID",
        "Twilio API key for sending; empty: the Auth Token is used.",
        "SK…",
        shape=r"SK[0-9a-fA-F]{32}",
        form="SK and 32 hexadecimal digits",
    ),
    ChannelSetting(
        "TWILIO_API_KEY_SECRET",
        "Secret of the API key.",
        "(from the Twilio console)",
        secret=True,
    ),
    ChannelSetting(
        "TWILIO_WHATSAPP_SENDER",
        "The clinic's WhatsApp sender.",
        "+525500000000",
        shape=NUMBER,
        form="a number such as +525500000000",
        required=True,
    ),
    ChannelSetting(
        "TWILIO_TEMPLATES",
        "Approved template (ContentSid) of each kind of reminder and language.",
        "diary_due.es=HX…,assessment_due.es=HX…",
        shape=rf"\s*{TEMPLATE}(\s*,\s*{TEMPLATE})*\s*,?",
        form="kind.language=HX and 32 hexadecimal digits, separated by commas",
        required=True,
    ),
    ChannelSetting(
        "TWILIO_API_BASE",
        "A stand-in for Twilio on this machine; any other host is refused. For development only.",
        "http://127.0.0.1:4010",
        shape=r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?/?",
        form="an address on this machine",
    ),
)


def build(settings: Mapping[str, str]) -> Channel:
    """Read the settings; all that are wrong are named in one ValueError, none is repeated.

    Besides `NEEDS`: `twilio_timeout` (seconds).
    """
    require_all(NEEDS, settings)
    http = _HttpClient(
        float(settings.get("twilio_timeout") or TIMEOUT_SECONDS),
        settings.get("twilio_api_base", ""),
    )
    return WhatsAppChannel(
        _client(settings, http),
        http,
        sender=settings["twilio_whatsapp_sender"],
        templates=_templates(settings["twilio_templates"]),
        public_url=settings["public_url"],
        only_to=frozenset(filter(None, settings.get("whatsapp_only_to", "").split(","))),
    )


def _templates(written: str) -> dict[str, str]:
    """Return the ContentSid of each kind and language, of `diary_due.es=HX…,diary_due.en=HX…`."""
    pairs = [entry.strip().split("=") for entry in written.split(",") if entry.strip()]
    return dict(pairs)


def _client(settings: Mapping[str, str], http: _HttpClient) -> Client:
    account = settings["twilio_account_sid"]
    key, secret = settings.get("twilio_api_key_sid"), settings.get("twilio_api_key_secret")
    if key and secret:
        return Client(key, secret, account_sid=account, http_client=http)
    return Client(account, auth_tokens(settings)[0], http_client=http)


def auth_tokens(settings: Mapping[str, str]) -> tuple[str, ...]:
    """The account's token and, while it is being changed, the next one; none when unset."""
    return tuple(filter(None, settings.get("twilio_auth_token", "").split(",")))


CHANNEL = ChannelType(
    key="whatsapp",
    label=Text("WhatsApp", "WhatsApp"),
    address=TELEPHONE,
    consent=ConsentWords(
        invitation=Text(
            "Podemos enviarte un mensaje corto de WhatsApp cuando haya algo por hacer.",
            "We can send you a short WhatsApp message when something is to be done.",
        ),
        asked=Text("Tu número de WhatsApp", "Your WhatsApp number"),
        agreement=Text(
            "Sí, quiero recordatorios de este curso por WhatsApp en este número.",
            "Yes, I want reminders of this course by WhatsApp on this number.",
        ),
    ),
    needs=NEEDS,
    build=build,
)

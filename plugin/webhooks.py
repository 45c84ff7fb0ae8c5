"""What Twilio calls: the status of a message, and what a patient has answered.

A call is believed only when it is signed with the account's token for our public address, names
our account and our sender, and is an ordinary form of ordinary size. The signature has no time in
it, so an old call may come again: everything behind it takes a thing once.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, quote
from xml.sax.saxutils import escape

from flask import Blueprint, Request, Response, abort, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from modules.records.db import Database
from notifications.channels.whatsapp import auth_tokens, signature_is_valid
from notifications.inbound import Incoming, ReplyRules, receive
from notifications.outbox import Outcome, record_receipt
from plugin.request_limits import limit_of

log = logging.getLogger(__name__)
MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"
TWIML = "text/xml; charset=utf-8"
SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

Fields = Mapping[str, list[str]]


@dataclass(frozen=True)
class _Account:
    """The parts of the settings that say which calls are Twilio's and meant for us."""

    addresses: tuple[str, ...]
    sid: str
    tokens: tuple[str, ...]
    sender: str


def create_blueprint(
    database: Database,
    settings: Mapping[str, str],
    rules: ReplyRules,
    clock: Callable[[], datetime],
    former_urls: Sequence[str] = (),
) -> Blueprint:
    """The two addresses under /webhooks/twilio; both refuse everything while Twilio is not set up.

    `settings`: `public_url`, `twilio_account_sid`, `twilio_auth_token` (current and next by a
    comma), `twilio_whatsapp_sender`. `rules`: how an incoming message is answered.
    `former_urls`: what was called before the tool moved, which messages sent then still call. The
    blueprint needs no CSRF token: exempt it from that check.
    """
    account = _Account(
        addresses=(settings.get("public_url", "").rstrip("/"), *former_urls),
        sid=settings.get("twilio_account_sid", ""),
        tokens=auth_tokens(settings),
        sender=settings.get("twilio_whatsapp_sender", ""),
    )
    blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks/twilio")
    blueprint.register_error_handler(OperationalError, _database_is_away)

    @blueprint.post("/status/<uuid:attempt>")
    def status(attempt: uuid.UUID) -> Response:
        fields = _believed_fields(request, account, ours="From")
        with database.writing() as session:
            outcome = record_receipt(
                session,
                attempt=attempt,
                sid=_one(fields, "MessageSid")[:34],
                status=_one(fields, "MessageStatus"),
                error_code=_one(fields, "ErrorCode"),
                now=clock(),
            )
        if outcome is Outcome.REFUSED:
            abort(403)
        if outcome in (Outcome.ANOMALY, Outcome.UNMATCHED):
            log.warning("message report attempt=%s outcome=%s", attempt, outcome)
        return Response(status=204)

    @blueprint.post("/inbound")
    def inbound() -> Response:
        fields = _believed_fields(request, account, ours="To")
        message = Incoming(
            sid=_one(fields, "MessageSid")[:34],
            sender=_one(fields, "From").removeprefix("whatsapp:")[:64],
            text=_one(fields, "Body"),
            button=_one(fields, "ButtonPayload"),
        )
        with database.writing() as session:
            answer = receive(session, message, clock(), rules)
        return Response(_twiml(answer), content_type=TWIML)

    return blueprint


def _believed_fields(asked: Request, account: _Account, *, ours: str) -> Fields:
    """The form of a call that is Twilio's and meant for us; otherwise 400, 403, 413 or 415."""
    fields = _read_form(asked)
    path = _raw_path(asked)
    signature = asked.headers.get("X-Twilio-Signature", "")
    is_ours = (
        bool(account.sid and account.sender)
        and any(
            signature_is_valid(account.tokens, address + path, fields, signature)
            for address in account.addresses
        )
        and _one(fields, "AccountSid") == account.sid
        and _one(fields, ours) == f"whatsapp:{account.sender}"
    )
    if not is_ours:
        log.warning("a call that is not Twilio's was refused")
        abort(403)
    if not _one(fields, "MessageSid"):
        abort(400)
    return fields


def _read_form(asked: Request) -> Fields:
    """The fields as they were sent. Bounded before anything is read or computed."""
    if asked.mimetype != FORM:
        abort(415)
    asked.max_content_length = limit_of(asked.path).size
    try:
        body = asked.get_data(cache=False)
        return parse_qs(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except RequestEntityTooLarge:
        abort(413)
    except ValueError:
        abort(400)


def _raw_path(asked: Request) -> str:
    """Path and query exactly as they were asked for, below the point where we are mounted."""
    raw = str(asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or "")
    if not raw.startswith("/"):
        query = asked.query_string.decode("latin-1")
        raw = quote(asked.script_root + asked.path) + (f"?{query}" if query else "")
    return raw.removeprefix(asked.script_root)


def _one(fields: Fields, name: str) -> str:
    """Return a field without the one sign that PostgreSQL cannot keep in a text."""
    return fields.get(name, [""])[0].replace("\0", "")


def _twiml(answer: str | None) -> str:
    if answer is None:
        return SILENCE
    words = escape(answer)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{words}</Message></Response>'


def _database_is_away(_fault: Exception) -> Response | HTTPException:
    """Twilio tries again, because our callback addresses ask it to (#rc=5&rp=all)."""
    return Response(status=503)

"""HTTP calls and answers of the stand-in for Twilio, in the shapes Twilio documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit


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


def json_answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def problem(
    status: int, code: int, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an error as Twilio words it."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return json_answer(status, body, headers)


def spoiled(answer: Answer, fault: Fault | None) -> Answer:
    """The answer to a call that was accepted, after what the fault does to it."""
    if fault is Fault.ERROR_AFTER:
        return problem(500, 20500, "An internal server error has occurred")
    if fault is Fault.EMPTY:
        return Answer(201, "", answer.headers)
    if fault is Fault.NO_SID:
        body = {**json.loads(answer.body), "sid": None}
        return Answer(201, json.dumps(body), answer.headers)
    return Answer(answer.status, answer.body, answer.headers, fault)

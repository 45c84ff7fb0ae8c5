"""Taking a large upload without holding the database for as long as it takes to arrive.

A request that changes something runs in one writing transaction, and SQLite has one writer: a film
sent over a slow line, or on to a distant storage, would keep everybody else's diary waiting. So
who is asking is looked up first, in a reading transaction of its own; then the body is read to its
end, looked into and stored; only then the request's transaction begins (`plugin.web`).
"""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import g, request

from lti.launch import sessions
from modules.course import video_file
from modules.course.video_file import VideoFacts
from modules.errors import InvalidEntry
from modules.services.own_media import Stored
from plugin import people
from plugin.access import ROLE_PERMISSIONS, Permission
from plugin.media import sending
from plugin.request_limits import LARGEST_FILM, limit_of
from plugin.tool import Tool, current_tool
from plugin.web import SAFE_METHODS, TOKEN_FIELD, StaleForm

LARGEST_CLIP = 40 * 1024 * 1024
LONGEST_FILM_S, LONGEST_CLIP_S = 30 * 60, 5 * 60


@dataclass(frozen=True)
class Limits:
    """What a place of the course takes: bytes and seconds."""

    size: int
    seconds: int


LIMITS = {
    "lessons": Limits(LARGEST_FILM, LONGEST_FILM_S),
    "exercises": Limits(LARGEST_CLIP, LONGEST_CLIP_S),
}


@dataclass(frozen=True)
class Received:
    """A file that was sent and stored, or the code of what is wrong with it."""

    stored: Stored | None = None
    facts: VideoFacts | None = None
    fault: str | None = None


def receive(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Read, look into and store what staff send. Raises StaleForm.

    Whoever else sends something meets the ordinary limits and guards a moment later.
    """
    tool = current_tool()
    if request.method in SAFE_METHODS or not _from_staff(tool):
        return
    limits = LIMITS[(values or {})["folder"]]
    g.received = Received()
    try:
        if "film" in request.files:
            g.received = _film(tool, limits)
        elif "captions" in request.files:
            g.received = _captions(tool)
    except InvalidEntry as fault:
        g.received = Received(fault=fault.fields["file"])


def _from_staff(tool: Tool) -> bool:
    """Whether staff are asking; their form's token is looked at, which reads the whole body."""
    ref = g.get("ref") or ""
    secret = request.cookies.get(sessions.cookie_name(ref), "")
    with tool.database.reading() as session:
        launch_session = sessions.load(session, ref, secret, tool.now())
        if launch_session is None:
            return False
        person = people.person_of(session, tool, launch_session)
        if Permission.CARE not in ROLE_PERMISSIONS[person.role]:
            return False
    # Files above half a megabyte go to disk while they arrive.
    request.max_content_length = limit_of(request.path).size
    if not sessions.csrf_holds(launch_session, request.form.get(TOKEN_FIELD, "")):
        raise StaleForm
    return True


def _film(tool: Tool, limits: Limits) -> Received:
    """Store a film. Raises InvalidEntry: missing, too large, too long, unusable."""
    sent = _sent("film")
    size = sent.seek(0, 2)
    if size > limits.size:
        raise InvalidEntry({"file": "too_large"})
    facts = video_file.inspect(sent, size)
    if facts.duration_s > limits.seconds:
        raise InvalidEntry({"file": "too_long_film"})
    return Received(_stored(tool, sent, facts.kind), facts)


def _captions(tool: Tool) -> Received:
    sent = _sent("captions")
    video_file.require_captions(sent.read(video_file.LARGEST_CAPTIONS + 1))
    return Received(_stored(tool, sent, "vtt"))


def _sent(name: str) -> BinaryIO:
    sent = request.files[name]
    if not sent.filename:
        raise InvalidEntry({"file": "required"})
    stream: BinaryIO = sent.stream
    return stream


def _stored(tool: Tool, stream: BinaryIO, kind: str) -> Stored:
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while block := stream.read(sending.CHUNK):
        digest.update(block)
        size += len(block)
    stream.seek(0)
    key = f"{uuid.uuid4().hex}.{kind}"
    tool.media_store.put(key, stream, sending.TYPES[f".{kind}"])
    return Stored(key, size, digest.hexdigest())

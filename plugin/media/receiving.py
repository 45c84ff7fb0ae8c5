"""Taking a large upload without holding the database for as long as it takes to arrive.

A request that changes something runs in one writing transaction, and SQLite has one writer: a film
sent over a slow line, or on to a distant storage, would keep everybody else's diary waiting. So
who is asking is looked up first, in a reading transaction of its own; then the body is read to its
end, looked into and stored; only then the request's transaction begins (`plugin.web`).
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import g, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from lti.launch import sessions
from modules.course import video_file
from modules.course.video_file import VideoFacts
from modules.errors import InvalidEntry
from modules.services.own_media import Stored
from plugin import people
from plugin.access import ROLE_PERMISSIONS, Permission
from plugin.forms import Answered, Form
from plugin.media import sending
from plugin.request_limits import LARGEST_FILM, limit_of
from plugin.tool import Tool, current_tool
from plugin.web import SAFE_METHODS, StaleForm, sent_token

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


class FilmForm(Form):
    """An own film for one place of the course."""

    film = FileField(_l("Own film"), [Answered()])


class CaptionsForm(Form):
    """Captions of an own film."""

    captions = FileField(_l("Captions"), [Answered()])


@dataclass(frozen=True)
class Received:
    """The form that was sent, with what is wrong with its file; else where that was stored."""

    form: Form
    stored: Stored | None = None
    facts: VideoFacts | None = None


def receive(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Read, look into and store what staff send. Raises StaleForm.

    Whoever else sends something meets the ordinary limits and guards a moment later.
    """
    tool = current_tool()
    if request.method in SAFE_METHODS or not _from_staff(tool):
        return
    if endpoint == "library.put":
        limits = LIMITS[(values or {})["folder"]]
        g.received = _received(FilmForm.sent(), lambda sent: _film(tool, limits, sent))
    elif endpoint == "library.captions":
        g.received = _received(CaptionsForm.sent(), lambda sent: _captions(tool, sent))


def _received(form: Form, take: Callable[[BinaryIO], tuple[Stored, VideoFacts | None]]) -> Received:
    """Take the one file of a form; what is wrong with it is hung on its field."""
    (field,) = form
    try:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise InvalidEntry({"file": "required"})
        return Received(form, *take(field.data.stream))
    except InvalidEntry as fault:
        form.add_errors({field.name: fault.fields["file"]})
        return Received(form)


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
    if not sessions.csrf_holds(launch_session, sent_token()):
        raise StaleForm
    return True


def _film(tool: Tool, limits: Limits, sent: BinaryIO) -> tuple[Stored, VideoFacts]:
    """Store a film. Raises InvalidEntry: too large, too long, unusable."""
    size = sent.seek(0, 2)
    if size > limits.size:
        raise InvalidEntry({"file": "too_large"})
    facts = video_file.inspect(sent, size)
    if facts.duration_s > limits.seconds:
        raise InvalidEntry({"file": "too_long_film"})
    return _stored(tool, sent, facts.kind), facts


def _captions(tool: Tool, sent: BinaryIO) -> tuple[Stored, None]:
    video_file.require_captions(sent.read(video_file.LARGEST_CAPTIONS + 1))
    return _stored(tool, sent, "vtt"), None


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

"""Films, posters and captions of the course, in the pieces a player asks for.

The file is read from the place asked for (HTTP ranges, RFC 9110 section 14). Flask's `send_file`
is not used: behind some servers it reads from the first byte to the place. Where nginx stands in
front, COLUMNA_ACCEL_PREFIX lets it send the bytes.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import Range
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date, parse_range_header

from modules.errors import NotFound

TYPES = {
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Source:
    """A file to send: its type, size in bytes, a tag that changes with it, and a reader.

    `read(start, length)` yields the bytes of a part.
    """

    kind: str
    size: int
    tag: str
    read: Callable[[int, int], Iterator[bytes]]
    modified: float | None = None
    """When it changed last, seconds since 1970."""


def _part(path: Path, start: int, left: int) -> Iterator[bytes]:
    """Yield `left` bytes of a file from `start` on; the file is open only while it is read."""
    with path.open("rb") as opened:
        opened.seek(start)
        while left > 0 and (block := opened.read(min(CHUNK, left))):
            left -= len(block)
            yield block


def send(path: Path, *, accel_prefix: str = "", accel_name: str = "") -> Response:
    """Answer with a file or the one part of it that was asked for. Raises NotFound without it."""
    kind = TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise NotFound
    if accel_prefix:
        return handed_on(f"{accel_prefix.rstrip('/')}/{accel_name}", kind)
    facts = path.stat()
    return send_source(
        Source(kind, facts.st_size, _tag(path), partial(_part, path), facts.st_mtime)
    )


def send_source(source: Source) -> Response:
    """Answer with a source or the one part of it that was asked for.

    200 or 206; 304 when the reader has it; 416 for a part outside. Several parts at once are
    answered with the whole file.
    """
    size, tag = source.size, source.tag
    if tag in request.if_none_match:
        return _headed(Response(status=304), source)
    start, end = _wanted(size, tag)
    response = Response(
        source.read(start, end - start) if request.method == "GET" else None,
        content_type=source.kind,
    )
    response.content_length = end - start
    if (start, end) != (0, size) or _whole_as_part(size, tag):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return _headed(response, source)


def _wanted(size: int, tag: str) -> tuple[int, int]:
    """Return the bytes to send as [start, end). Raises 416 for a part outside the file."""
    asked = _asked(tag)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, size
    part = asked.range_for_length(size)
    if part is None:
        raise RequestedRangeNotSatisfiable(size)
    return part[0], part[1]


def _whole_as_part(size: int, tag: str) -> bool:
    """Whether a part was asked for that happens to be the whole file: `bytes=0-`."""
    asked = _asked(tag)
    return asked is not None and asked.units == "bytes" and len(asked.ranges) == 1


def _asked(tag: str) -> Range | None:
    """Return the range asked for; None when there is none or the file has changed since."""
    if not _still_the_same(tag):
        return None
    return parse_range_header(request.headers.get("Range"))


def _still_the_same(tag: str) -> bool:
    """Whether If-Range names our tag; a date is not trusted, so the whole file is sent."""
    condition = request.headers.get("If-Range")
    return condition is None or condition == f'"{tag}"'


def _tag(path: Path) -> str:
    """Return a tag that changes with size or time of the file."""
    facts = path.stat()
    return hashlib.sha256(f"{path.name}:{facts.st_size}:{facts.st_mtime_ns}".encode()).hexdigest()[
        :20
    ]


def _headed(response: Response, source: Source) -> Response:
    response.headers["ETag"] = f'"{source.tag}"'
    if source.modified is not None:
        response.headers["Last-Modified"] = http_date(source.modified)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def handed_on(location: str, kind: str) -> Response:
    """Leave the bytes to the web server that stands in front."""
    response = Response(content_type=kind)
    response.headers["X-Accel-Redirect"] = quote(location)
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

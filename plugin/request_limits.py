"""How much of a request is taken, and how long it may take to arrive. Pure: one table by address.

The server (`plugin.server`) reads every request to its end before a thread of the application sees
it, and the application (`plugin.web`) reads it to its end before it opens a transaction; both ask
here. A telephone that stops in the middle of a form holds neither a thread nor a lock.
"""

import re
from dataclasses import dataclass

REFUSED = "columna.refused"
"""Where the server tells the application with which status a body was not taken."""

KIB, MIB = 1024, 1024 * 1024
LARGEST_FILM = 300 * MIB
"""Bytes of the largest film that a clinic may put into the course."""


@dataclass(frozen=True)
class RequestLimit:
    """What one kind of request may be: the body's bytes, and seconds from first to last byte."""

    size: int
    seconds: int


ORDINARY = RequestLimit(2 * MIB, 60)
"""Forms: the longest questionnaire, or a day's diary with its notes, is a few kilobytes."""
LAUNCH = RequestLimit(256 * KIB, 30)
"""Logins and launches, from anybody: a signed token is a few kilobytes."""
WEBHOOK = RequestLimit(64 * KIB, 30)
UPLOAD = RequestLimit(LARGEST_FILM + MIB, 60 * 60)
"""A film over a slow line, with room for the form around it."""
MOST_UPLOADS = 4
"""So many large bodies may be on their way at once; they lie on disk until they are whole."""

_BY_PATH: tuple[tuple[re.Pattern[str], RequestLimit], ...] = (
    (re.compile(r"/lti(/|$)"), LAUNCH),
    (re.compile(r"/webhooks(/|$)"), WEBHOOK),
    (re.compile(r"/t/[^/]+/staff/library/"), UPLOAD),
)


def limit_of(path: str) -> RequestLimit:
    """Return what a request to this path (as in `PATH_INFO`) may be."""
    return next((limit for pattern, limit in _BY_PATH if pattern.match(path)), ORDINARY)

"""PDFs that are drawn while somebody waits: one sheet or form, seconds of a processor.

The only door of the pages to the drawing of a PDF. Each person may have a few drawn in a row; the
same page drawn again is taken from the few drawn last. They are found by all of their words, so
what is sent is never older than its page. Whole studies are the work of the worker (`exports`).
"""

from functools import lru_cache

from flask import Flask, Response, current_app, g

from exports.formats.pdf import html_to_pdf
from modules.errors import CourseError
from modules.records.rate_limit import RateLimit
from plugin.tool import Tool

EXTENSION = "columna-printing"
IN_A_ROW, PER_SECOND = 24, 1 / 10
"""So many drawings of one person at once, and one more each ten seconds: a visit on paper is a
handful of forms, and staff print for several people."""
KEPT = 16
"""Files a process keeps, a hundred kilobytes each."""

_drawn = lru_cache(maxsize=KEPT)(html_to_pdf)


class TooManyDrawn(CourseError):
    """This person has had many files drawn just now."""

    code = "too_many_drawn"


def init_app(app: Flask, tool: Tool) -> None:
    """Count what is drawn, together with the other processes."""
    limit = RateLimit("drawing", IN_A_ROW, PER_SECOND, tool.database, tool.now)
    app.extensions[EXTENSION] = limit


def answer(page: str, filename: str) -> Response:
    """Return a page of HTML as a PDF to download. Raises TooManyDrawn."""
    if not current_app.extensions[EXTENSION].admits(str(g.person.user_id)):
        raise TooManyDrawn
    response = Response(_drawn(page), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response

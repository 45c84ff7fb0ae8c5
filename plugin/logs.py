"""What is written to the log: what happened and where, never what a person typed.

An exception's text may hold answers, numbers or names: a database's error quotes the row it
refused. So a traceback is written as its places and types alone, whoever logs it.
"""

import logging
import traceback
from types import TracebackType

QUIET = ("alembic", "fontTools", "huey", "weasyprint")
"""Libraries that tell more than an administrator wants to read."""


class PlacesOnly(logging.Formatter):
    """Writes an exception as types and places, without its text or the values around it."""

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return one line for each place, innermost last, then the exception's type."""
        error: BaseException | None = ei[1]
        lines = []
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in places]
            lines.append(type(error).__name__)
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def configure() -> None:
    """Send the log to standard error, one line an event."""
    handler = logging.StreamHandler()
    handler.setFormatter(PlacesOnly("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)

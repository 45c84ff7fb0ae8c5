"""The statements something sends to the database: for tests of what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def sent() -> Iterator[list[str]]:
    """Collect what this process asks and changes; what begins and ends transactions is left out.

    Of all engines: readers and writers have their own.
    """
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(KINDS):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)

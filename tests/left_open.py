"""What a test leaves open is closed with it: elsewhere databases and queues end with their process.

From Python 3.13 on a SQLite connection that is thrown away while open is a warning, hence an error
here, in whichever test runs at that moment.
"""

from typing import Any

from huey.storage import SqliteStorage
from sqlalchemy import Connection, Engine, event

_engines: set[Engine] = set()
_queues: set[SqliteStorage] = set()


def note() -> None:
    """Take note from now on of every engine that connects and of every queue on SQLite."""
    event.listen(Engine, "engine_connect", _note_engine)
    make = SqliteStorage.__init__

    def noted(self: SqliteStorage, *args: Any, **options: Any) -> None:
        make(self, *args, **options)
        _queues.add(self)

    SqliteStorage.__init__ = noted


def close() -> None:
    """Close what was noted and is idle; whoever outlives the test opens it again."""
    while _engines:
        _engines.pop().dispose()
    while _queues:
        _queues.pop().close()


def _note_engine(connection: Connection) -> None:
    _engines.add(connection.engine)

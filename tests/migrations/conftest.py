"""An empty database of each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modules.records import crypto
from modules.records.db import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, keyring: crypto.Keyring
) -> Iterator[Database]:
    """A database without any table."""
    crypto.install_keyring(keyring)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("empty_postgres")
    opened = Database(url)
    yield opened
    opened.dispose()

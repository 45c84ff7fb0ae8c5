"""A Moodle, a tool that knows it and a browser."""

from collections.abc import Iterator

import pytest

from modules.records.db import Database
from tests.lti.cases import SEEN, Saw
from tests.lti.launch_kit import ToolAndPlatform
from tests.lti.simulated_platform import KeyServer, Moodle


@pytest.fixture(scope="session")
def _running_key_server() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.stop()


@pytest.fixture
def key_server(_running_key_server: KeyServer) -> Iterator[KeyServer]:
    """A platform's key-set server on this machine, which can be told to misbehave."""
    _running_key_server.reset()
    yield _running_key_server
    _running_key_server.release()


@pytest.fixture
def moodle(key_server: KeyServer) -> Moodle:
    """A platform that signs as Moodle does."""
    return Moodle(key_server)


@pytest.fixture
def lti(
    request: pytest.FixtureRequest, sqlite_database: Database, moodle: Moodle
) -> ToolAndPlatform:
    """The tool's LTI side with one registered Moodle; its clock stands still."""
    return ToolAndPlatform(sqlite_database, moodle, request.node.user_properties)


@pytest.fixture
def saw(request: pytest.FixtureRequest) -> Saw:
    """Put what a test of a launch case saw into the table, where no `stage` does it."""
    return lambda text: request.node.user_properties.append((SEEN, text))

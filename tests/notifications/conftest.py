"""What the tests of the reminders share: a database, people in it, a clock, and a fake Twilio."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import notifications.models  # noqa: F401 - its tables belong to the metadata
from modules.records.crypto import Keyring, install_keyring
from modules.records.db import Base, Database
from notifications.channel import Channel
from notifications.channels.whatsapp import CHANNEL
from plugin.demo.twilio.server import serving
from plugin.demo.twilio.service import FakeTwilio
from tests.notifications.outbox_kit import (
    ACCOUNT,
    SENDER,
    TOKEN,
    Clock,
    People,
    ScriptedChannel,
    Sender,
    settings_for,
)

TABLES = (
    "studies",
    "participants",
    "contacts",
    "outbox_messages",
    "outbox_events",
    "inbound_messages",
    "suppressions",
    "outbox_pauses",
)


@pytest.fixture(autouse=True)
def _keyring() -> None:
    install_keyring(Keyring(["k" * 32]))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each engine, with the tables that the reminders need."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'outbox.sqlite3'}")
    else:
        made = Database(str(request.getfixturevalue("postgres_url")))
    tables = [Base.metadata.tables[name] for name in TABLES]
    Base.metadata.create_all(made.engine, tables)
    yield made
    if request.param == "postgresql":
        Base.metadata.drop_all(made.engine, tables)
    made.dispose()


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock)


@pytest.fixture
def channel() -> ScriptedChannel:
    return ScriptedChannel()


@pytest.fixture
def sender(database: Database, clock: Clock, channel: ScriptedChannel) -> Sender:
    return Sender(database, clock, channel)


@pytest.fixture
def twilio(clock: Clock) -> FakeTwilio:
    """The fake with our templates in it, at the tests' time."""
    return FakeTwilio(account_sid=ACCOUNT, auth_token=TOKEN, sender=SENDER, clock=clock)


@pytest.fixture
def whatsapp(twilio: FakeTwilio) -> Iterator[Channel]:
    """The real channel, talking over a socket to the fake."""
    with serving(twilio, hang_seconds=3) as url:
        yield CHANNEL.build(settings_for(twilio, url))


@pytest.fixture
def whatsapp_sender(database: Database, clock: Clock, whatsapp: Channel) -> Sender:
    return Sender(database, clock, whatsapp)

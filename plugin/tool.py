"""What one running tool is made of: built once at start-up, handed to whoever needs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from flask import current_app

from modules.course import content, media_store
from modules.course.curriculum import Curriculum
from modules.course.media_store import MediaStore
from modules.outcomes.protocol_instruments import misfits
from modules.outcomes.questionnaire import Instrument
from modules.records import crypto
from modules.records.db import Database
from modules.study import protocol
from modules.study.protocol import Protocol
from notifications import rules as reminder_rules
from plugin.settings import Settings
from plugin.text_packs import LoadedInstruments

EXTENSION = "columna"


@dataclass
class Tool:
    """Settings, database, clock and the data that do not change while the tool runs."""

    settings: Settings
    database: Database
    protocols: Mapping[str, Protocol]
    curriculum: Curriculum
    instruments: Mapping[str, Instrument]
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self.clock()

    @cached_property
    def media_store(self) -> MediaStore:
        """Where the clinic's own videos lie."""
        given = self.settings
        return media_store.build(
            given.media_store, given.media_endpoint, presigned=given.media_presigned
        )

    def secret_for(self, purpose: str) -> bytes:
        """Return a 32-byte key for one named purpose, derived from the installation's secrets."""
        return crypto.keyring().secret_for(purpose)


def utc_now() -> datetime:
    """Return the system's time, in UTC."""
    return datetime.now(UTC)


def build(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Tool:
    """Read protocols and content, open the database. Raises FileFaults: a file is wrong."""
    crypto.install_keyring(crypto.Keyring(settings.secrets))
    instruments = LoadedInstruments(settings.text_packs, clock)
    protocols = protocol.load(
        settings.protocols,
        lambda each: misfits(each, instruments),
        reminder_rules.misfits,
    )
    return Tool(
        settings=settings,
        database=Database(settings.database_url, strict=settings.allow_loopback),
        protocols=protocols,
        curriculum=content.load(settings.content),
        instruments=instruments,
        clock=clock,
    )


def current_tool() -> Tool:
    """Return the tool of the running application."""
    tool: Tool = current_app.extensions[EXTENSION]
    return tool

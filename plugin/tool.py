"""What one running tool is made of: built once at start-up, handed to whoever needs it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from flask import current_app

from modules.course import content, media_store
from modules.course.curriculum import Curriculum
from modules.course.media_store import MediaStore
from modules.errors import Fault
from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.protocol_instruments import misfits
from modules.outcomes.questionnaire import Instrument
from modules.records import crypto
from modules.records.db import Database
from modules.study import protocol
from modules.study.protocol import Protocol
from notifications import rules as reminder_rules
from plugin.settings import Settings

EXTENSION = "columna"

log = logging.getLogger(__name__)


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
    instruments = build_instruments(settings.text_packs, clock().date())
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


def build_instruments(folder: Path | None, today: date) -> dict[str, Instrument]:
    """Return the instruments, reworded by the text packs the clinic has a licence for.

    A licence ends by itself, so a pack whose last day is over does not stop the tool: it is left
    out with a warning, and the questionnaire is not put before patients of a real study. Raises
    TextPackError with every other fault of every pack.
    """
    instruments = dict(INSTRUMENTS)
    faults: list[Fault] = []
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix.lower() in text_packs.ENDINGS:
            try:
                found = _with_pack(path, instruments, today)
            except text_packs.TextPackError as refused:
                faults += refused.faults
            else:
                instruments[found.key] = found
    if faults:
        raise text_packs.TextPackError(faults)
    return instruments


def _with_pack(path: Path, instruments: Mapping[str, Instrument], today: date) -> Instrument:
    pack = text_packs.read(path)
    instrument = text_packs.instrument_of(pack, instruments)
    if pack.has_ended(today):
        log.warning("text pack %s is not used: its licence ended", path.name)
        return text_packs.set_aside(instrument, pack)
    return text_packs.apply(instrument, pack)


def current_tool() -> Tool:
    """Return the tool of the running application."""
    tool: Tool = current_app.extensions[EXTENSION]
    return tool

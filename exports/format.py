"""What a format is: something that turns a blinded dataset and its cover into one file.

A format composes first, handing in every text the file will show, and only finishes the bytes
once those texts have passed the check before release.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol as Shape

from exports.tables import Dataset
from modules.outcomes.questionnaire import Instrument
from modules.study.protocol import Protocol
from modules.text import Text

Progress = Callable[[int, int], None]
"""Called with how many parts are done and how many there are."""

SCHEMA_VERSION = "1"
"""Raised when a column changes its name or meaning."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What an export says about itself; the same for every participant of a study."""

    study_key: str
    audience: str
    audience_label: Text
    blinded: bool
    """Whether the protocol blinds this audience; `False` in plain care."""
    synthetic: bool
    extracted_on: date
    single: bool
    """Made for one participant alone."""
    protocol: Protocol
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed file: its texts by place, for the check, and how to finish the bytes."""

    texts: Mapping[str, str]
    finish: Callable[[Progress], bytes]


class Format(Shape):
    """One file format. Every module of `exports.formats` holds one, called `FORMAT`."""

    @property
    def key(self) -> str:
        """The name on the command line."""

    @property
    def label(self) -> Text:
        """What it is, for a button."""

    @property
    def mimetype(self) -> str:
        """The media type of the file."""

    @property
    def extension(self) -> str:
        """The end of the file name, without the dot."""

    def compose(self, dataset: Dataset, cover: Cover, locale: str) -> Draft:
        """Return the draft of the file in the language of `locale`."""

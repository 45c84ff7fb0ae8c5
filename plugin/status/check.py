"""What a check of the installation is, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huey import Huey
from sqlalchemy.orm import Session

from modules.records.db import Database
from modules.text import LabelledEnum, Text
from plugin.settings import Settings
from plugin.tool import Tool


class State(LabelledEnum):
    """How a check ended, the worst first."""

    BAD = "bad", "mal", "wrong"
    UNKNOWN = "unknown", "no se sabe", "not known"
    UNSURE = "unsure", "conviene mirarlo", "worth a look"
    GOOD = "good", "bien", "well"


@dataclass(frozen=True)
class Finding:
    """What one check found: `code` says what exactly.

    `figures`: numbers, named with their unit (`age_seconds`, `free_bytes`, `waiting`). `about`:
    what it concerns, in keys and names of platforms and studies; never a person.
    """

    state: State
    code: str
    figures: Mapping[str, float] = field(default_factory=dict)
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Installation:
    """What a check may look at."""

    tool: Tool
    queue: Huey

    @property
    def settings(self) -> Settings:
        """The settings it runs with."""
        return self.tool.settings

    @property
    def database(self) -> Database:
        """Its database."""
        return self.tool.database


@dataclass(frozen=True)
class Check:
    """One question about the installation; every file of `checks/` holds one, its `CHECK`.

    `look` reads the facts and may fail; `judge` is a plain function of the facts and the moment.
    `words`: by code, what was found and what to do. `for_team`: by code, what the clinic's staff
    are told on their first screen; such a check is asked every minute by the worker. `stops`: the
    codes with which the tool cannot serve.
    """

    key: str
    label: Text
    look: Callable[[Installation], Any]
    judge: Callable[[Any, datetime], Finding]
    words: Mapping[str, Text]
    for_team: Mapping[str, Text] = field(default_factory=dict)
    stops: frozenset[str] = frozenset()
    needs_database: bool = True


def in_session(read: Callable[[Session], Any]) -> Callable[[Installation], Any]:
    """Return a `look` that asks the database and nothing else."""

    def look(place: Installation) -> Any:
        with place.database.reading() as session:
            return read(session)

    return look

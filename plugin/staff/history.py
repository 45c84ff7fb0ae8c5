"""One step of a history, as the team's pages show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HistoryEntry:
    """What was changed: when, by whom, why (empty where no reason is asked for), what."""

    at: datetime
    by: str
    why: str
    what: tuple[str, ...]

"""What an audience of exports is: who a file is made for, and the columns they may have. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from modules.text import Text


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody an export is made for: the label on the cover and the columns of each table."""

    key: str
    label: Text
    columns: Mapping[str, tuple[str, ...]]

"""The kinds of reminder, found by themselves: one file for each, its entry called KIND."""

import sys
from typing import cast

from modules.registry import collect
from modules.text import Text
from notifications.kind import ReminderKind

KINDS = cast("dict[str, ReminderKind]", collect(sys.modules[__name__], "KIND"))


def label_of(key: str) -> Text:
    """What pages call a kind; one that there is no more is called by its key."""
    return KINDS[key].label if key in KINDS else Text(key, key)

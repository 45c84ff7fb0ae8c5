"""The ways of sending, found by themselves: one file for each, its entry called CHANNEL."""

import sys
from typing import cast

from modules.registry import collect
from modules.text import Text
from notifications.channel import ChannelType

CHANNELS = cast("dict[str, ChannelType]", collect(sys.modules[__name__], "CHANNEL"))


def label_of(key: str) -> Text:
    """What staff call a channel; one that there is no more is called by its key."""
    return CHANNELS[key].label if key in CHANNELS else Text(key, key)


def shown_address(key: str, address: str) -> Text:
    """An address in words that do not tell it whole; nothing of it when the channel is gone."""
    return CHANNELS[key].address.shown(address) if key in CHANNELS else Text("••••", "••••")

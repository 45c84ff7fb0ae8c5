"""The ways of sending, found by themselves: one file for each, its entry called CHANNEL."""

import sys
from collections.abc import Mapping
from typing import cast

from modules.registry import collect
from notifications.channel import ChannelType

CHANNELS = cast("Mapping[str, ChannelType]", collect(sys.modules[__name__], "CHANNEL"))

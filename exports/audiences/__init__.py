"""The audiences of exports, found by themselves: one file for each, its entry called AUDIENCE.

A column that is not on an audience's list does not exist for it (`exports.blinding`).
"""

import sys
from collections.abc import Mapping

from exports.audience import Audience
from modules.registry import collect

AUDIENCES: Mapping[str, Audience] = collect(sys.modules[__name__], "AUDIENCE")

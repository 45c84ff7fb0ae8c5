"""The checks of the installation, found by themselves: one file each, its entry called CHECK."""

import sys
from typing import cast

from modules.registry import collect
from plugin.status.check import Check

CHECKS = cast("dict[str, Check]", collect(sys.modules[__name__], "CHECK"))

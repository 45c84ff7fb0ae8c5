"""The file formats, one per module; a new file here is all a new format needs."""

import sys

from exports.format import Format
from modules.registry import collect

FORMATS: dict[str, Format] = collect(sys.modules[__name__], "FORMAT")

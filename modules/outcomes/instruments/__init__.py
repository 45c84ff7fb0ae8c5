"""The questionnaires, one per file; a new file is all a new questionnaire needs.

Every file holds an `INSTRUMENT`. Item wording is our own (see `OWN_WORDING`); the published text
of licensed instruments is loaded by the site as a text pack (`modules.outcomes.text_packs`).
"""

import sys

from modules.outcomes.questionnaire import Instrument
from modules.registry import collect

INSTRUMENTS: dict[str, Instrument] = collect(sys.modules[__name__], "INSTRUMENT")

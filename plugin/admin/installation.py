"""The page that says how this installation is, the worst first."""

from flask import render_template
from flask.typing import ResponseReturnValue

from plugin.status.check import State
from plugin.status.checks import CHECKS
from plugin.status.examine import examine, words_for
from plugin.worker import installation

KINDS = {State.BAD: "stop", State.UNKNOWN: "care", State.UNSURE: "care", State.GOOD: "done"}
"""How a state is drawn (`components/status.html`)."""


def installation_page() -> ResponseReturnValue:
    """Every check: what it found, and what to do."""
    found = examine(installation())
    worst_first = list(State)
    rows = [
        (CHECKS[key], finding, words_for(CHECKS[key], finding)) for key, finding in found.items()
    ]
    rows.sort(key=lambda row: worst_first.index(row[1].state))
    return render_template("admin/installation.html", rows=rows, kinds=KINDS)

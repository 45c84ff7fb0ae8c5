"""The page that says how this installation is, the worst first."""

from flask import render_template
from flask.typing import ResponseReturnValue

from plugin.status.check import State
from plugin.status.examine import examine, worst_first
from plugin.worker import installation

KINDS = {State.BAD: "stop", State.UNKNOWN: "care", State.UNSURE: "care", State.GOOD: "done"}
"""How a state is drawn (`components/status.html`)."""


def installation_page() -> ResponseReturnValue:
    """Every check: what it found, and what to do."""
    rows = worst_first(examine(installation()))
    return render_template("admin/installation.html", rows=rows, kinds=KINDS)

"""Where exports meet the tool: what they stand on, and how the worker hears of a new one."""

import logging
from collections.abc import Callable

from flask import Flask, Response, after_this_request, current_app

from exports import jobs
from exports.service import Ground
from plugin import naming
from plugin.tool import Tool

log = logging.getLogger(__name__)

EXTENSION = "columna-exports"


def init_app(app: Flask, wake: Callable[[], object]) -> None:
    """Let `make_soon` call `wake`, which queues the worker's task."""
    app.extensions[EXTENSION] = wake


def ground(tool: Tool) -> Ground:
    """Return what every export of this installation stands on."""
    return Ground(
        tool.secret_for("exports"),
        tool.protocols,
        dict(tool.instruments.items()),
        naming.of_study,
    )


def make_all(tool: Tool) -> int:
    """Make every file that waits; return how many orders were worked on."""
    return jobs.make_all(tool.database, ground(tool), tool.now)


def make_soon() -> None:
    """Tell the worker once the order of this request is stored."""
    after_this_request(_wake)


def _wake(response: Response) -> Response:
    try:
        current_app.extensions[EXTENSION]()
    except Exception as fault:
        # The order is stored: the worker looks for it every minute anyway.
        log.warning("the worker could not be told: %s", type(fault).__name__)
    return response

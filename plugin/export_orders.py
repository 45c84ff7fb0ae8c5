"""How the worker hears that a file was ordered: all that the page of an order needs to know."""

import logging
from collections.abc import Callable

from flask import Flask, Response, after_this_request, current_app

log = logging.getLogger(__name__)

EXTENSION = "columna-exports"


def init_app(app: Flask, wake: Callable[[], object]) -> None:
    """Let `make_soon` call `wake`, which queues the worker's task."""
    app.extensions[EXTENSION] = wake


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

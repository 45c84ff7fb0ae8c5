"""For monitoring: is the process alive, can it serve, and how is the installation?"""

import hmac

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from plugin.status import metrics
from plugin.status.examine import stopper
from plugin.tool import current_tool
from plugin.version import VERSION
from plugin.worker import installation

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Answer 200 while the process lives, whatever else is broken; say the version alone."""
    return {"status": "ok", "version": VERSION}


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer 200 when pages can be served and saved, else 503 with the code of what is wrong."""
    code = stopper(installation())
    if code is None:
        return {"status": "ready"}
    return {"status": "not_ready", "code": code}, 503


@bp.get("/metrics")
def figures() -> ResponseReturnValue:
    """Answer Prometheus, which shows the token of the settings; for others there is nothing."""
    token = current_tool().settings.metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        abort(404)
    return Response(metrics.written(installation()), content_type=CONTENT_TYPE_LATEST)

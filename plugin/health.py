"""For monitoring: does the tool answer, and does its database?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from plugin.tool import current_tool
from plugin.version import VERSION

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Answer 200 when the database answers; say the version and nothing else."""
    with current_tool().database.reading() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok", "version": VERSION}

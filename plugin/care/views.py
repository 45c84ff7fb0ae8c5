"""Every address of the team's loop in one table."""

from typing import Any

from flask import Blueprint

from plugin.access import Permission, require
from plugin.care import alerts, notice, plans, reviews, words

ONE = "/participants/<uuid:participant_id>"


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to care for patients."""
    bp = Blueprint("care", __name__)
    bp.before_request(require(Permission.CARE))
    bp.get("/alerts")(alerts.alerts_page)
    bp.get("/alerts/<uuid:alert_id>")(alerts.alert_page)
    bp.post("/alerts/<uuid:alert_id>")(alerts.move)
    bp.get("/diaries")(reviews.reviews_page)
    bp.get("/diaries/<uuid:participant_id>")(reviews.review_page)
    bp.post("/diaries/<uuid:participant_id>")(reviews.answer)
    bp.post("/diaries/<uuid:participant_id>/reviewer")(reviews.name_reviewer)
    bp.get(f"{ONE}/prescription")(plans.prescription_page)
    bp.post(f"{ONE}/directions/<module_key>")(plans.direction)
    bp.route(f"{ONE}/exercises/<exercise_id>", methods=["GET", "POST"])(plans.exercise_page)
    bp.route(f"{ONE}/modules/<module_key>", methods=["GET", "POST"])(plans.module_page)
    bp.context_processor(_words)
    bp.app_context_processor(notice.for_templates)
    return bp


def _words() -> dict[str, Any]:
    """Return the words of codes for the templates."""
    return {"words": words}

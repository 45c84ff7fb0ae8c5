"""Every address of the team's loop in one table."""

from flask import Blueprint

from plugin.access import Permission, require
from plugin.staff import (
    alarm,
    alerts,
    colleagues,
    messages,
    notices,
    prescriptions,
    reviews,
)

ONE = "/participants/<uuid:participant_id>"


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to care for patients."""
    bp = Blueprint("care", __name__)
    bp.before_request(require(Permission.CARE))
    bp.get("/alerts")(alerts.alerts_page)
    bp.get("/alerts/<uuid:alert_id>")(alerts.alert_page)
    bp.post("/alerts/<uuid:alert_id>")(alerts.move)
    bp.get("/notices")(notices.notices_page)
    bp.post("/notices")(notices.choose_notices)
    bp.get("/colleagues")(colleagues.colleagues_page)
    bp.post("/colleagues/<uuid:participant_id>")(colleagues.take_over)
    bp.get("/diaries")(reviews.reviews_page)
    bp.get("/diaries/<uuid:participant_id>")(reviews.review_page)
    bp.post("/diaries/<uuid:participant_id>")(reviews.answer)
    bp.post("/diaries/<uuid:participant_id>/reviewer")(reviews.name_reviewer)
    bp.post("/messages")(messages.write)
    bp.post("/messages/send")(messages.send)
    bp.post(f"{ONE}/replies/<uuid:reply_id>/take-back")(messages.take_back)
    bp.get(f"{ONE}/prescription")(prescriptions.prescription_page)
    bp.post(f"{ONE}/directions/<module_key>")(prescriptions.direction)
    bp.post(f"{ONE}/levels/<module_key>")(prescriptions.level)
    bp.post(f"{ONE}/contraindications")(prescriptions.health)
    bp.route(f"{ONE}/exercises/<exercise_id>", methods=["GET", "POST"])(prescriptions.exercise_page)
    bp.route(f"{ONE}/modules/<module_key>", methods=["GET", "POST"])(prescriptions.module_page)
    bp.app_context_processor(alarm.for_templates)
    return bp

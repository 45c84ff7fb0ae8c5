"""Every address of the schedule of the live sessions, which the staff keep."""

from flask import Blueprint

from plugin.access import Permission, require
from plugin.live_sessions import schedule


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to care for patients."""
    bp = Blueprint("sessions", __name__)
    bp.before_request(require(Permission.CARE))
    bp.get("/")(schedule.schedule)
    bp.get("/calendar.ics")(schedule.calendar_file)
    bp.route("/groups", methods=["GET", "POST"])(schedule.new_group)
    bp.route("/groups/<uuid:group_id>", methods=["GET", "POST"])(schedule.group)
    bp.get("/<uuid:session_id>")(schedule.session_page)
    bp.post("/<uuid:session_id>/move")(schedule.move)
    bp.post("/<uuid:session_id>/link")(schedule.change_link)
    bp.post("/<uuid:session_id>/cancel")(schedule.cancel)
    bp.post("/<uuid:session_id>/attendance")(schedule.confirm)
    return bp

"""Every address of the live sessions: the participant's own, and the schedule of the staff."""

from flask import Blueprint

from plugin.access import Permission, require, require_component
from plugin.live_sessions import schedule
from plugin.patient import live_sessions
from plugin.patient import views as patient


def create_blueprints() -> tuple[Blueprint, Blueprint]:
    """Return the participant's blueprint and the one of the staff, each behind its guard."""
    own = Blueprint("live", __name__)
    own.before_request(require(Permission.FOLLOW_COURSE))
    own.before_request(lambda: require_component("sessions"))
    own.get("/")(live_sessions.overview)
    own.get("/calendar.ics")(live_sessions.calendar_file)
    own.get("/<uuid:session_id>")(live_sessions.way_in)
    own.post("/<uuid:session_id>")(live_sessions.enter)
    own.context_processor(patient.navigation)
    staff = Blueprint("sessions", __name__)
    staff.before_request(require(Permission.CARE))
    staff.get("/")(schedule.schedule)
    staff.get("/calendar.ics")(schedule.calendar_file)
    staff.route("/groups", methods=["GET", "POST"])(schedule.new_group)
    staff.route("/groups/<uuid:group_id>", methods=["GET", "POST"])(schedule.group)
    staff.get("/<uuid:session_id>")(schedule.session_page)
    staff.post("/<uuid:session_id>/move")(schedule.move)
    staff.post("/<uuid:session_id>/link")(schedule.change_link)
    staff.post("/<uuid:session_id>/cancel")(schedule.cancel)
    staff.post("/<uuid:session_id>/attendance")(schedule.confirm)
    return own, staff

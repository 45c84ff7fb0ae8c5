"""Names and roles of a course's members (LTI-NRPS 2.0), with Moodle's habits.

Roles are decided by `moodle/course:manageactivities`, not by the launch's rule, so a non-editing
teacher is a Learner here. The token is good for every course of the site. Suspended enrolments are
simply absent, and the `next` link loses the `role` filter.
"""

from typing import Any

from flask import Blueprint, Response, abort, json, request

from plugin.demo.lms.access import NRPS_SCOPE
from plugin.demo.lms.config import Course, CourseRole, Person, Tool
from plugin.demo.lms.pages import course_or_404, current_site
from plugin.demo.lms.site import may_edit

bp = Blueprint("demo_roster", __name__)

MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ROSTER_ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"


@bp.get("/mod/lti/services.php/CourseSection/<course_id>/bindings/<binding>/memberships")
def memberships(course_id: str, binding: str) -> Response:
    """List the active members, `limit` of them from number `from` on, all without `limit`."""
    site = current_site()
    if not site.access.allows(request.headers.get("Authorization"), (NRPS_SCOPE,)):
        abort(401)
    if request.headers.get("Accept", "*/*") not in (MEDIA_TYPE, "*/*"):
        abort(400)
    course = course_or_404(course_id)
    tool = site.tool_by_deployment(binding) or abort(404)
    people = [p for p in site.members(course) if p.enrolment_active and _has_role(p)]
    start, limit = request.args.get("from", 0, int), request.args.get("limit", 0, int)
    page = people[start : start + limit] if limit > 0 else people
    body = _container(course, [member(tool, person) for person in page])
    answer = Response(json.dumps(body), content_type=MEDIA_TYPE)
    if limit > 0 and start + limit < len(people):
        address = f"{site.config.base_url}{request.path}"
        answer.headers["Link"] = f'<{address}?limit={limit}&from={start + limit}>; rel="next"'
    return answer


def _has_role(person: Person) -> bool:
    wanted = request.args.get("role")
    return not wanted or wanted.rpartition("#")[2] in roster_roles(person)


def roster_roles(person: Person) -> list[str]:
    """Return the roles of a roster, in short form."""
    roles = ["Instructor" if may_edit(person) else "Learner"]
    return [*roles, ROSTER_ADMIN] if person.role is CourseRole.ADMIN else roles


def member(tool: Tool, person: Person) -> dict[str, Any]:
    """Return one member; names and address only where the tool is told them."""
    row: dict[str, Any] = {
        "status": "Active",
        "user_id": person.id,
        "lis_person_sourcedid": "",
        "roles": roster_roles(person),
    }
    if tool.share_name:
        row |= {
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "ext_user_username": person.username,
        }
    if tool.share_email:
        row["email"] = person.email
    return row


def _container(course: Course, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"{current_site().config.base_url}{request.full_path.rstrip('?')}",
        "context": {"id": course.id, "label": course.shortname, "title": course.title},
        "members": members,
    }

"""Line items, scores and results (LTI-AGS 2.0), with Moodle's habits.

A score with an equal or older second gets 409; one that is not FullyGraded erases the grade;
somebody who is no student gets 400; media types are strict; PUT without `resourceLinkId` uncouples
a column; the Link header of a limited listing cannot be parsed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, json, request

from plugin.demo.lms import access
from plugin.demo.lms.claims import line_item_url
from plugin.demo.lms.config import CourseRole, Tool
from plugin.demo.lms.pages import course_or_404, current_site
from plugin.demo.lms.site import Grade, LineItem

bp = Blueprint("demo_grades", __name__, url_prefix="/mod/lti/services.php/<course_id>/lineitems")

LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"

READ_SCOPES = (access.LINE_ITEM_SCOPE, access.LINE_ITEM_READ_SCOPE)
ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")


def _authorise(*scopes: str) -> None:
    if not current_site().access.allows(request.headers.get("Authorization"), scopes):
        abort(401)


def _accept(media_type: str) -> None:
    if request.headers.get("Accept", "*/*") not in (media_type, "*/*"):
        abort(400)


def _body(media_type: str) -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if request.mimetype != media_type or not isinstance(body, dict):
        abort(400)
    return body


def _tool() -> Tool:
    return current_site().tool_by_deployment(request.args.get("type_id", "")) or abort(404)


def _item_or_404(course_id: str, number: int) -> LineItem:
    item = current_site().gradebook.items.get(number)
    return item if item is not None and item.course_id == course_id else abort(404)


def _json(body: Any, media_type: str, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type=media_type)


def _shown(item: LineItem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": line_item_url(current_site().config, _tool(), item),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.activity_number is not None:
        number = str(item.activity_number)
        body |= {"resourceLinkId": number, "ltiLinkId": number}
    return body


@bp.get("")
def line_items(course_id: str) -> Response:
    """List the grade columns, all on one page unless `limit` is given."""
    _authorise(*READ_SCOPES)
    _accept(LINE_ITEMS)
    course_or_404(course_id)
    wanted = request.args
    items = [
        item
        for item in current_site().gradebook.of_course(course_id)
        if wanted.get("resource_link_id") in (None, str(item.activity_number))
        and wanted.get("resource_id") in (None, item.resource_id)
        and wanted.get("tag") in (None, item.tag)
    ]
    return _limited(items, [_shown(item) for item in items], LINE_ITEMS)


def _limited(all_rows: Sequence[object], shown: list[Any], media_type: str) -> Response:
    start, limit = request.args.get("from", 0, int), request.args.get("limit", 0, int)
    page = shown[start : start + limit] if limit > 0 else shown
    answer = _json(page, media_type)
    if limit > 0 and start + limit < len(all_rows):
        address = f"{current_site().config.base_url}{request.path}"
        query = f"limit={limit}&amp;from={start + limit}&amp;type_id={_tool().deployment_id}"
        # Moodle's own header: typographic quotes and an escaped ampersand, which nobody can parse.
        link = f"<{address}?{query}>; rel=“next”"
        answer.headers["Link"] = link.encode().decode("latin-1")
    return answer


@bp.post("")
def add_line_item(course_id: str) -> Response:
    """Add a grade column; without `resourceLinkId` it is a manual item in the course total."""
    _authorise(access.LINE_ITEM_SCOPE)
    course_or_404(course_id)
    item = current_site().gradebook.add(_read_item(_body(LINE_ITEM), LineItem(0, course_id, "", 0)))
    return _json(_shown(item), LINE_ITEM, 201)


def _read_item(body: dict[str, Any], before: LineItem) -> LineItem:
    maximum, label = body.get("scoreMaximum"), body.get("label")
    if not label or not isinstance(maximum, int | float) or maximum <= 0:
        abort(400)
    link = body.get("resourceLinkId")
    if link is not None and not current_site().activity(before.course_id, int(link)):
        abort(400)
    return replace(
        before,
        label=str(label),
        score_maximum=float(maximum),
        activity_number=None if link is None else int(link),
        resource_id=str(body.get("resourceId", "")),
        tag=str(body.get("tag", "")),
    )


@bp.get("/<int:number>/lineitem")
def line_item(course_id: str, number: int) -> Response:
    """Show one grade column."""
    _authorise(*READ_SCOPES)
    _accept(LINE_ITEM)
    return _json(_shown(_item_or_404(course_id, number)), LINE_ITEM)


@bp.put("/<int:number>/lineitem")
def change_line_item(course_id: str, number: int) -> Response:
    """Replace a grade column; what the body leaves out is lost."""
    _authorise(access.LINE_ITEM_SCOPE)
    item = _read_item(_body(LINE_ITEM), _item_or_404(course_id, number))
    current_site().gradebook.put(item)
    return _json(_shown(item), LINE_ITEM)


@bp.delete("/<int:number>/lineitem")
def remove_line_item(course_id: str, number: int) -> Response:
    """Remove a grade column a tool has made; the others stay (403)."""
    _authorise(access.LINE_ITEM_SCOPE)
    if not _item_or_404(course_id, number).made_by_service:
        abort(403)
    current_site().gradebook.remove(number)
    return Response(status=204)


@bp.post("/<int:number>/lineitem/scores")
def scores(course_id: str, number: int) -> Response:
    """Take one score; a good one is answered with an empty body."""
    _authorise(access.SCORE_SCOPE)
    site, item, score = current_site(), _item_or_404(course_id, number), _body(SCORE)
    at = _moment(score)
    if at is None or not _is_whole(score) or not _can_be_graded(course_id, str(score["userId"])):
        return Response("Incorrect score received", 400, content_type="text/plain")
    taken = site.gradebook.score(item, str(score["userId"]), score, at)
    return Response(status=200 if taken else 409)


def _moment(score: dict[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(score.get("timestamp")))
    except ValueError:
        return None
    # Moodle keeps whole seconds: two scores within one second are the same moment to it.
    return at.replace(microsecond=0) if at.tzinfo else None


def _is_whole(score: dict[str, Any]) -> bool:
    given, maximum = score.get("scoreGiven"), score.get("scoreMaximum")
    return (
        bool(score.get("userId"))
        and score.get("activityProgress") in ACTIVITY_PROGRESS
        and score.get("gradingProgress") in GRADING_PROGRESS
        and (given is None or (isinstance(given, int | float) and given >= 0 and bool(maximum)))
    )


def _can_be_graded(course_id: str, person_id: str) -> bool:
    site = current_site()
    person = site.people.get(person_id)
    enrolled = site.is_member(course_id, person_id)
    return enrolled and person is not None and person.role is CourseRole.STUDENT


@bp.get("/<int:number>/lineitem/results")
def results(course_id: str, number: int) -> Response:
    """List the grades of one column."""
    _authorise(access.RESULT_SCOPE)
    _accept(RESULTS)
    item = _item_or_404(course_id, number)
    wanted = request.args.get("user_id")
    cells = [
        (person_id, cell)
        for (owner, person_id), cell in current_site().gradebook.cells.items()
        if owner == number and wanted in (None, person_id)
    ]
    return _limited(cells, [_result(item, person_id, cell) for person_id, cell in cells], RESULTS)


def _result(item: LineItem, person_id: str, cell: Grade) -> dict[str, Any]:
    address = line_item_url(current_site().config, _tool(), item)
    base, _, query = address.partition("?")
    row: dict[str, Any] = {"id": f"{base}/results?{query}&user_id={person_id}", "userId": person_id}
    if cell.value is not None:
        row |= {"resultScore": cell.value, "resultMaximum": item.score_maximum}
        row |= {"comment": cell.comment} if cell.comment else {}
    return row

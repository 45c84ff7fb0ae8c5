"""The pages a person sees: courses, people, an activity with the tool in it, the gradebook."""

import secrets
from typing import Any, cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from plugin.demo.lms.config import Activity, Course, CourseRole, Person
from plugin.demo.lms.site import Site, may_edit, may_teach, tool_origin
from plugin.demo.lms.texts import LOCALES, choose_language, text

bp = Blueprint("demo_pages", __name__)

# What Moodle's iframe grants to the tool's origin; clipboard, sharing and the like are not in it.
IFRAME_PERMISSIONS = (
    "microphone",
    "camera",
    "geolocation",
    "midi",
    "encrypted-media",
    "autoplay",
)
PHONES = ("iPhone", "iPad", "Android")


def current_site() -> Site:
    """Return the running LMS."""
    return cast(Site, current_app.extensions["lms"])


def current_person() -> Person | None:
    """Return who is signed in in this browser."""
    return current_site().people.get(session.get("person", ""))


def session_id() -> str:
    """Return the opaque name of this browser's sign-in."""
    return str(session.setdefault("sid", secrets.token_hex(16)))


def sign_in(person: Person) -> None:
    """Make `person` the one this browser speaks for; another person means another session."""
    if session.get("person") != person.id:
        session["sid"] = secrets.token_hex(16)
        session["sesskey"] = current_site().new_session_key()
    session["person"] = person.id


def course_or_404(course_id: str) -> Course:
    """Return a course; an unknown id is a 404."""
    return current_site().courses.get(course_id) or abort(404)


def template_context() -> dict[str, Any]:
    """Return what every page can use."""
    return {
        "t": text,
        "lang": g.get("demo_lang", "es"),
        "languages": {"es": "Español", "en": "English"},
        "site_name": current_site().config.name,
        "person": current_person(),
        "may_edit": may_edit,
        "may_teach": may_teach,
    }


@bp.before_app_request
def _set_language() -> Response | None:
    wanted = request.args.get("lang")
    if request.method == "GET" and wanted in LOCALES:
        session["lang"] = wanted
    g.demo_lang = choose_language(current_person())
    return None


@bp.get("/")
def courses() -> str:
    """List the courses."""
    return render_template("lms/courses.html", courses=current_site().courses.values())


@bp.get("/course/view.php")
def course_as_in_moodle() -> Response:
    """Lead from Moodle's address of a course to the course."""
    found = course_or_404(request.args.get("id", ""))
    return redirect(url_for("demo_pages.course", course_id=found.id))


@bp.get("/course/<course_id>")
def course(course_id: str) -> str:
    """Show a course: its activities and its people."""
    site, found = current_site(), course_or_404(course_id)
    placed, members = site.activities(course_id), site.members(found)
    wanted = request.args.get("activity", type=int)
    return render_template(
        "lms/course.html",
        course=found,
        activities=placed,
        tools=[tool for tool in site.tools() if site.is_active(tool)],
        chosen=next((a for a in placed if a.number == wanted), placed[0] if placed else None),
        team=[person for person in members if may_teach(person)],
        students=[person for person in members if not may_teach(person)],
    )


@bp.get("/course/<course_id>/activity/<int:number>")
def activity(course_id: str, number: int) -> str | Response:
    """Show an activity with the tool in an iframe; `user` signs in as that person first."""
    found, placed = course_or_404(course_id), _activity_or_404(course_id, number)
    if "user" in request.args:
        sign_in(_person_or_404(request.args["user"]))
        g.demo_lang = choose_language(current_person())
    if current_person() is None:
        return redirect(url_for("demo_pages.course", course_id=course_id))
    if request.args.get("container") == "top" or _wants_top_level():
        return redirect(url_for("demo_launches.launch", id=number, container="top"))
    origin = tool_origin(current_site().tool_of(placed))
    return render_template(
        "lms/activity.html",
        course=found,
        activity=placed,
        permissions="; ".join(f"{name} {origin}" for name in IFRAME_PERMISSIONS),
        frame_url=url_for("demo_launches.launch", id=number),
        offers_storage=current_site().config.offers_storage,
    )


def _wants_top_level() -> bool:
    agent = request.headers.get("User-Agent", "")
    return current_site().config.phones_at_top_level and any(name in agent for name in PHONES)


def _activity_or_404(course_id: str, number: int) -> Activity:
    return current_site().activity(course_id, number) or abort(404)


def _person_or_404(person_id: str) -> Person:
    return current_site().people.get(person_id) or abort(404)


@bp.get("/course/<course_id>/grades")
def gradebook(course_id: str) -> str:
    """Show the gradebook: everybody's to a teacher, their own to a student, at once and in full."""
    site, found, reader = current_site(), course_or_404(course_id), current_person()
    shown = [p for p in site.members(found) if p.role is CourseRole.STUDENT]
    if reader is not None and not may_teach(reader):
        shown = [reader]
    return render_template(
        "lms/gradebook.html",
        course=found,
        columns=site.gradebook.of_course(course_id),
        people=shown,
        cells=site.gradebook.cells,
        own=reader is not None and not may_teach(reader),
    )


@bp.get("/mod/lti/return.php")
def returned() -> str:
    """Take a person back from the tool, with the message it may have sent along."""
    found = course_or_404(request.args.get("course", ""))
    says = request.args.get("lti_errormsg") or request.args.get("lti_msg") or ""
    return render_template("lms/returned.html", course=found, says=says[:500])


@bp.get("/user/language/<lang>")
def language(lang: str) -> Response:
    """Switch the language and go back to the page it was switched on."""
    if lang in LOCALES:
        session["lang"] = lang
    return redirect(_own_path(request.args.get("back", "")))


def _own_path(wanted: str) -> str:
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if safe and not parts.netloc else "/"

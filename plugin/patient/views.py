"""Every address of the patient's pages in one table, with the component it belongs to.

The table is the guard: an arm without a component has no such page, whatever links it knows.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from modules.errors import ModuleLocked, NotAllowed
from modules.records import crypto
from plugin.access import Permission, require, require_component
from plugin.patient import (
    assessments,
    diary,
    ending,
    exercises,
    goals,
    live_sessions,
    locked,
    messages,
    offline,
    pages,
    progress,
    quiz,
    session,
    warning,
    welcome,
)

PAGES: tuple[tuple[str, str, Callable[..., Any], str | None], ...] = (
    ("GET", "/today", pages.home, None),
    ("GET", "/welcome", welcome.welcome, None),
    ("POST", "/welcome", welcome.read_notice, None),
    ("GET", "/warning", warning.warning, None),
    ("POST", "/warning", warning.tell, None),
    ("GET", "/warning/told", warning.told, None),
    ("GET", "/brochure", pages.brochure, "brochure"),
    ("GET", "/programme", pages.programme, "programme"),
    ("GET", "/programme/<module_key>", pages.module, "programme"),
    ("GET", "/programme/<module_key>/<lesson_key>", pages.lesson, "programme"),
    ("POST", "/programme/<module_key>/<lesson_key>/done", pages.lesson_done, "programme"),
    ("GET", "/programme/<module_key>/quiz", quiz.quiz, "programme"),
    ("POST", "/programme/<module_key>/quiz", quiz.quiz, "programme"),
    ("POST", "/programme/<module_key>/<lesson_key>/film", pages.film_position, "programme"),
    ("GET", "/exercises/", exercises.exercises, "programme"),
    ("GET", "/exercises/session", session.session, "programme"),
    ("GET", "/offline", offline.not_kept, "programme"),
    ("GET", "/exercises/<exercise_id>", pages.exercise, "programme"),
    ("POST", "/exercises/<exercise_id>/favourite", exercises.favourite, "programme"),
    ("GET", "/media/<path:name>", pages.media_file, "programme"),
    ("GET", "/own-media/<uuid:media_id>", pages.own_media_file, "programme"),
    ("GET", "/diary", diary.diary, "diary"),
    ("GET", "/diary/<day>", diary.entry, "diary"),
    ("POST", "/diary/<day>", diary.write, "diary"),
    ("GET", "/diary/saved/<uuid:entry_id>", diary.noticed, "diary"),
    ("GET", "/progress", progress.progress, "programme"),
    ("GET", "/ending", ending.ending, None),
    ("POST", "/ending", ending.choose_plan, "programme"),
    ("GET", "/ending.pdf", ending.ending_sheet, None),
    ("GET", "/goals", goals.goals, "personal_goals"),
    ("POST", "/goals", goals.set_goal, "personal_goals"),
    ("POST", "/goals/answers", goals.rate, "personal_goals"),
    ("POST", "/goals/<uuid:goal_id>/set-aside", goals.set_aside, "personal_goals"),
    ("GET", "/questions", assessments.questionnaires, "assessments"),
    ("GET", "/questions/<visit>/<instrument>", assessments.form, "assessments"),
    ("POST", "/questions/<visit>/<instrument>", assessments.answer, "assessments"),
    ("GET", "/questions/<visit>/<instrument>/saved", assessments.saved, "assessments"),
    ("GET", "/live/", live_sessions.live_sessions, "sessions"),
    ("GET", "/live/calendar.ics", live_sessions.calendar_file, "sessions"),
    ("GET", "/live/<uuid:session_id>", live_sessions.way_in, "sessions"),
    ("POST", "/live/<uuid:session_id>", live_sessions.enter, "sessions"),
    ("GET", "/messages", messages.messages, None),
    ("POST", "/messages", messages.change, None),
    ("GET", "/messages/preferences", messages.preferences_page, None),
    ("POST", "/messages/preferences", messages.prefer, None),
    ("POST", "/messages/<uuid:reply_id>/read", messages.read, "diary"),
)


def create_blueprint() -> Blueprint:
    """Return the patient's pages, guarded by permission and by component."""
    bp = Blueprint("patient", __name__)
    components: dict[str, str | None] = {}
    for method, rule, view, component in PAGES:
        bp.add_url_rule(rule, view_func=view, methods=[method])
        components[f"patient.{view.__name__}"] = component
    bp.before_request(require(Permission.FOLLOW_COURSE))

    @bp.before_request
    def belongs_to_the_arm() -> None:
        if request.endpoint not in components:
            raise NotAllowed
        component = components[request.endpoint]
        if component is not None:
            require_component(component)

    bp.register_error_handler(ModuleLocked, locked.page)
    bp.context_processor(navigation)
    return bp


def navigation() -> dict[str, Any]:
    """Return the navigation of the person's arm: nothing the arm does not have is named.

    The page that says that a session has ended knows nobody, and names nothing.
    """
    ended = bool(g.get("ended"))
    if "person" not in g or ended:
        return {"nav_items": [], "ended": ended}
    mark = kept_owner() if "diary" in g.person.components else None
    entries = (
        ("home", _("Today"), None),
        ("programme", _("Programme"), "programme"),
        ("diary", _("Diary"), "diary"),
        ("progress", _("Progress"), "programme"),
        ("questionnaires", _("Questionnaires"), "assessments"),
        ("brochure", _("Brochure"), "brochure"),
    )
    allowed = [e for e in entries if e[2] is None or e[2] in g.person.components]
    # Five entries fit on a phone; with a programme the rest is reached from Today.
    shown = [e for e in allowed if e[0] not in _less_often(g.person.components)]
    items = [(key, url_for(f"patient.{key}"), label) for key, label, _c in shown]
    return {"nav_items": items, "kept_owner": mark, "ended": False}


def kept_owner() -> str:
    """Return the opaque mark by which a device knows whose diary entry it keeps."""
    key = crypto.keyring().secret_for("kept-diary")
    return hmac.new(key, g.person.participant_id.bytes, hashlib.sha256).hexdigest()[:32]


def _less_often(components: frozenset[str]) -> frozenset[str]:
    return frozenset({"questionnaires", "brochure"}) if "programme" in components else frozenset()

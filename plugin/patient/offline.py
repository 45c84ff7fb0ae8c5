"""What a person may keep on their own device: today's pages and clips, until the session is over.

The page of the session holds the list; js/offline.js fetches what is on it when the person asks,
and js/offline-worker.js shows it, below the address of this launch alone, without a network.
"""

from collections.abc import Iterable
from typing import Any

from flask import g, render_template, url_for

from modules.course.exercise import Exercise
from plugin import assets
from plugin.patient import clips
from plugin.patient.course import ParticipantCourse, current_course


def not_kept() -> str:
    """Stand in for a page that is not on this device, without a network."""
    return render_template("patient/not_kept.html", course=current_course())


def plan(course: ParticipantCourse, playable: Iterable[Exercise]) -> dict[str, Any]:
    """Return what is kept, as plain data.

    `lasts`: seconds until the session ends; `pages` (Today first), `assets`: addresses;
    `instead`: the page shown in place of one that is not kept; `films`: of each, by kind, its
    `address`, the `key` it is kept under, and `bytes`.
    """
    pages = [url_for(f"patient.{name}") for name in ("home", "session", "warning", "diary")]
    days = {slot.day for slot in course.diary_slots() if slot.day == course.today}
    pages += [url_for("patient.entry", day=day.isoformat()) for day in days]
    instead = url_for("patient.not_kept")
    return {
        "lasts": (g.launch_session.expires_at - course.now).total_seconds(),
        "pages": [*pages, instead],
        "instead": instead,
        "assets": assets.addresses(),
        "films": [clips.files(each.clip(course.locale)) for each in playable],
    }

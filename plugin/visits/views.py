"""The addresses of visits, the same for assessors and for the clinic's staff."""

from typing import Any

from flask import Blueprint, g

from plugin.access import Permission, require
from plugin.visits import (
    due,
    entry,
    papers,
    records,
    review,
)

VISIT = "/participants/<uuid:participant_id>/<visit_key>"
FORM = f"{VISIT}/<instrument_key>"


def create_blueprint() -> Blueprint:
    """Return the visits of the clinic's staff; every page asks for the permission to care."""
    bp = Blueprint("visits", __name__)
    bp.before_request(require(Permission.CARE))
    add_to(bp)
    _add_second_entry(bp)
    return bp


def add_to(bp: Blueprint) -> None:
    """Give a guarded blueprint the pages of visits."""
    bp.get("/checks", endpoint="checks")(papers.waiting)
    bp.get(VISIT)(papers.visit)
    bp.get(FORM)(entry.form)
    bp.post(FORM)(entry.keep)
    bp.get(f"{FORM}/review")(review.review)
    bp.post(f"{FORM}/review")(review.lock)
    bp.get(f"{FORM}/paper")(papers.paper)
    bp.get(f"{FORM}/record")(records.record)
    bp.get(f"{FORM}/correct")(records.correct_form)
    bp.post(f"{FORM}/correct")(records.correct)
    bp.context_processor(_frame)


def _add_second_entry(bp: Blueprint) -> None:
    """Give the pages that tell which forms were on paper: a blinded assessor never learns that."""
    bp.get(f"{FORM}/second")(records.second_form)
    bp.post(f"{FORM}/second")(records.second)
    bp.post(f"{FORM}/settle")(records.settle)


def _frame() -> dict[str, Any]:
    """Return the frame of the role whose page this is, and its start page."""
    if "person" not in g:  # the page that says that a session has ended knows nobody
        return {}
    if due.is_assessor():
        return {"frame": "assessor/layout.html", "start": "assessor.worklist"}
    return {"frame": "staff/layout.html", "start": "staff.overview"}

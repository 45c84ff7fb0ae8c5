"""The blinded assessor's pages: coded participants, visits due, downloads; forms: `plugin.visits`.

Nothing here can reach a name, a number or an arm: the imports are forbidden, and every page is
made from `modules.records.queries` alone. It looks the same whatever the arms are; a test swaps
them.
"""

import uuid

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField

from exports import jobs
from exports.formats import FORMATS
from exports.jobs import Asker
from modules.errors import NotFound
from modules.records.queries import AssessmentFacts
from plugin import errors, export_orders, i18n, outcomes, paging
from plugin.access import Permission, require
from plugin.forms import Form
from plugin.tool import current_tool
from plugin.visits import due
from plugin.visits import views as visits

AUDIENCE = "assessor"


class ExportForm(Form):
    """The buttons of `assessor/downloads.html`: which file, and whose."""

    format = HiddenField()
    participant = HiddenField()
    """Empty for the whole study."""


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to assess."""
    bp = Blueprint("assessor", __name__)
    bp.before_request(require(Permission.ASSESS))
    bp.get("/")(worklist)
    bp.get("/participants/<uuid:participant_id>")(participant)
    bp.post("/export")(export)
    bp.get("/exports/<uuid:job_id>")(export_page)
    bp.get("/exports/<uuid:job_id>/file")(export_file)
    visits.add_to(bp)
    return bp


def worklist() -> ResponseReturnValue:
    """The visits due and all participants, both by code: by day would be by allocation."""
    people = due.everybody()
    waiting = [(one, state) for one in people for state in one.due]
    return render_template(
        "assessor/worklist.html",
        people=paging.asked(people, "people"),
        waiting=paging.asked(waiting, "waiting"),
        formats=FORMATS.values(),
        missing=due.missing_wordings(),
        ending=due.ending_wordings(),
    )


def participant(participant_id: uuid.UUID) -> ResponseReturnValue:
    """One coded participant: visits and scores."""
    one, answers = due.one_of(participant_id)
    shown = answers if due.shows_scores(one) else []
    instruments = current_tool().instruments
    scores = [
        (
            g.person.protocol.visit(entry.visit).title.get(i18n.language()),
            instruments[entry.instrument].title.get(i18n.language()),
            outcomes.score_words(instruments[entry.instrument], entry),
        )
        for entry in shown
    ]
    return render_template(
        "assessor/participant.html",
        one=one,
        scores=scores,
        shows_scores=due.shows_scores(one),
        instruments=instruments,
        open_states=() if due.is_locked() else due.OPEN,
        locked=due.is_locked(),
        trend=outcomes.trend(instruments, shown, _by_visit),
        courses=outcomes.courses(g.person.protocol, instruments, shown) if shown else [],
        formats=FORMATS.values(),
    )


def _by_visit(entry: AssessmentFacts) -> tuple[float, str]:
    """Place a point at the day its visit is planned for: when it took place could tell the arm."""
    day = g.person.protocol.visit(entry.visit).target_day
    return float(day), _("day %(day)s", day=day)


def export() -> ResponseReturnValue:
    """Ask for a blinded file: of the whole study, or of one participant."""
    form = ExportForm.sent()
    chosen = form.participant.data
    participant_id = due.one_of(_uuid(chosen))[0].facts.id if chosen else None
    job_id = jobs.order(
        g.session,
        _asker(),
        form.format.data or "",
        i18n.locale(),
        participant_id,
        current_tool().now(),
    )
    export_orders.make_soon()
    return redirect(url_for("assessor.export_page", job_id=job_id), 303)


def export_page(job_id: uuid.UUID) -> ResponseReturnValue:
    """How far a file is; in the end the way to it."""
    job = jobs.status(g.session, _asker(), job_id, current_tool().now())
    stopped = errors.words_of(job.problem) if job.problem else None
    return render_template(
        "assessor/export.html", job=job, format=FORMATS[job.format], stopped=stopped
    )


def export_file(job_id: uuid.UUID) -> ResponseReturnValue:
    """Send a finished file to whoever asked for it."""
    name, mimetype, content = jobs.fetch(g.session, _asker(), job_id, current_tool().now())
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asker() -> Asker:
    return Asker(g.person.user_id, g.person.study.id, AUDIENCE)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error

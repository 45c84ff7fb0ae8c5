"""The blinded assessor's pages: coded participants, visits due, downloads; forms: `plugin.visits`.

Nothing here can reach a name, a number or an arm: the imports are forbidden, and every page is
made from `modules.records.queries` alone. It looks the same whatever the arms are; a test swaps
them.
"""

import uuid

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from exports import jobs
from exports.formats import FORMATS
from exports.jobs import Asker
from modules.errors import AlreadyRecorded, NotFound
from modules.records.blinding_models import Learned
from modules.records.queries import AssessmentFacts
from modules.services import blinding
from plugin import audit, errors, export_orders, i18n, outcomes, paging
from plugin.access import Permission, require
from plugin.forms import Answered, Form, RadioField, labelled, options
from plugin.tool import current_tool
from plugin.visits import due
from plugin.visits import views as visits

AUDIENCE = "assessor"


class ExportForm(Form):
    """The buttons of `assessor/downloads.html`: which file, and whose."""

    format = HiddenField()
    participant = HiddenField()
    """Empty for the whole study."""


class LearnedForm(Form):
    """How an assessor learned which care a participant receives; never which one."""

    learned = RadioField(
        _l("How did you learn it?"),
        [Answered()],
        choices=labelled(Learned),
    )


class GuessForm(Form):
    """Which arm an assessor thinks it was; `UNKNOWN` where they cannot say."""

    arm = RadioField(_l("Which care do you think this participant received?"), [Answered()])


UNKNOWN = "unknown"


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to assess."""
    bp = Blueprint("assessor", __name__)
    bp.before_request(require(Permission.ASSESS))
    bp.get("/")(worklist)
    bp.get("/participants/<uuid:participant_id>")(participant)
    bp.post("/participants/<uuid:participant_id>/learned")(learned)
    bp.post("/participants/<uuid:participant_id>/guess")(guess)
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
    return _participant(participant_id, LearnedForm(), _guess_form())


def learned(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Note that this assessor knows what a participant receives; somebody else assesses them."""
    one, _answers = due.one_of(participant_id)
    form = LearnedForm.sent()
    if not form.validate():
        return _participant(participant_id, form, _guess_form()), 422
    now, how = current_tool().now(), Learned.of(form.learned.data)
    blinding.report(g.session, one.facts.id, g.person.user_id, how, now)
    audit.note("blinding.lost", one.facts.id, learned=how.value)
    flash(_("Noted. Somebody else assesses %(code)s from now on.", code=one.facts.code), "good")
    return redirect(url_for("assessor.worklist"), 303)


def guess(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what this assessor thinks after the last visit. Raises AlreadyRecorded."""
    one, _answers = due.one_of(participant_id)
    form = _guess_form(sent=True)
    if not _asks_to_guess(one):
        raise NotFound
    if blinding.has_guessed(g.session, participant_id, g.person.accounts):
        raise AlreadyRecorded
    if not form.validate():
        return _participant(participant_id, LearnedForm(), form), 422
    arm = None if form.arm.data == UNKNOWN else form.arm.data
    arms = [each.key for each in g.person.protocol.arms]
    now = current_tool().now()
    blinding.guess(g.session, one.facts.id, g.person.user_id, arm, arms, now)
    audit.note("blinding.guessed", one.facts.id)
    flash(_("Saved. Thank you."), "good")
    return redirect(url_for("assessor.participant", participant_id=participant_id), 303)


def _guess_form(*, sent: bool = False) -> GuessForm:
    form = GuessForm.sent() if sent else GuessForm()
    named = [(each.key, each.label.get(i18n.language())) for each in g.person.protocol.arms]
    form.arm.choices = options([*named, (UNKNOWN, _("I cannot say"))])
    return form


def _asks_to_guess(one: due.CodedParticipant) -> bool:
    """Whether every visit has been answered, in a trial that is open."""
    asked_all = not any(state.instruments_left for state in one.states)
    return asked_all and g.person.protocol.is_trial and not due.is_locked()


def _participant(participant_id: uuid.UUID, learned: LearnedForm, guess: GuessForm) -> str:
    one, answers = due.one_of(participant_id)
    guessed = blinding.has_guessed(g.session, participant_id, g.person.accounts)
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
        learned=learned,
        guess=guess,
        guessed=guessed,
        asks_to_guess=_asks_to_guess(one) and not guessed,
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

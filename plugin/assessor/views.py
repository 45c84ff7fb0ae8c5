"""The blinded assessor's pages: coded participants, visits due, forms, downloads.

Nothing here can reach a name, a number or an arm: the imports are forbidden, and every page is
made from `modules.queries` alone. It looks the same whatever the arms are; a test swaps them.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from exports.formats import FORMATS
from exports.service import make_export
from modules import days, queries
from modules.errors import AlreadyRecorded, NotFound
from modules.models import ParticipantStatus, Respondent
from modules.protocol import Visit
from modules.queries import AssessmentFacts, ParticipantFacts
from modules.questionnaire import Instrument, Kind, check
from modules.schedule import VisitState, VisitStatus
from modules.services import assessments as service
from plugin import audit, i18n, outcomes
from plugin.access import Permission, require
from plugin.forms import fault_words
from plugin.tool import current_tool

AUDIENCE = "assessor"
OPEN = (VisitStatus.DUE, VisitStatus.MISSED)
"""A visit that was missed may still be entered; it is marked late."""


@dataclass(frozen=True)
class Coded:
    """One participant as an assessor sees them."""

    facts: ParticipantFacts
    states: tuple[VisitState, ...]

    @property
    def due(self) -> tuple[VisitState, ...]:
        """The visits open now."""
        return tuple(state for state in self.states if state.status is VisitStatus.DUE)


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to assess."""
    bp = Blueprint("assessor", __name__)
    bp.before_request(require(Permission.ASSESS))
    bp.get("/")(worklist)
    bp.get("/participants/<uuid:participant_id>")(participant)
    bp.get("/participants/<uuid:participant_id>/<visit_key>/<instrument_key>")(form)
    bp.post("/participants/<uuid:participant_id>/<visit_key>/<instrument_key>")(save)
    bp.post("/export")(export)
    return bp


def worklist() -> ResponseReturnValue:
    """The visits due, the one closing first on top, and all participants by code."""
    people = _everybody()
    waiting = sorted(
        ((one, state) for one in people for state in one.due),
        key=lambda pair: (
            pair[1].closes_on is None,
            pair[1].closes_on or pair[0].facts.enrolled_on,
            pair[0].facts.code,
        ),
    )
    return render_template(
        "assessor/worklist.html", people=people, waiting=waiting, formats=FORMATS.values()
    )


def participant(participant_id: uuid.UUID) -> ResponseReturnValue:
    """One coded participant: visits and scores."""
    one, answers = _one(participant_id)
    instruments = current_tool().instruments
    scores = [
        (
            g.person.protocol.visit(entry.visit).title.get(i18n.language()),
            instruments[entry.instrument].title.get(i18n.language()),
            entry,
            outcomes.score_words(instruments[entry.instrument], entry),
        )
        for entry in answers
    ]
    return render_template(
        "assessor/participant.html",
        one=one,
        scores=scores,
        instruments=instruments,
        open_states=OPEN,
        trend=outcomes.trend(instruments, answers),
        formats=FORMATS.values(),
    )


def form(participant_id: uuid.UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The whole instrument on one page, as it is read out or copied from paper."""
    one, visit, instrument = _form_of(participant_id, visit_key, instrument_key)
    kept = queries.draft(g.session, participant_id, visit_key, instrument_key)
    return _form_page(one, visit, instrument, kept, {})


def save(participant_id: uuid.UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Complete the form, once and for all."""
    one, visit, instrument = _form_of(participant_id, visit_key, instrument_key)
    checked = check(instrument, request.form.to_dict(flat=False))
    if checked.errors:
        faults = {key: fault_words(code) for key, code in checked.errors.items()}
        return _form_page(one, visit, instrument, request.form, faults), 422
    tool = current_tool()
    sheet = service.Sheet(
        participant_id,
        visit_key,
        instrument_key,
        instrument.version,
        i18n.language(),
        outcomes.wording_of(instrument, i18n.language()),
        Respondent.ASSESSOR,
    )
    service.complete(
        g.session,
        sheet,
        {key: value for key, value in checked.answers.items() if value is not None},
        {key: reason.value for key, reason in checked.reasons.items()},
        None,
        tool.now(),
    )
    audit.record(
        g.session,
        "assessment.completed",
        tool.now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        subject_id=participant_id,
        visit=visit_key,
        instrument=instrument_key,
    )
    flash(_("Saved. The form can no longer be changed here."), "good")
    return redirect(url_for("assessor.participant", participant_id=participant_id), 303)


def export() -> ResponseReturnValue:
    """Send a blinded file: of the whole study, or of one participant."""
    tool = current_tool()
    chosen = request.form.get("participant", "")
    participant_id = _one(_uuid(chosen))[0].facts.id if chosen else None
    made = make_export(
        g.session,
        g.person.study.key,
        AUDIENCE,
        request.form.get("format", ""),
        i18n.locale(),
        g.person.user_id,
        tool.now(),
        tool.secret_for("exports"),
        participant_id=participant_id,
        protocols=tool.protocols,
        instruments=tool.instruments,
    )
    response = Response(made.content, mimetype=made.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return response


def _everybody() -> list[Coded]:
    found = queries.assessments(g.session, g.person.study.id)
    by_person: dict[uuid.UUID, list[AssessmentFacts]] = {}
    for entry in found:
        by_person.setdefault(entry.participant_id, []).append(entry)
    return [
        _coded(facts, by_person.get(facts.id, []))
        for facts in queries.participants(g.session, g.person.study.id)
        if facts.status is not ParticipantStatus.WITHDRAWN
    ]


def _coded(facts: ParticipantFacts, answers: list[AssessmentFacts]) -> Coded:
    today = days.today_for(current_tool().now(), facts.time_zone)
    return Coded(facts, tuple(queries.visit_states(g.person.protocol, facts, answers, today)))


def _one(participant_id: uuid.UUID) -> tuple[Coded, list[AssessmentFacts]]:
    facts = queries.participant(g.session, participant_id)
    if facts.study_id != g.person.study.id:
        raise NotFound
    answers = queries.assessments(g.session, facts.study_id, participant_id)
    return _coded(facts, answers), answers


def _form_of(
    participant_id: uuid.UUID, visit_key: str, instrument_key: str
) -> tuple[Coded, Visit, Instrument]:
    one, _answers = _one(participant_id)
    state = next((state for state in one.states if state.visit.key == visit_key), None)
    if state is None or instrument_key not in state.visit.instruments:
        raise NotFound
    if instrument_key in state.instruments_done:
        raise AlreadyRecorded
    if state.status not in OPEN:
        raise NotFound
    return one, state.visit, current_tool().instruments[instrument_key]


def _form_page(
    one: Coded,
    visit: Visit,
    instrument: Instrument,
    kept: Mapping[str, object],
    faults: Mapping[str, str],
) -> str:
    given = {item.key: outcomes.given(item, kept.get(item.key)) for item in instrument.items}
    for key, words in faults.items():
        if key in given:
            given[key] = outcomes.Given(given[key].value, given[key].reason, words)
    return render_template(
        "assessor/form.html",
        one=one,
        visit=visit,
        instrument=instrument,
        given=given,
        faults=faults,
        ticks=any(item.kind is Kind.TICK for item in instrument.items),
        language=i18n.language(),
    )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound from error

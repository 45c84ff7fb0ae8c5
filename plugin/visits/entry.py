"""Entering a questionnaire for a participant: asked in person, or copied from a form on paper."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound, StudyLocked, WordingMissing
from modules.outcomes.questionnaire import Checked, Kind, check
from modules.records import queries
from modules.records.models import Respondent, Source
from modules.services import assessments as service
from modules.text import LabelledEnum
from plugin import audit, i18n, outcomes
from plugin.forms import fault_words
from plugin.tool import current_tool
from plugin.visits import due
from plugin.visits.due import Form


class Mode(LabelledEnum):
    """How the answers were given."""

    INTERVIEW = (
        "interview",
        "Hice las preguntas y anoté las respuestas",
        "I asked the questions and noted the answers",
    )
    PAPER = (
        "paper",
        "Las copio de un formulario en papel",
        "I copy them from a form on paper",
    )


SEEN = "seen"
CLINICS_PAPER = "paper of the clinic"
"""Wording of a licensed form on paper that did not come from here."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: clean answers and reasons, and what cannot be taken."""

    checked: Checked
    faults: Mapping[str, str]

    @property
    def answers(self) -> dict[str, object]:
        """The answers, by item."""
        return {key: each for key, each in self.checked.answers.items() if each is not None}

    @property
    def reasons(self) -> dict[str, str]:
        """Why the others have no answer."""
        return {key: reason.value for key, reason in self.checked.reasons.items()}


def form(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The whole questionnaire on one page, as it is read out or copied from paper."""
    this = _open_form(participant_id, visit_key, instrument_key)
    return page(this, queries.draft(g.session, participant_id, visit_key, instrument_key))


def save(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Complete the form; afterwards it changes by corrections only."""
    this = _open_form(participant_id, visit_key, instrument_key)
    received = sent(this)
    if received.faults:
        return page(this, request.form, received.faults), 422
    odd = _odd(this, received)
    if odd:
        return page(this, request.form, odd=odd)
    try:
        finished = service.finish(
            g.session,
            sheet_of(this, _mode(this)),
            this.instrument,
            received.answers,
            received.reasons,
            current_tool().now(),
            answered_on=_day_on_paper() if _mode(this) == Mode.PAPER else None,
        )
    except InvalidEntry as error:
        return page(this, request.form, _faults(error)), 422
    note(this, "assessment.completed", by=_mode(this))
    flash(_("Saved. From now on it is changed by corrections only."), "good")
    tell(finished.triggers)
    return _after(this)


def sent(this: Form) -> Sent:
    """Read what was sent of a questionnaire."""
    checked = check(this.instrument, request.form.to_dict(flat=False))
    return Sent(checked, {key: fault_words(code) for key, code in checked.errors.items()})


def sheet_of(this: Form, mode: Mode = Mode.INTERVIEW) -> service.AssessmentKey:
    """Return what is being filled, as the records name it, entered by the person of this page."""
    language = i18n.language()
    wording = outcomes.wording_of(this.instrument, language)
    return service.AssessmentKey(
        this.participant_id,
        this.visit.key,
        this.instrument.key,
        this.instrument.version,
        language,
        wording if this.may_be_shown else CLINICS_PAPER,
        Respondent.SELF if mode == Mode.PAPER else Respondent.ASSESSOR,
        Source.PAPER if mode == Mode.PAPER else Source.DIGITAL,
        g.person.user_id,
    )


def note(this: Form, action: str, **codes: str) -> None:
    """Write into the audit trail what was done to a form, in codes only."""
    audit.record(
        g.session,
        action,
        current_tool().now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        subject_id=this.participant_id,
        visit=this.visit.key,
        instrument=this.instrument.key,
        **codes,
    )


def tell(triggers: Collection[str]) -> None:
    """Say that a clinician was informed: the same words whatever was answered, by whomever."""
    if triggers:
        flash(_("A clinician has been informed. You have nothing to do."), "info")


def page(
    this: Form,
    kept: Mapping[str, object],
    faults: Mapping[str, str] | None = None,
    odd: Collection[str] = (),
    template: str = "visits/form.html",
    **more: object,
) -> str:
    """Return the page with the questionnaire, what was answered, and what is wrong with it."""
    faults = faults or {}
    return render_template(
        template,
        this=this,
        given=given(this, kept, faults),
        faults=faults,
        odd=odd,
        modes=modes(this),
        mode=request.form.get("mode") or modes(this)[0],
        answered_on=request.form.get("answered_on", ""),
        ticks=any(item.kind is Kind.TICK for item in this.instrument.items),
        language=i18n.language(),
        **more,
    )


def given(
    this: Form, kept: Mapping[str, object], faults: Mapping[str, str]
) -> dict[str, outcomes.Given]:
    """Return the state of every question: from a draft, a record, or the form as it was sent."""
    shown = {}
    for item in this.instrument.items:
        value = _kept(kept, item.key, several=item.several)
        state = outcomes.given(item, value)
        shown[item.key] = outcomes.Given(state.value, state.reason, faults.get(item.key))
    return shown


def modes(this: Form) -> tuple[Mode, ...]:
    """Return how the answers may be given here, the usual way first."""
    if not due.may_assess() or not this.may_be_shown:
        return (Mode.PAPER,)
    return (Mode.INTERVIEW, Mode.PAPER)


def _kept(kept: Mapping[str, object], key: str, *, several: bool) -> object:
    """Return one value; a sent form has strings, which become the codes they stand for."""
    if kept is not request.form:
        return kept.get(key)
    words = request.form.getlist(key) or request.form.getlist(f"{key}.reason")
    codes = [int(word) if word.isdecimal() and len(word) < 6 else word for word in words if word]
    if len(codes) > 1 and several:
        return codes
    return codes[0] if codes else None


def _open_form(participant_id: UUID, visit_key: str, instrument_key: str) -> Form:
    this = due.form_of(participant_id, visit_key, instrument_key)
    if this.done:
        raise AlreadyRecorded
    if this.state.status not in due.OPEN:
        raise NotFound
    if due.is_locked():
        raise StudyLocked
    return this


def _mode(this: Form) -> Mode:
    """Return how the answers were given. Raises WordingMissing for a way that is not open."""
    chosen = request.form.get("mode") or modes(this)[0]
    if chosen not in modes(this):
        raise WordingMissing
    return Mode.of(chosen)


def _day_on_paper() -> date | None:
    """Return the day written on the paper; today when none was given. Raises InvalidEntry."""
    written = request.form.get("answered_on", "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise InvalidEntry({"answered_on": "not_a_day"}) from error


def _odd(this: Form, received: Sent) -> list[str]:
    if request.form.get(SEEN):
        return []
    return outcomes.odd_answers(this.instrument, received.answers)


def _faults(error: InvalidEntry) -> dict[str, str]:
    words = {
        "in_future": _("The day on the paper lies in the future."),
        "before_enrolment": _("The day on the paper lies before the participant was enrolled."),
        "not_a_day": _("Please write the day as it is on the calendar."),
    }
    return {name: words.get(code) or fault_words(code) for name, code in error.fields.items()}


def _after(this: Form) -> ResponseReturnValue:
    visit = url_for(".visit", participant_id=this.participant_id, visit_key=this.visit.key)
    return redirect(visit, 303)

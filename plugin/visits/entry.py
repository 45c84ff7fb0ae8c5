"""Entering a questionnaire for a participant: asked in person, or copied from a form on paper."""

from collections.abc import Collection
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound, StudyLocked, WordingMissing
from modules.records import queries
from modules.records.models import Respondent, Source
from modules.services import assessments as service
from plugin import audit, i18n, outcomes
from plugin.assessment_form import AssessmentForm, FormT, form_for
from plugin.forms import labelled
from plugin.tool import current_tool
from plugin.visits import due
from plugin.visits.due import VisitForm
from plugin.visits.forms import EntryForm, Mode

CLINICS_PAPER = "paper of the clinic"
"""Wording of a licensed form on paper that did not come from here."""

DAY_WORDS = {
    "in_future": _l("The day on the paper lies in the future."),
    "before_enrolment": _l("The day on the paper lies before the participant was enrolled."),
}


def form(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The whole questionnaire on one page, as it is read out or copied from paper."""
    this = _open_form(participant_id, visit_key, instrument_key)
    kept = queries.draft(g.session, participant_id, visit_key, instrument_key)
    return page(this, form_class(this, EntryForm)(data={**kept, "mode": modes(this)[0]}))


def save(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Complete the form; afterwards it changes by corrections only."""
    this = _open_form(participant_id, visit_key, instrument_key)
    form = form_class(this, EntryForm).sent(mode=modes(this)[0])
    if form.mode.data not in modes(this):
        raise WordingMissing
    if not form.validate():
        return page(this, form), 422
    if odd := form.odd():
        return page(this, form, odd=odd)
    try:
        finished = service.finish(
            g.session,
            key_of(this, form.mode.data, form.language),
            this.instrument,
            form.answers(),
            form.reasons(),
            current_tool().now(),
            answered_on=form.answered_on.data if form.from_paper else None,
            asked=form.asked(),
        )
    except InvalidEntry as error:
        form.add_errors(error.fields, DAY_WORDS)
        return page(this, form), 422
    note(this, "assessment.completed", by=form.mode.data)
    flash(_("Saved. From now on it is changed by corrections only."), "good")
    tell(finished.triggers)
    return _after(this)


def form_class(this: VisitForm, base: type[FormT]) -> type[FormT]:
    """Return the class of the form of one questionnaire, in the language of this page."""
    return form_for(this.asked, i18n.language(), base)


def key_of(
    this: VisitForm, mode: Mode = Mode.INTERVIEW, language: str = ""
) -> service.AssessmentKey:
    """Return what is being filled, as the records name it, entered by the person of this page.

    `language`: that of the form that was answered; where it is read out, that of this page.
    """
    language = language or i18n.language()
    wording = outcomes.wording_of(this.instrument, language)
    return service.AssessmentKey(
        this.participant_id,
        this.visit.key,
        this.instrument.key,
        this.instrument.version,
        language,
        wording if this.may_be_shown_in(language) else CLINICS_PAPER,
        Respondent.SELF if mode == Mode.PAPER else Respondent.ASSESSOR,
        Source.PAPER if mode == Mode.PAPER else Source.DIGITAL,
        g.person.user_id,
    )


def note(this: VisitForm, action: str, **codes: str) -> None:
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
    this: VisitForm,
    form: AssessmentForm,
    odd: Collection[str] = (),
    template: str = "visits/form.html",
) -> str:
    """Return the page with the questionnaire, what was answered, and what is wrong with it."""
    if "mode" in form:
        form.mode.choices = labelled(modes(this))
    return render_template(template, this=this, form=form, odd=odd, language=i18n.language())


def modes(this: VisitForm) -> tuple[Mode, ...]:
    """Return how the answers may be given here, the usual way first."""
    if not due.may_assess() or not this.may_be_shown:
        return (Mode.PAPER,)
    return (Mode.INTERVIEW, Mode.PAPER)


def _open_form(participant_id: UUID, visit_key: str, instrument_key: str) -> VisitForm:
    this = due.form_of(participant_id, visit_key, instrument_key)
    if this.done:
        raise AlreadyRecorded
    if this.state.status not in due.OPEN:
        raise NotFound
    if due.is_locked():
        raise StudyLocked
    return this


def _after(this: VisitForm) -> ResponseReturnValue:
    visit = url_for(".visit", participant_id=this.participant_id, visit_key=this.visit.key)
    return redirect(visit, 303)

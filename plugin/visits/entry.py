"""Entering a questionnaire for a participant: asked in person, or copied from a form on paper.

What was entered is kept and reviewed (`plugin.visits.review`) before it is locked.
"""

from collections.abc import Collection
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import AlreadyRecorded, NotFound, StudyLocked, WordingMissing
from modules.outcomes import asking
from modules.outcomes.asking import Way
from modules.outcomes.questionnaire import Reason
from modules.records import queries
from modules.records.models import Respondent, Source
from modules.services import assessments as service
from plugin import audit, i18n, outcomes
from plugin.assessment_form import AssessmentForm, FormT, form_for
from plugin.tool import current_tool
from plugin.visits import due
from plugin.visits.due import VisitForm
from plugin.visits.forms import EntryForm, ModeForm

CLINICS_PAPER = "paper of the clinic"
"""Wording of a licensed form on paper that did not come from here."""


def form(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The whole questionnaire on one page, as it is read out or copied from paper."""
    this = open_form(participant_id, visit_key, instrument_key)
    way = way_of(this, request.args.get("mode"))
    return page(this, kept_form(this, way), way)


def keep(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Keep what was entered and go on to its review; nothing is locked yet."""
    this = open_form(participant_id, visit_key, instrument_key)
    way = way_of(this, ModeForm.sent().mode.data)
    form = form_class(this, EntryForm, way).sent()
    if not form.validate():
        return page(this, form, way), 422
    reasons = {key: why for key, why in form.reasons().items() if why != Reason.SKIPPED}
    service.save_draft(
        g.session,
        key_of(this, way),
        form.answers(),
        reasons,
        current_tool().now(),
        instrument=this.instrument,
        asked=form.asked(),
    )
    return redirect(address(this, ".review", mode=way.value), 303)


def kept_form(this: VisitForm, way: Way) -> EntryForm:
    """Return the form with what was entered so far."""
    kept = queries.draft(g.session, this.participant_id, this.visit.key, this.instrument.key)
    return form_class(this, EntryForm, way)(data={**kept, "mode": way.value})


def form_class(this: VisitForm, base: type[FormT], way: Way) -> type[FormT]:
    """Return the class of the form of one questionnaire, in the language of this page."""
    return form_for(asking.asked(this.asked, way), i18n.language(), base)


def key_of(this: VisitForm, way: Way = Way.INTERVIEW, language: str = "") -> service.AssessmentKey:
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
        Respondent.SELF if way is Way.PAPER else Respondent.ASSESSOR,
        Source.PAPER if way is Way.PAPER else Source.DIGITAL,
        g.person.user_id,
    )


def note(this: VisitForm, action: str, **codes: str) -> None:
    """Write into the audit trail what was done to a form, in codes only."""
    visit, instrument = this.visit.key, this.instrument.key
    audit.note(action, this.participant_id, visit=visit, instrument=instrument, **codes)


def tell(triggers: Collection[str]) -> None:
    """Say that a clinician was informed: the same words whatever was answered, by whomever."""
    if triggers:
        flash(_("A clinician has been informed. You have nothing to do."), "info")


def page(
    this: VisitForm,
    form: AssessmentForm,
    way: Way,
    odd: Collection[str] = (),
    template: str = "visits/form.html",
) -> str:
    """Return the page with the questionnaire, what was answered, and what is wrong with it."""
    return render_template(
        template, this=this, form=form, way=way, ways=ways(this), odd=odd, language=i18n.language()
    )


def ways(this: VisitForm) -> tuple[Way, ...]:
    """Return how the answers may be given here, the usual way first."""
    if not due.may_assess() or not this.may_be_shown:
        return (Way.PAPER,)
    return (Way.INTERVIEW, Way.PAPER)


def way_of(this: VisitForm, mode: str | None) -> Way:
    """Return how the answers are given, the usual way unless said. Raises WordingMissing."""
    offered = ways(this)
    if not mode:
        return offered[0]
    if mode not in offered:
        raise WordingMissing
    return Way.of(mode)


def open_form(participant_id: UUID, visit_key: str, instrument_key: str) -> VisitForm:
    """Return a form that may be filled now.

    Raises NotFound, AlreadyRecorded, StudyLocked.
    """
    this = due.form_of(participant_id, visit_key, instrument_key)
    if this.done:
        raise AlreadyRecorded
    if this.state.status not in due.OPEN:
        raise NotFound
    if due.is_locked():
        raise StudyLocked
    return this


def address(this: VisitForm, endpoint: str, **more: str) -> str:
    """Return the address of a page of one form."""
    return url_for(
        endpoint,
        participant_id=this.participant_id,
        visit_key=this.visit.key,
        instrument_key=this.instrument.key,
        **more,
    )

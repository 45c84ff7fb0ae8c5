"""The screening log: who was considered and not enrolled, and the enrolment box of CONSORT."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField

from modules.errors import InvalidEntry, NotFound
from modules.records.queries import StudyFacts
from modules.records.screening_log_models import Exclusion, ScreeningLogEntry
from modules.services import screening_log
from modules.services.screening_log import Counts
from modules.study import days
from modules.study.protocol import Criterion, Protocol
from plugin import audit, i18n, paging
from plugin.forms import Answered, Form, RadioField, TickListField, labelled, options
from plugin.tool import current_tool
from plugin.trial import allocation


class EntryForm(Form):
    """Somebody who was considered and is not enrolled."""

    considered_on = DateField(_l("Day"), [Answered()])
    exclusion = RadioField(_l("Why not?"), [Answered()], choices=labelled(Exclusion))
    criteria = TickListField(_l("Which criteria were not met?"))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The first box of a CONSORT flow: figures of the whole trial, of no arm."""

    considered: int
    excluded: Counts
    enrolled: int
    allocated: int


def enrolment(session: Session, study: StudyFacts, log: Sequence[ScreeningLogEntry]) -> Enrolment:
    """Return how many were considered, excluded, enrolled and allocated."""
    excluded = screening_log.counts(log)
    enrolled = allocation.who_is_allocated(session, study.id)
    considered = len(enrolled) + excluded.total
    return Enrolment(considered, excluded, len(enrolled), sum(enrolled.values()))


def log_page() -> ResponseReturnValue:
    """The log, its counts, and the form to add somebody."""
    _only_in_a_trial()
    tool, protocol = current_tool(), g.person.protocol
    today = days.today_for(tool.now(), protocol.time_zone)
    form = EntryForm.sent(considered_on=today)
    texts = _texts(protocol)
    form.criteria.choices = options(texts.items())
    if request.method == "POST" and form.validate():
        try:
            number = screening_log.add(
                g.session,
                g.person.study.id,
                form.considered_on.data,
                Exclusion.of(form.exclusion.data),
                form.criteria.data or (),
                texts,
                g.person.user_id,
                today,
                tool.now(),
            )
        except InvalidEntry as fault:
            form.add_errors(fault.fields, _fault_words())
        else:
            audit.note("screening_log.added", None, number=str(number))
            flash(_("Noted as number %(number)d.", number=number), "good")
            return redirect(url_for("enrolment.log_page"), 303)
    log = screening_log.entries(g.session, g.person.study.id)
    page = render_template(
        "staff/screening_log.html",
        form=form,
        found=enrolment(g.session, g.person.study, log),
        shown=paging.asked(log, "page"),
        texts=texts,
    )
    return page, 422 if form.errors or form.form_errors else 200


def take_back(number: int) -> ResponseReturnValue:
    """Let an entry no longer count. Raises NotFound."""
    _only_in_a_trial()
    screening_log.take_back(g.session, g.person.study.id, number, current_tool().now())
    audit.note("screening_log.taken_back", None, number=str(number))
    flash(_("Number %(number)d no longer counts.", number=number), "good")
    return redirect(url_for("enrolment.log_page"), 303)


def _only_in_a_trial() -> None:
    if not g.person.protocol.is_trial:
        raise NotFound


def _texts(protocol: Protocol) -> dict[str, str]:
    """Return the criteria as the form offers them: what was not met, by its text."""

    def said(each: Criterion, wanted: bool) -> str:
        text = each.text.get(i18n.language())
        return text if wanted else _("Excluded by: %(criterion)s", criterion=text)

    eligibility = protocol.eligibility
    met = {each.key: said(each, True) for each in eligibility.inclusion}
    return met | {each.key: said(each, False) for each in eligibility.exclusion}


def _fault_words() -> dict[str, str]:
    return {
        "required": _("Tick at least one criterion."),
        "not_asked": _("Criteria belong to somebody who does not meet them: choose that reason."),
        "out_of_range": _("This day is still to come."),
    }

"""What was recorded of a form: its revisions, old beside new; second entry; corrections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.errors import InvalidEntry, NotAllowed, NotFound, StudyLocked
from modules.outcomes.asking import Way, doubly_marked
from modules.outcomes.comparison import Difference, differences
from modules.outcomes.questionnaire import Reason
from modules.records.models import Source
from modules.services import assessments as service
from modules.services import double_entry
from modules.services.assessments import CorrectionReason, Revision
from modules.services.double_entry import Check
from plugin import i18n
from plugin.assessment_form import AssessmentForm
from plugin.filters import label
from plugin.forms import Form as WtForm
from plugin.tool import current_tool
from plugin.visits import due, entry
from plugin.visits.due import VisitForm
from plugin.visits.forms import SECOND, CorrectionForm, settle_form
from plugin.visits.words import said


@dataclass(frozen=True)
class Origin:
    """How a revision came to be; never shown to a blinded role."""

    at: datetime
    who: str
    why: str | None
    on_paper_of: date | None
    """Day written on the form of paper it was copied from, if it was."""


@dataclass(frozen=True)
class Step:
    """One revision as the page shows it: what it changed and, to staff alone, its origin."""

    origin: Origin | None
    changes: tuple[Difference, ...]


def record(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """One completed form: answers, revisions, second entry."""
    this, revisions = _recorded(participant_id, visit_key, instrument_key)
    return _page(this, revisions)


def correct_form(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """The form with what is recorded, to be corrected with a reason."""
    this, revisions = _correctable(participant_id, visit_key, instrument_key)
    newest = revisions[-1].filled
    recorded = {**newest.reasons, **newest.answers}
    way = _way(revisions)
    form = entry.form_class(this, CorrectionForm, way)(data=recorded)
    return entry.page(this, form, way, template="visits/correct.html")


def correct(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Add a corrected revision; the old one stays."""
    this, revisions = _correctable(participant_id, visit_key, instrument_key)
    way = _way(revisions)
    form = entry.form_class(this, CorrectionForm, way).sent()
    if not form.validate():
        return entry.page(this, form, way, template="visits/correct.html"), 422
    try:
        finished = service.correct(
            g.session,
            entry.key_of(this),
            this.instrument,
            form.answers(),
            form.reasons(),
            form.reason.data,
            current_tool().now(),
            asked=form.asked(),
        )
    except InvalidEntry as error:
        same = _("Nothing was changed, so there is nothing to correct.")
        form.add_errors(error.fields, dict.fromkeys(error.fields.values(), same))
        return entry.page(this, form, way, template="visits/correct.html"), 422
    entry.note(this, "assessment.corrected", reason=form.reason.data)
    flash(_("The correction was saved. The earlier answers stay beside it."), "good")
    entry.tell(finished.triggers)
    return _to_record(this)


def second_form(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """An empty form for the second entry: what the first person typed is not shown."""
    this, revisions = _recorded(participant_id, visit_key, instrument_key)
    if not _may_check(this, revisions):
        raise NotFound
    return _second_page(this, entry.form_class(this, AssessmentForm, Way.PAPER)())


def second(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Keep the second entry and say whether the two agree."""
    this, _revisions = _recorded(participant_id, visit_key, instrument_key)
    form = entry.form_class(this, AssessmentForm, Way.PAPER).sent()
    if not form.validate():
        return _second_page(this, form), 422
    made = double_entry.enter_again(
        g.session,
        entry.key_of(this, Way.PAPER),
        this.instrument,
        form.answers(),
        form.reasons(),
        current_tool().now(),
        g.person.accounts,
    )
    entry.note(this, "assessment.entered_again", differing=str(len(made.differing)))
    if made.differing:
        flash(_("The two entries differ. Look at the paper and say what it says."), "care")
    else:
        flash(_("The two entries are the same."), "good")
    return _to_record(this)


def _second_page(this: VisitForm, form: AssessmentForm) -> str:
    return entry.page(this, form, Way.PAPER, template="visits/second.html")


def settle(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Take, for each question that differs, what the paper says."""
    this, revisions = _recorded(participant_id, visit_key, instrument_key)
    check = _check(this)
    if check is None or not check.is_open:
        raise NotFound
    form = settle_form(check.differing, said).sent()
    if not form.validate():
        return _page(this, revisions, form), 422
    newest = revisions[-1].filled
    answers, reasons = dict(newest.answers), dict(newest.reasons)
    for key in (each.name for each in form if each.data == SECOND):
        answers.pop(key, None)
        reasons.pop(key, None)
        if check.second.answers.get(key) is None:
            reasons[key] = check.second.reasons.get(key, Reason.SKIPPED.value)
        else:
            answers[key] = check.second.answers[key]
    finished = double_entry.settle(
        g.session, entry.key_of(this), this.instrument, answers, reasons, current_tool().now()
    )
    entry.note(this, "assessment.settled", changed="yes" if finished else "no")
    flash(_("Settled. What the paper says is recorded."), "good")
    entry.tell(finished.triggers if finished else ())
    return _to_record(this)


def _recorded(
    participant_id: UUID, visit_key: str, instrument_key: str
) -> tuple[VisitForm, list[Revision]]:
    this = due.form_of(participant_id, visit_key, instrument_key)
    revisions = service.history(g.session, participant_id, visit_key, instrument_key)
    if not revisions:
        raise NotFound
    return this, revisions


def _correctable(
    participant_id: UUID, visit_key: str, instrument_key: str
) -> tuple[VisitForm, list[Revision]]:
    if not due.may_assess():
        raise NotAllowed
    if due.is_locked():
        raise StudyLocked
    return _recorded(participant_id, visit_key, instrument_key)


def _way(revisions: list[Revision]) -> Way:
    """Return how a form is corrected: with several marks where paper, or what is kept, has them.

    A blinded role is not told by it that there was a paper.
    """
    newest = revisions[-1]
    on_paper = newest.source is Source.PAPER and not due.is_assessor()
    return Way.PAPER if on_paper or doubly_marked(newest.filled.answers) else Way.INTERVIEW


def _may_check(this: VisitForm, revisions: list[Revision]) -> bool:
    """Whether this person may make the second entry: from paper, not made yet, by another."""
    others = all(each.by not in g.person.accounts for each in revisions) and not due.is_locked()
    seen = others and not due.is_assessor()
    return seen and revisions[0].source is Source.PAPER and _check(this) is None


def _check(this: VisitForm) -> Check | None:
    """Return the second entry as this person may know of it: it tells that there was a paper."""
    if due.is_assessor():
        return None
    return double_entry.check_of(g.session, this.participant_id, this.visit.key, this.instrument)


def _page(this: VisitForm, revisions: list[Revision], settling: WtForm | None = None) -> str:
    check = _check(this)
    newest = revisions[-1].filled
    return render_template(
        "visits/record.html",
        this=this,
        steps=_steps(this, revisions),
        answers=[(item, said(item, newest.of(item))) for item in this.asked.items],
        check=check,
        locked=due.is_locked(),
        may_check=_may_check(this, revisions),
        may_correct=due.may_assess() and not due.is_locked(),
        said=said,
        form=settling or settle_form(check.differing if check else (), said)(),
        language=i18n.language(),
    )


def _steps(this: VisitForm, revisions: list[Revision]) -> list[Step]:
    """Return the revisions; to a blinded role those alone that changed what it may read."""
    if due.is_assessor():
        return [Step(None, changes) for _each, changes in _with_changes(this, revisions)]
    return [Step(_origin(each), changes) for each, changes in _with_changes(this, revisions)]


def _with_changes(
    this: VisitForm, revisions: list[Revision]
) -> Iterator[tuple[Revision, tuple[Difference, ...]]]:
    yield revisions[0], ()
    for before, each in pairwise(revisions):
        changes = differences(this.asked, before.filled, each.filled)
        if changes:
            yield each, changes


def _origin(each: Revision) -> Origin:
    on_paper = each.completed_on if each.source is Source.PAPER else None
    return Origin(each.at, _who(each.by), _why(each.reason), on_paper)


def _who(by: UUID | None) -> str:
    """Return who entered a revision; members of the team are not named to one another."""
    if by is None:
        return _("the participant")
    return _("you") if by in g.person.accounts else _("somebody else of the team")


def _why(code: str | None) -> str | None:
    return label(CorrectionReason.of(code)) if code else None


def _to_record(this: VisitForm) -> ResponseReturnValue:
    return redirect(
        url_for(
            ".record",
            participant_id=this.participant_id,
            visit_key=this.visit.key,
            instrument_key=this.instrument.key,
        ),
        303,
    )

"""The last look at what was entered: what is missing, what is marked twice; then it is locked."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.errors import InvalidEntry
from modules.outcomes.asking import Way, doubly_marked
from modules.outcomes.questionnaire import Reason
from modules.services import assessments as service
from plugin import i18n, outcomes
from plugin.tool import current_tool
from plugin.visits import entry
from plugin.visits.due import VisitForm
from plugin.visits.forms import EntryForm, ModeForm, ReviewForm, review_form
from plugin.visits.words import said

DAY_WORDS = {
    "in_future": _l("The day on the paper lies in the future."),
    "before_enrolment": _l("The day on the paper lies before the participant was enrolled."),
}


def review(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """What was entered; why, where there is no answer."""
    this = entry.open_form(participant_id, visit_key, instrument_key)
    way = entry.way_of(this, request.args.get("mode"))
    kept = entry.kept_form(this, way)
    asked = review_form(this.asked, way, kept.answers())
    usual = dict.fromkeys(asked.silent, Reason.SKIPPED.value) if way is Way.PAPER else {}
    given = {each.name: each.reason for each in kept.questions if each.reason}
    return _page(this, way, kept, asked(data={**usual, **given, "mode": way.value}))


def lock(participant_id: UUID, visit_key: str, instrument_key: str) -> ResponseReturnValue:
    """Complete the form as it was reviewed; afterwards it changes by corrections only."""
    this = entry.open_form(participant_id, visit_key, instrument_key)
    way = entry.way_of(this, ModeForm.sent().mode.data)
    kept = entry.kept_form(this, way)
    form = review_form(this.asked, way, kept.answers()).sent()
    if not form.validate():
        return _page(this, way, kept, form), 422
    try:
        finished = service.finish(
            g.session,
            entry.key_of(this, way, form.language),
            this.instrument,
            kept.answers(),
            {**kept.reasons(), **form.reasons()},
            current_tool().now(),
            answered_on=form.answered_on.data if way is Way.PAPER else None,
            asked=kept.asked(),
        )
    except InvalidEntry as error:
        form.add_errors(error.fields, DAY_WORDS)
        return _page(this, way, kept, form), 422
    entry.note(this, "assessment.completed", by=way.value)
    flash(_("Saved. From now on it is changed by corrections only."), "good")
    entry.tell(finished.triggers)
    visit = url_for(".visit", participant_id=this.participant_id, visit_key=this.visit.key)
    return redirect(visit, 303)


def _page(this: VisitForm, way: Way, kept: EntryForm, form: ReviewForm) -> str:
    answers = kept.answers()
    return render_template(
        "visits/review.html",
        this=this,
        way=way,
        form=form,
        rows=[
            (place, each.item, said(each.item, each.data))
            for place, each in enumerate(kept.questions, 1)
        ],
        doubles=doubly_marked(answers),
        odd=outcomes.odd_answers(this.instrument, answers),
        back=entry.address(this, ".form", mode=way.value),
        language=i18n.language(),
    )

"""Questionnaires at their visits: one question a screen or all on one, leave and go on later.

Made from the instrument's data (`outcomes.questionnaire`): no page knows a questionnaire by name.
"""

from collections.abc import Collection, Mapping

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules.errors import NotFound
from modules.outcomes.questionnaire import (
    NONE_OF_THESE,
    Checked,
    Instrument,
    Item,
    Kind,
    Reason,
    check,
)
from modules.services import assessments as service
from modules.services.alerts import triggers_of
from plugin import outcomes, reminders
from plugin.forms import fault_words
from plugin.patient.assessment_form import (
    REVIEW,
    AssessmentForm,
    Given,
    first_open,
    opened,
)
from plugin.patient.course import current_course
from plugin.patient.today import minutes_for

INPUT_MODES = ("pointer", "keyboard", "number")
SEEN = "seen"
"""Field that says that the note on odd answers was shown: the second time they are saved."""


def questionnaires() -> str:
    """All visits: what is due, what is done, what comes when."""
    course = current_course()
    minutes = {key: minutes_for(each) for key, each in course.instruments.items()}
    return render_template("patient/questionnaires.html", course=course, minutes=minutes)


def form(visit: str, instrument: str) -> str:
    """Show the question where the form was left, the one asked for, or the review."""
    filling = opened(visit, instrument)
    given = filling.given()
    if not filling.stepwise:
        return _whole(filling, given)
    place = request.args.get("q") or first_open(filling.instrument, given)
    if place == REVIEW:
        return _review(filling, given)
    return _one(filling, given, _place(filling.instrument, place))


def answer(visit: str, instrument: str) -> Response | str | tuple[str, int]:
    """Keep the answers sent; on the last screen complete the form."""
    filling = opened(visit, instrument)
    if request.form.get("q") == REVIEW:
        return _sent(filling)
    items = _items_sent(filling)
    checked = check(filling.instrument, request.form.to_dict(flat=False), [i.key for i in items])
    later = request.form.get("go") == "later"
    faults = _faults(items, checked, ask_all=not later)
    if faults:
        return _again(filling, items, checked, faults), 422
    seen = service.save_draft(
        g.session,
        filling.sheet(),
        {key: value for key, value in checked.answers.items() if value is not None},
        _reasons_kept(checked, later=later),
        filling.course.now,
        _means(),
        filling.instrument,
    )
    if later and seen:
        return redirect(url_for("patient.saved", visit=visit, instrument=instrument), 303)
    if later:
        flash(_("Your answers are kept. Go on whenever you like."), "good")
        return redirect(url_for("patient.home"), 303)
    if filling.stepwise:
        return redirect(_following(filling, items[0]), 303)
    given = filling.given()
    odd = _odd(filling, given)
    return _whole(filling, given, odd=odd) if odd else _complete(filling, given)


def saved(visit: str, instrument: str) -> Response | str:
    """Show the fixed text that belongs to what was just answered; without one, go on to today."""
    course = current_course()
    rows = service.rows_of(g.session, course.participant_id, visit, instrument)
    if not rows:
        raise NotFound
    said = course.safety.first_said(triggers_of(g.session, course.participant_id, rows))
    if said is None:
        return redirect(url_for("patient.home"), 303)
    watched = course.safety.text("not_an_emergency_service")
    return render_template("patient/saved.html", course=course, text=said[1], watched=watched)


def _reasons_kept(checked: Checked, *, later: bool) -> dict[str, str]:
    """Return why questions have no answer; what was not reached yet has not been left out."""
    return {
        key: reason.value
        for key, reason in checked.reasons.items()
        if not later or reason is not Reason.SKIPPED
    }


def _place(instrument: Instrument, place: str) -> int:
    if not place.isdecimal() or not 1 <= int(place) <= len(instrument.items):
        raise NotFound
    return int(place)


def _items_sent(filling: AssessmentForm) -> tuple[Item, ...]:
    if not filling.stepwise:
        return filling.instrument.items
    place = _place(filling.instrument, request.form.get("q", ""))
    return (filling.instrument.items[place - 1],)


def _faults(items: Collection[Item], checked: Checked, *, ask_all: bool) -> dict[str, str]:
    """Return the words for each fault; unanswered questions count unless the form is left."""
    faults = {key: fault_words(code) for key, code in checked.errors.items()}
    if not ask_all:
        return faults
    silent = [
        item
        for item in items
        if checked.reasons.get(item.key) is Reason.SKIPPED and not item.optional
    ]
    for item in silent:
        faults.setdefault(item.key, _("Please choose an answer, or “I prefer not to answer”."))
    return faults


def _again(
    filling: AssessmentForm, items: Collection[Item], checked: Checked, faults: Mapping[str, str]
) -> str:
    """Show the screen again with what was sent and what is wrong."""
    shown = filling.given()
    for item in items:
        sent = request.form.getlist(item.key)
        value = checked.answers.get(item.key, sent[0] if sent else None)
        reason = checked.reasons.get(item.key)
        said = reason.value if reason and reason is not Reason.SKIPPED else None
        shown[item.key] = Given(value, said, faults.get(item.key))
    if filling.stepwise:
        place = filling.instrument.items.index(next(iter(items))) + 1
        return _one(filling, shown, place, faults)
    return _whole(filling, shown, faults)


def _one(
    filling: AssessmentForm,
    given: Mapping[str, Given],
    place: int,
    faults: Mapping[str, str] | None = None,
) -> str:
    item = filling.instrument.items[place - 1]
    return render_template(
        "patient/question.html",
        filling=filling,
        course=filling.course,
        item=item,
        place=place,
        given=given[item.key],
        faults=faults or {},
    )


def _whole(
    filling: AssessmentForm,
    given: Mapping[str, Given],
    faults: Mapping[str, str] | None = None,
    odd: Collection[str] = (),
) -> str:
    ticks = any(item.kind is Kind.TICK for item in filling.instrument.items)
    return render_template(
        "patient/questionnaire.html",
        filling=filling,
        course=filling.course,
        given=given,
        faults=faults or {},
        odd=odd,
        none_of_these=NONE_OF_THESE if ticks else None,
    )


def _odd(filling: AssessmentForm, given: Mapping[str, Given]) -> list[str]:
    """Return the notes on answers that do not fit together, unless they were shown before."""
    if request.form.get(SEEN):
        return []
    return outcomes.odd_answers(
        filling.instrument, {key: each.value for key, each in given.items()}
    )


def _review(filling: AssessmentForm, given: Mapping[str, Given], odd: Collection[str] = ()) -> str:
    rows = [
        (place, item.topic.get(filling.course.locale), _said(item, given[item.key], filling))
        for place, item in enumerate(filling.instrument.items, 1)
    ]
    return render_template(
        "patient/question_review.html",
        filling=filling,
        course=filling.course,
        rows=rows,
        odd=odd or _odd(filling, given),
    )


def _said(item: Item, given: Given, filling: AssessmentForm) -> str | None:
    """Return an answer, or the reason for none, in words; None for a question left out."""
    if given.value is None:
        return _reason(given.reason, filling.course.locale)
    labels = [c.label.get(filling.course.locale) for c in item.choices if given.marked(c.value)]
    return "; ".join(labels) or str(given.value)


def _reason(code: str | None, locale: str) -> str | None:
    return Reason.of(code).own.get(locale) if code and code != Reason.SKIPPED else None


def _following(filling: AssessmentForm, item: Item) -> str:
    place = filling.instrument.items.index(item) + 1
    return filling.address(place + 1 if place < len(filling.instrument.items) else REVIEW)


def _sent(filling: AssessmentForm) -> Response:
    """Complete a form from its review, unless a question was never shown an answer or a reason."""
    given = filling.given()
    place = first_open(filling.instrument, given, needed_only=True)
    if place != REVIEW:
        return redirect(filling.address(place), 303)
    return _complete(filling, given)


def _complete(filling: AssessmentForm, given: Mapping[str, Given]) -> Response:
    """Complete the form; an answer that somebody must see leads to the text that belongs to it."""
    answers = {key: each.value for key, each in given.items() if each.value is not None}
    reasons = {
        key: each.reason or Reason.SKIPPED.value
        for key, each in given.items()
        if each.value is None
    }
    finished = service.finish(
        g.session,
        filling.sheet(),
        filling.instrument,
        answers,
        reasons,
        filling.course.now,
        _means(),
    )
    _take_back_reminder(filling)
    if any(filling.course.safety.for_trigger(code) for code in finished.triggers):
        visit, instrument = filling.visit.visit.key, filling.instrument.key
        return redirect(url_for("patient.saved", visit=visit, instrument=instrument), 303)
    flash(_("Your answers are saved. Thank you."), "good")
    return redirect(url_for("patient.home"), 303)


def _means() -> service.Means:
    """Return how the screen says it was answered; what it does not know stays unsaid."""
    mode, width = request.form.get("input_mode"), request.form.get("device_width_px", "")
    return service.Means(
        mode if mode in INPUT_MODES else None,
        int(width) if width.isascii() and width.isdigit() and len(width) < 6 else None,
    )


def _take_back_reminder(filling: AssessmentForm) -> None:
    """Once the last questionnaire of a visit is done nobody is reminded of it."""
    if filling.visit.instruments_left == (filling.instrument.key,):
        key = filling.visit.visit.key
        reminders.visit_done(g.session, filling.course.participant_id, key, filling.course.now)

"""Questionnaires at their visits: one question a screen or all on one, leave and go on later.

Made from the instrument's data (`outcomes.questionnaire`): no page knows a questionnaire by name.
"""

from collections.abc import Collection

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules.errors import NotFound
from modules.outcomes.questionnaire import Instrument, Reason
from modules.services import assessments as service
from modules.services.alerts import triggers_of
from plugin import reminders
from plugin.assessment_form import AnswerField
from plugin.patient.after_end import saving
from plugin.patient.course import current_course
from plugin.patient.forms import REVIEW, AnswersForm
from plugin.patient.open_assessment import OpenAssessment, first_open, opened
from plugin.patient.today import minutes_for


def questionnaires() -> str:
    """All visits: what is due, what is done, what comes when."""
    course = current_course()
    minutes = {key: minutes_for(each) for key, each in course.instruments.items()}
    return render_template("patient/questionnaires.html", course=course, minutes=minutes)


def form(visit: str, instrument: str) -> str:
    """Show the question where the form was left, the one asked for, or the review."""
    assessment = opened(visit, instrument)
    kept = assessment.form()
    if not assessment.stepwise:
        return _whole(assessment, kept)
    place = request.args.get("q") or first_open(kept)
    if place == REVIEW:
        return _review(assessment, kept)
    return _one(assessment, kept, _place(assessment.instrument, place))


@saving
def answer(visit: str, instrument: str) -> Response | str | tuple[str, int]:
    """Keep the answers sent; on the last screen complete the form."""
    assessment = opened(visit, instrument)
    sent = assessment.sent()
    if sent.q.data == REVIEW:
        return _sent(assessment, sent.means())
    place = _place(assessment.instrument, sent.q.data or "") if assessment.stepwise else 0
    sent.only = assessment.instrument.items[place - 1] if place else None
    if not sent.validate():
        return _one(assessment, sent, place) if place else _whole(assessment, sent), 422
    seen = service.save_draft(
        g.session,
        assessment.key(),
        sent.checked.answers,
        _reasons_kept(sent),
        assessment.course.now,
        sent.means(),
        assessment.instrument,
    )
    if sent.leaves and seen:
        return redirect(url_for("patient.saved", visit=visit, instrument=instrument), 303)
    if sent.leaves:
        flash(_("Your answers are kept. Go on whenever you like."), "good")
        return redirect(url_for("patient.home"), 303)
    if place:
        return redirect(_following(assessment, place), 303)
    kept = assessment.form()
    kept.seen.data = sent.seen.data
    odd = kept.odd()
    return _whole(assessment, kept, odd) if odd else _complete(assessment, kept, sent.means())


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


def _reasons_kept(sent: AnswersForm) -> dict[str, str]:
    """Return why questions have no answer; what was not reached yet has not been left out."""
    return {
        key: reason.value
        for key, reason in sent.checked.reasons.items()
        if not sent.leaves or reason is not Reason.SKIPPED
    }


def _place(instrument: Instrument, place: str) -> int:
    if not place.isdecimal() or not 1 <= int(place) <= len(instrument.items):
        raise NotFound
    return int(place)


def _one(assessment: OpenAssessment, form: AnswersForm, place: int) -> str:
    item = assessment.instrument.items[place - 1]
    return render_template(
        "patient/question.html",
        assessment=assessment,
        course=assessment.course,
        form=form,
        question=form[item.key],
        place=place,
    )


def _whole(assessment: OpenAssessment, form: AnswersForm, odd: Collection[str] = ()) -> str:
    return render_template(
        "patient/questionnaire.html",
        assessment=assessment,
        course=assessment.course,
        form=form,
        odd=odd,
    )


def _review(assessment: OpenAssessment, form: AnswersForm) -> str:
    rows = [
        (place, question.label.text, _said(question, assessment))
        for place, question in enumerate(form.questions, 1)
    ]
    return render_template(
        "patient/question_review.html",
        assessment=assessment,
        course=assessment.course,
        form=form,
        rows=rows,
        odd=form.odd(),
    )


def _said(question: AnswerField, assessment: OpenAssessment) -> str | None:
    """Return an answer, or the reason for none, in words; None for a question left out."""
    locale = assessment.course.locale
    if question.data is None:
        reason = question.reason
        return Reason.of(reason).own.get(locale) if reason and reason != Reason.SKIPPED else None
    choices = question.item.choices
    labels = [c.label.get(locale) for c in choices if question.marked(c.value)]
    return "; ".join(labels) or str(question.data)


def _following(assessment: OpenAssessment, place: int) -> str:
    return assessment.address(place + 1 if place < len(assessment.instrument.items) else REVIEW)


def _sent(assessment: OpenAssessment, means: service.Means) -> Response:
    """Complete a form from its review, unless a question was never shown an answer or a reason."""
    kept = assessment.form()
    place = first_open(kept, needed_only=True)
    if place != REVIEW:
        return redirect(assessment.address(place), 303)
    return _complete(assessment, kept, means)


def _complete(assessment: OpenAssessment, form: AnswersForm, means: service.Means) -> Response:
    """Complete the form; an answer that somebody must see leads to the text that belongs to it."""
    finished = service.finish(
        g.session,
        assessment.key(),
        assessment.instrument,
        form.answers(),
        form.reasons(),
        assessment.course.now,
        means,
    )
    _take_back_reminder(assessment)
    if any(assessment.course.safety.for_trigger(code) for code in finished.triggers):
        visit, instrument = assessment.visit.visit.key, assessment.instrument.key
        return redirect(url_for("patient.saved", visit=visit, instrument=instrument), 303)
    flash(_("Your answers are saved. Thank you."), "good")
    return redirect(url_for("patient.home"), 303)


def _take_back_reminder(assessment: OpenAssessment) -> None:
    """Once the last questionnaire of a visit is done nobody is reminded of it."""
    if assessment.visit.instruments_left == (assessment.instrument.key,):
        key = assessment.visit.visit.key
        reminders.visit_done(
            g.session, assessment.course.participant_id, key, assessment.course.now
        )

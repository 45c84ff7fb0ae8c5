"""The exercise diary: under a minute, today's exercises filled in, yesterday while it may be."""

import uuid
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules import safety
from modules.errors import InvalidEntry, NotFound
from modules.queries import DiaryFacts
from modules.services import diaries
from plugin import filters, reminders
from plugin.forms import options
from plugin.patient.course import Course, current_course
from plugin.patient.forms import DiaryEntryForm

RED_FLAGS = sorted(safety.EMERGENCY_FLAGS)


def diary() -> Response | str:
    """Lead to today's page, or say that there is nothing to write now."""
    course = current_course()
    if course.diary_days():
        return _page(course, course.diary_days()[0], _form_for(course, course.diary_days()[0]))
    return render_template("patient/diary_closed.html", course=course)


def entry(day: str) -> str:
    """Show the page of one day that may still be written. Raises NotFound for another."""
    course = current_course()
    wanted = _open_day(course, day)
    return _page(course, wanted, _form_for(course, wanted))


def write(day: str) -> Response | tuple[str, int]:
    """Save the entry; a wrong one comes back with its faults and nothing is saved."""
    course = current_course()
    wanted = _read_day(day)
    form = _offering(course, DiaryEntryForm(request.form))
    if not form.validate():
        return _page(course, wanted, form), 422
    known = [each.id for each in course.known_exercises()]
    try:
        entry_id = diaries.write(
            g.session,
            course.participant_id,
            course.protocol,
            form.entry(wanted),
            form.key(),
            known,
            course.now,
        )
    except InvalidEntry as fault:
        form.blame(fault.fields)
        return _page(course, wanted, form), 422
    reminders.diary_written(g.session, course.participant_id, wanted, course.now)
    if diaries.triggers_of(g.session, course.participant_id, entry_id):
        return redirect(url_for("patient.noticed", entry_id=entry_id), 303)
    flash(_("Your diary is saved. Thank you."), "good")
    return redirect(url_for("patient.home"), 303)


def noticed(entry_id: uuid.UUID) -> Response | str:
    """Say what to do about what was just written: the fixed text of the most urgent trigger."""
    course = current_course()
    codes = diaries.triggers_of(g.session, course.participant_id, entry_id)
    said = {code: text for code in codes if (text := course.safety.for_trigger(code))}
    first = safety.most_urgent(said)
    if first is None:
        return redirect(url_for("patient.home"), 303)
    return render_template(
        "patient/noticed.html",
        course=course,
        text=said[first],
        emergency=safety.TRIGGERS[first].level is safety.Level.EMERGENCY,
        watched=course.safety.text("not_an_emergency_service"),
    )


def _page(course: Course, day: date, form: DiaryEntryForm) -> str:
    todays = course.exercises_today()
    return render_template(
        "patient/diary.html",
        course=course,
        day=day,
        days=course.diary_days(),
        form=form,
        written=course.entry(day),
        todays=[each.id for each in todays],
        offered=_offered(course, form),
        doses={e.id: e.dose.summary(course.locale) for e in course.known_exercises()},
        recent=course.record.diary,
        rows=_rows(course),
    )


def _form_for(course: Course, day: date) -> DiaryEntryForm:
    """Return the form of a day, with what was written there before."""
    before = course.entry(day)
    form = _offering(course, DiaryEntryForm(data=_values(before) if before else {}))
    form.client_key.data = str(uuid.uuid4())
    return form


def _values(before: DiaryFacts) -> dict[str, object]:
    return {
        "exercises": list(before.exercises),
        "minutes": before.minutes,
        "effort": before.effort,
        "pain_before_mm": before.pain_before_mm,
        "pain_after_mm": before.pain_after_mm,
        "note": before.note or "",
        "news": None if before.symptoms is None else "yes" if before.symptoms else "no",
        "symptoms": [each for each in before.symptoms or () if each in safety.SYMPTOMS],
    }


def _offering(course: Course, form: DiaryEntryForm) -> DiaryEntryForm:
    """Give the form everything it may take; the page shows fewer exercises of it."""
    form.exercises.choices = options(_choices(course))
    signs = [(code, course.safety.red_flag(code).question.get(course.locale)) for code in RED_FLAGS]
    leg = (safety.LEG_SYMPTOMS, _("Pain, tingling, numbness or weakness in a leg"))
    form.symptoms.choices = options([leg, *signs])
    return form


def _offered(course: Course, form: DiaryEntryForm) -> set[str]:
    """Return the exercises to show: the own ones not paused, and what was ticked already."""
    own = {each.id for each in course.own_exercises()} - set(course.prescription.paused)
    return own | set(form.exercises.data or ())


def _choices(course: Course) -> list[tuple[str, str]]:
    return [(each.id, each.name.get(course.locale)) for each in course.known_exercises()]


def _rows(course: Course) -> list[tuple[object, ...]]:
    """Return the last two weeks of entries for a table, newest first."""
    newest = list(reversed(course.record.diary))[:14]
    return [
        (filters.long_date(e.day), len(e.exercises), e.minutes, e.pain_before_mm, e.pain_after_mm)
        for e in newest
    ]


def _read_day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error


def _open_day(course: Course, day: str) -> date:
    wanted = _read_day(day)
    if wanted not in course.diary_days():
        raise NotFound
    return wanted

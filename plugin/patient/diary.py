"""The exercise diary: under a minute, today's exercises filled in, yesterday while it may be."""

import uuid
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules.errors import InvalidEntry, NotFound
from modules.queries import DiaryFacts
from modules.services import diaries
from plugin import filters, reminders
from plugin.forms import options
from plugin.patient.course import Course, current_course
from plugin.patient.forms import DiaryEntryForm


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
    form = DiaryEntryForm(request.form)
    form.exercises.choices = options(_choices(course))
    if not form.validate():
        return _page(course, wanted, form), 422
    known = [each.id for each in course.known_exercises()]
    try:
        diaries.write(
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
    flash(_("Your diary is saved. Thank you."), "good")
    return redirect(url_for("patient.home"), 303)


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
        doses={e.id: e.dose.summary(course.locale) for e in course.known_exercises()},
        recent=course.record.diary,
        rows=_rows(course),
    )


def _form_for(course: Course, day: date) -> DiaryEntryForm:
    """Return the form of a day, with what was written there before."""
    before = course.entry(day)
    form = DiaryEntryForm(data=_values(before) if before else {})
    form.exercises.choices = options(_choices(course))
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
    }


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

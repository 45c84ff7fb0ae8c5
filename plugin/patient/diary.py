"""The exercise diary: under a minute, today's exercises filled in, yesterday while it may be."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules.course import steps
from modules.diary import encouragement
from modules.diary.entry import DiaryForm
from modules.diary.slots import Slot, moment, when_written
from modules.errors import InvalidEntry, NotFound
from modules.records.models import Source
from modules.records.queries import DiaryFacts
from modules.safety.symptoms import OFFERED
from modules.safety.texts import Occasion
from modules.safety.triggers import Level
from modules.services import diaries
from plugin import filters, reminders
from plugin.forms import options
from plugin.patient import amounts
from plugin.patient.after_end import saving
from plugin.patient.course import ParticipantCourse, current_course
from plugin.patient.forms import DiaryEntryForm, Did, WhichEntry, form_of, number_of


def diary() -> Response | str:
    """Lead to what is due now, or say that there is nothing to write."""
    course = current_course()
    slots = course.diary_slots()
    if slots:
        return _page(course, *form_for(course, course.diary_due() or slots[0]))
    return render_template("patient/diary_closed.html", course=course)


def entry(day: str) -> str:
    """Show the page of one day that may still be written. Raises NotFound for another."""
    course = current_course()
    wanted = _read_day(day)
    slots = [slot for slot in course.diary_slots() if slot.day == wanted]
    number = request.args.get("session", "1")
    slot = next((slot for slot in slots if str(slot.occurrence) == number), None)
    if slot is None:
        raise NotFound
    return _page(course, *form_for(course, slot))


@saving
def write(day: str) -> Response | tuple[str, int]:
    """Save the entry; a wrong one comes back with its faults and nothing is saved.

    A script that sends what a device kept reads the answer as JSON.
    """
    course = current_course()
    which = WhichEntry.sent()
    slot = Slot(_read_day(day), number_of(which.occurrence.data))
    form = _form(course, slot, moment(which.shown_at.data)).sent()
    _offering(course, form)
    if not form.validate():
        return _page(course, slot, form), 422
    known = [one.id for one in form.offered]
    kept = which.kept.data == "yes"
    written_at = _when_written(which, course.now) if kept else None
    try:
        written = diaries.write(
            g.session,
            course.participant_id,
            course.protocol,
            form.entry(slot),
            form.key(),
            known,
            course.now,
            diaries.Origin(written_at=written_at),
        )
    except InvalidEntry as fault:
        form.add_errors(fault.fields)
        return _page(course, slot, form), 422
    reminders.diary_written(g.session, course.participant_id, slot, course.now)
    look = bool(written.triggers)
    following = url_for("patient.noticed", entry_id=written.id) if look else url_for("patient.home")
    if not look and not kept:
        flash(_saved_words(course, form.entry(slot), unusual=form.is_unusual()), "good")
    if not look and form.is_unusual():
        flash(amounts.IS_UNUSUAL, "care")
    if request.accept_mimetypes.best == "application/json" and not g.get("ended"):
        counts = written.counts
        return jsonify(saved=form.client_key.data, next=following, look=look, counts=counts)
    return redirect(following, 303)


def _saved_words(course: ParticipantCourse, entry: DiaryForm, *, unusual: bool) -> str:
    """Return that it is saved and, in a programme, what is true of a new entry besides."""
    saved = _("Your diary is saved. Thank you.")
    replaces = course.entry(entry.day, entry.occurrence) is not None
    if "programme" not in course.components or course.day_one is None or replaces or unusual:
        return saved
    others = course.record.diary
    happened = encouragement.after(entry, others, course.protocol.diary, course.day_one)
    return f"{saved} {happened.label.get(course.locale)}" if happened else saved


def _when_written(which: WhichEntry, now: datetime) -> datetime:
    """Return when a kept entry counts as written; at its arrival where the device does not say."""
    said = moment(which.written_at.data)
    return when_written(now, said, moment(which.sent_at.data)) if said else now


def noticed(entry_id: uuid.UUID) -> Response | str:
    """Say what to do about what was just written: the fixed text of the most urgent trigger."""
    course = current_course()
    found = diaries.triggers_of(g.session, course.participant_id, entry_id)
    said = course.safety.first_said(found)
    if said is None:
        return redirect(url_for("patient.home"), 303)
    return render_template(
        "patient/noticed.html",
        course=course,
        saved=_("Your diary is saved."),
        text=said[1],
        emergency=said[0].level is Level.EMERGENCY,
        watched=course.safety.text("not_an_emergency_service"),
    )


def _page(course: ParticipantCourse, slot: Slot, form: DiaryEntryForm) -> str:
    return render_template(
        "patient/diary.html",
        course=course,
        others=[each for each in course.diary_slots() if each != slot],
        # A page that can only save shows nothing that was not written on it.
        recent=() if g.get("ended") else course.record.diary,
        rows=_rows(course),
        **shown(course, slot, form),
    )


def shown(course: ParticipantCourse, slot: Slot, form: DiaryEntryForm) -> dict[str, object]:
    """Return what the form of an entry shows, on whichever page it stands."""
    exercises = course.exercises_on(slot.day)
    form.shown_at.data = form.shown_at.data or course.now.isoformat()
    form.todays.data = form.todays.data or " ".join(each.id for each in exercises)
    form.did.data = form.did.data or (Did.PART if form.exercises.data else None)
    return {
        "slot": slot,
        "mode": course.protocol.diary.mode,
        "form": form,
        "written": course.entry(slot.day, slot.occurrence),
        "todays": form.todays.data.split(),
        "planned_minutes": steps.minutes_of(exercises),
        "offered": _offered(course, form),
        "doses": {one.id: one.dose.summary(course.locale) for one in form.offered},
    }


def form_for(course: ParticipantCourse, slot: Slot) -> tuple[Slot, DiaryEntryForm]:
    """Return the form of an entry, with what was written there before."""
    before = course.entry(slot.day, slot.occurrence)
    todays = [each.id for each in course.exercises_on(slot.day)]
    filled = values_of(before) if before else {}
    did = _did(before, todays) if before else _said_by_link()
    made = _form(course, slot)(data=filled | {"did": did, "todays": " ".join(todays)})
    made.client_key.data = str(uuid.uuid4())
    made.occurrence.data = str(slot.occurrence)
    return slot, _offering(course, made)


def _did(before: DiaryFacts, todays: Collection[str]) -> Did:
    """Return how much an entry says was done, in one word."""
    if not before.exercises:
        return Did.NOTHING
    return Did.ALL if set(todays) <= set(before.exercises) else Did.PART


def _said_by_link() -> str | None:
    """Return how much was done, where the link that led here says so."""
    said = request.args.get("did", "")
    return said if said in set(Did) else None


def _form(
    course: ParticipantCourse, slot: Slot, shown_at: datetime | None = None
) -> type[DiaryEntryForm]:
    known = amounts.offered(course, course.known_exercises(), slot, shown_at)
    return form_of(course.protocol.diary, known)


def values_of(before: DiaryFacts) -> dict[str, object]:
    """Return an entry as the form takes it."""
    return {
        "exercises": list(before.exercises),
        "minutes": before.minutes,
        "effort": before.effort,
        "pain_before_mm": before.pain_before_mm,
        "pain_after_mm": before.pain_after_mm,
        "note": before.note or "",
        "news": None if before.symptoms is None else "yes" if before.symptoms else "no",
        "symptoms": [each for each in before.symptoms or () if each in OFFERED],
        **amounts.values_of(before),
    }


def _offering(course: ParticipantCourse, form: DiaryEntryForm) -> DiaryEntryForm:
    """Give the form everything it may take; the page shows fewer exercises of it."""
    form.exercises.choices = options((one.id, one.name) for one in form.offered)
    return with_symptoms(course, form)


def with_symptoms(course: ParticipantCourse, form: DiaryEntryForm) -> DiaryEntryForm:
    """Give the form the symptoms it asks for."""
    asked = course.safety.asked(Occasion.DIARY)
    form.symptoms.choices = options((each.code, each.question.get(course.locale)) for each in asked)
    return form


def _offered(course: ParticipantCourse, form: DiaryEntryForm) -> set[str]:
    """Return the exercises to show: the own ones not paused, and what was ticked already."""
    own = {each.id for each in course.own_exercises()} - set(course.prescription.paused)
    return own | set(form.exercises.data or ())


def _rows(course: ParticipantCourse) -> list[tuple[object, ...]]:
    """Return the last two weeks of entries for a table, newest first."""
    newest = list(reversed(course.record.diary))[:14]
    return [
        (_named(e), len(e.exercises), e.minutes, e.pain_before_mm, e.pain_after_mm) for e in newest
    ]


def _named(entry: DiaryFacts) -> str:
    """Return the day of an entry in words, marked when the team took it over from paper."""
    day = filters.long_date(entry.day)
    return _("%(day)s, from paper", day=day) if entry.source is Source.PAPER else day


def _read_day(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error

"""Addresses of the paper diary: the participant's own sheets, and the pages of the staff."""

import uuid
from datetime import date, timedelta

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.course.curriculum import Exercise
from modules.diary.slots import SATURDAY, Slot, last_day
from modules.errors import InvalidEntry, NotFound
from modules.records.models import Source
from modules.services import diaries
from modules.study import days
from plugin import audit, names, reach, reminders
from plugin.access import Permission, require, require_component
from plugin.forms import options
from plugin.paper import sheets
from plugin.patient import amounts
from plugin.patient.course import ParticipantCourse, course_of, current_course
from plugin.patient.diary import values_of, with_symptoms
from plugin.patient.forms import DiaryEntryForm, WhichEntry, form_of
from plugin.tool import current_tool
from plugin.trial import allocation


def create_blueprints() -> tuple[Blueprint, Blueprint]:
    """Return the patient's blueprint and the one of the staff, each behind its guard."""
    own = Blueprint("paper", __name__)
    own.before_request(require(Permission.FOLLOW_COURSE))
    own.before_request(lambda: require_component("diary"))
    own.get("/diary.pdf")(own_sheets)
    staff = Blueprint("transcription", __name__)
    staff.before_request(require(Permission.CARE))
    staff.get("/<uuid:participant_id>/diary.pdf")(print_sheets)
    staff.get("/<uuid:participant_id>")(choose)
    staff.route("/<uuid:participant_id>/<day>", methods=["GET", "POST"])(transcribe)
    return own, staff


def own_sheets() -> ResponseReturnValue:
    """The participant's own diary, to print."""
    return _printed(current_course())


def print_sheets(participant_id: uuid.UUID) -> ResponseReturnValue:
    """The diary of one participant, to print and hand over."""
    return _printed(_course_of(participant_id))


def _printed(course: ParticipantCourse) -> Response:
    if not sheets.sheets(course):
        raise NotFound
    return sheets.answer(course)


def choose(participant_id: uuid.UUID) -> ResponseReturnValue:
    """All days of the programme so far: what is written, by whom, and what is still on paper."""
    course = _course_of(participant_id)
    paper = [entry for entry in course.record.diary if entry.source is Source.PAPER]
    return render_template(
        "paper/choose.html",
        course=course,
        name=_name(course),
        days=[(day, course.entry(day)) for day in _days(course)],
        paper=list(reversed(paper)),
        people=names.of_team(g.session, [entry.recorded_by for entry in paper]),
    )


def transcribe(participant_id: uuid.UUID, day: str) -> ResponseReturnValue:
    """Copy one day from paper; marked as paper, with who did it and when."""
    course = _course_of(participant_id)
    slot = _slot(course, day)
    before = course.entry(slot.day, slot.occurrence)
    digital = before is not None and before.source is not Source.PAPER
    made = form_of(course.protocol.diary, amounts.offered(course, _exercises(course), slot))
    if request.method == "POST":
        form = _offering(course, made.sent())
        form.todays.data = _listed(course, slot)
        if form.validate() and _saved(course, slot, form):
            return redirect(url_for("transcription.choose", participant_id=participant_id), 303)
    else:
        filled = values_of(before) if before and not digital else {}
        form = _offering(course, made(data=filled))
        form.client_key.data = str(uuid.uuid4())
    page = render_template(
        "paper/transcribe.html",
        course=course,
        name=_name(course),
        slot=slot,
        numbered=course.protocol.diary.mode == "session",
        form=form,
        digital=digital,
        own=[each.id for each in course.own_exercises()],
        doses={one.id: one.dose.summary(course.locale) for one in form.offered},
    )
    return page, 422 if form.errors else 200


def _saved(course: ParticipantCourse, slot: Slot, form: DiaryEntryForm) -> bool:
    """Write the entry; False when the rules found faults, which then stand in the form."""
    tool = current_tool()
    now = tool.now()
    known = [one.id for one in form.offered]
    origin = diaries.Origin(Source.PAPER, recorded_by=g.person.user_id)
    try:
        written = diaries.write(
            g.session,
            course.participant_id,
            course.protocol,
            form.entry(slot),
            form.key(),
            known,
            now,
            origin,
        )
    except InvalidEntry as fault:
        form.add_errors(fault.fields)
        return False
    reminders.diary_written(g.session, course.participant_id, slot, now)
    audit.note("diary.transcribed", course.participant_id)
    if written.triggers:
        flash(_("Copied. What the sheet says has raised an alert: see to it now."), "care")
    else:
        flash(_("Copied from paper."), "good")
    if form.is_unusual():
        flash(amounts.IS_UNUSUAL, "care")
    return True


def _course_of(participant_id: uuid.UUID) -> ParticipantCourse:
    """Return the course of somebody within reach. Raises NotFound without a diary."""
    facts = reach.require(participant_id)
    components = allocation.components_of(g.session, participant_id, g.person.protocol)
    if "diary" not in components:
        raise NotFound
    return course_of(facts, components)


def _days(course: ParticipantCourse) -> list[date]:
    """Return the programme's days so far, newest first."""
    if course.day_one is None:
        return []
    end = min(course.today, last_day(course.day_one, course.protocol.duration_weeks))
    days = [end - timedelta(days=back) for back in range((end - course.day_one).days + 1)]
    weekly = course.protocol.diary.mode == "weekend"
    return [day for day in days if not weekly or day.weekday() == SATURDAY]


def _slot(course: ParticipantCourse, day: str) -> Slot:
    """Return the place of the entry to copy. Raises NotFound outside the programme so far."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    number = WhichEntry.sent().occurrence.data or request.args.get("occurrence", "1")
    if wanted not in _days(course) or number not in ("1", "2", "3"):
        raise NotFound
    return Slot(wanted, int(number) if course.protocol.diary.mode == "session" else 1)


def _exercises(course: ParticipantCourse) -> list[Exercise]:
    """Return every exercise of the protocol's modules: paper may name what is not open yet."""
    ids = [each for plan in course.protocol.modules for each in course.module(plan.key).exercises]
    return [course.curriculum.exercise(each) for each in dict.fromkeys(ids)]


def _listed(course: ParticipantCourse, slot: Slot) -> str | None:
    """Return what the sheet of that day asked for, as ids: the list of its week, as planned now.

    None while the exercises are shut: what a sheet of before asked for is not known then.
    """
    if course.locked:
        return None
    assert course.day_one is not None  # noqa: S101 - `_slot` has asked
    week = days.week_of(slot.day, course.day_one)
    return " ".join(each.id for each in course.exercises_of_week(week))


def _offering(course: ParticipantCourse, form: DiaryEntryForm) -> DiaryEntryForm:
    form.exercises.choices = options((one.id, one.name) for one in form.offered)
    return with_symptoms(course, form)


def _name(course: ParticipantCourse) -> str:
    return names.of_participant(g.session, course.participant_id)

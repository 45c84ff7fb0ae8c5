"""The schedule of the staff: groups, who is invited, moving, cancelling, and who was there."""

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from modules.errors import InvalidEntry
from modules.records import queries
from modules.records.queries import ParticipantFacts
from modules.services import live_sessions as service
from modules.study import live_sessions as rules
from modules.study.live_sessions import AttendanceFacts, LiveSessionFacts
from plugin import audit, ics, names, reach
from plugin.forms import Form, options
from plugin.live_sessions import notices
from plugin.live_sessions.forms import (
    AttendanceForm,
    GroupForm,
    LinkForm,
    MembersForm,
    MoveForm,
    attendance_form,
    minutes_of,
)
from plugin.reminders import STAYS
from plugin.tool import current_tool
from plugin.trial import allocation

SHOWN_PAST = 12
USUAL_MINUTES, USUAL_HOUR = 45, time(18, 0)


def schedule() -> ResponseReturnValue:
    """The groups, the sessions to come, and those whose attendance nobody has confirmed."""
    now, study_id = current_tool().now(), g.person.study.id
    sessions, mine = service.of_study(g.session, study_id), reach.mine()
    confirmed = {
        each.session_id
        for each in service.attendances(g.session, study_id)
        if each.present is not None and each.participant_id in mine
    }
    past = [each for each in reversed(sessions) if each.ends_at <= now and not each.cancelled]
    if mine.people is not None:
        met = _sessions_of(mine.people)
        past = [each for each in past if each.id in met]
    return render_template(
        "live_sessions/schedule.html",
        groups=service.groups(g.session, g.person.study.id),
        coming=rules.coming(sessions, now),
        waiting=[each for each in past if each.id not in confirmed],
        past=[each for each in past if each.id in confirmed][:SHOWN_PAST],
        now=now,
    )


def _sessions_of(people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return the sessions to which any of these participants are invited."""
    calendar = service.calendar(g.session, g.person.study.id)
    return {each.id for key in people for each in calendar.of(key)}


def new_group() -> ResponseReturnValue:
    """Plan one session a week for a group."""
    tool, protocol = current_tool(), g.person.protocol
    link = rules.link_of(tool.settings.session_link, secrets.token_urlsafe(12))
    form = GroupForm.sent(
        weeks=protocol.adherence.live_sessions or protocol.duration_weeks,
        minutes=USUAL_MINUTES,
        starts=USUAL_HOUR,
        link=link,
    )
    if request.method == "POST" and form.validate():
        try:
            group_id = service.plan(
                g.session, g.person.study.id, _planned(form), g.person.user_id, tool.now()
            )
        except InvalidEntry as fault:
            form.add_errors(fault.fields)
        else:
            audit.note("sessions.planned", group_id)
            flash(_("The sessions are planned."), "good")
            return redirect(url_for("sessions.group", group_id=group_id), 303)
    return _page("live_sessions/new_group.html", form)


def _planned(form: GroupForm) -> service.GroupForm:
    return service.GroupForm(
        name=form.name.data,
        begins_on=form.begins_on.data,
        starts=form.starts.data,
        time_zone=g.person.protocol.time_zone,
        minutes=form.minutes.data,
        weeks=form.weeks.data,
        link=form.link.data.strip(),
        everyone=form.everyone.data,
    )


def group(group_id: uuid.UUID) -> ResponseReturnValue:
    """One group: its sessions, and who is invited to them."""
    shown = service.group(g.session, g.person.study.id, group_id)
    everybody = service.groups(g.session, g.person.study.id)
    elsewhere = {key: one.name for one in everybody if one.id != group_id for key in one.members}
    form = MembersForm.sent(members=[str(key) for key in shown.members])
    form.members.choices = options((str(key), name) for key, name in _possible().items())
    if request.method == "POST" and not shown.everyone and form.validate():
        # Those of colleagues, whom this page does not name, stay.
        mine = reach.mine()
        ticked = {uuid.UUID(key) for key in form.members.data}
        ticked |= {key for key in shown.members if key not in mine}
        service.invite(g.session, group_id, ticked, g.person.user_id, current_tool().now())
        audit.note("sessions.invited", group_id)
        flash(_("Saved. Those invited see the sessions in their course."), "good")
        return redirect(url_for("sessions.group", group_id=group_id), 303)
    page = render_template(
        "live_sessions/group.html",
        group=shown,
        form=form,
        elsewhere={str(k): _("now in %(group)s", group=name) for k, name in elsewhere.items()},
        sessions=[
            each
            for each in service.of_study(g.session, g.person.study.id)
            if each.group_id == group_id
        ],
    )
    return page, 422 if form.errors else 200


def session_page(session_id: uuid.UUID) -> ResponseReturnValue:
    """One session: who was there, and what can be changed."""
    return _session(service.one(g.session, g.person.study.id, session_id))


def move(session_id: uuid.UUID) -> ResponseReturnValue:
    """Move a session; those invited are told."""
    facts, form = service.one(g.session, g.person.study.id, session_id), MoveForm.sent()
    if form.validate():
        zone = ZoneInfo(g.person.protocol.time_zone)
        starts_at = datetime.combine(form.day.data, form.starts.data, zone)
        try:
            before = service.move(
                g.session,
                g.person.study.id,
                session_id,
                starts_at,
                form.minutes.data,
                g.person.user_id,
                current_tool().now(),
            )
        except InvalidEntry as fault:
            form.add_errors(fault.fields)
        else:
            return _told("sessions.moved", before)
    return _session(facts, move=form)


def change_link(session_id: uuid.UUID) -> ResponseReturnValue:
    """Change the address of a session."""
    facts, form = service.one(g.session, g.person.study.id, session_id), LinkForm.sent()
    if form.validate():
        try:
            service.change_link(
                g.session,
                g.person.study.id,
                session_id,
                form.link.data.strip(),
                g.person.user_id,
                current_tool().now(),
            )
        except InvalidEntry as fault:
            form.add_errors(fault.fields)
        else:
            audit.note("sessions.link_changed", session_id)
            flash(_("The address is changed. The course shows the new one."), "good")
            return redirect(url_for("sessions.session_page", session_id=session_id), 303)
    return _session(facts, link=form)


def cancel(session_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel a session; those invited are told."""
    now = current_tool().now()
    before = service.cancel(g.session, g.person.study.id, session_id, g.person.user_id, now)
    return _told("sessions.cancelled", before)


def _told(action: str, before: LiveSessionFacts) -> ResponseReturnValue:
    now = current_tool().now()
    told = notices.tell(g.session, g.person.study.id, g.person.protocol, before, now)
    mine = reach.mine()
    number = sum(key in mine for key in told)
    audit.note(action, before.id)
    flash(
        ngettext(
            "Changed. It concerns %(num)d participant: the course shows it, reminders tell of it.",
            "Changed. It concerns %(num)d participants: the course shows it, reminders tell of it.",
            number,
        ),
        "good",
    )
    return redirect(url_for("sessions.session_page", session_id=before.id), 303)


def confirm(session_id: uuid.UUID) -> ResponseReturnValue:
    """Say who was there, and for how long."""
    facts = service.one(g.session, g.person.study.id, session_id)
    invited = _named(_invited(facts, _attendance(facts)))
    form = attendance_form(invited).sent()
    if form.validate():
        said = {key: form.said(key) for key in invited}
        try:
            service.confirm(g.session, facts, said, g.person.user_id, current_tool().now())
        except InvalidEntry as fault:
            form.add_errors({minutes_of(key): code for key, code in fault.fields.items()})
        else:
            audit.note("sessions.confirmed", session_id)
            return _confirmed(form, session_id)
    return _session(facts, attendance=form)


def _confirmed(form: AttendanceForm, session_id: uuid.UUID) -> ResponseReturnValue:
    if not form.is_everybody:
        flash(_("Saved who was there."), "good")
        return redirect(url_for("sessions.schedule"), 303)
    saved = _("Saved: everybody was there. Untick whoever was missing and confirm again.")
    flash(saved, "good")
    return redirect(url_for("sessions.session_page", session_id=session_id), 303)


def calendar_file() -> Response:
    """All sessions of the study as an iCalendar file."""
    return ics.answer(service.of_study(g.session, g.person.study.id), "columna")


def _session(
    facts: LiveSessionFacts,
    *,
    move: Form | None = None,
    link: Form | None = None,
    attendance: AttendanceForm | None = None,
) -> ResponseReturnValue:
    now = current_tool().now()
    known = _attendance(facts)
    people = _invited(facts, known)
    called = _named(people)
    local = facts.starts_at.astimezone(ZoneInfo(g.person.protocol.time_zone))
    given = MoveForm(data={"day": local.date(), "starts": local.time(), "minutes": facts.minutes})
    wrong = any(form and form.errors for form in (move, link, attendance))
    page = render_template(
        "live_sessions/session.html",
        one=facts,
        over=facts.ends_at <= now,
        begun=facts.starts_at <= now,
        people=people,
        names=called,
        known=known,
        confirmed_by=names.of_team(g.session, [each.confirmed_by for each in known.values()]),
        move_form=move or given,
        link_form=link or LinkForm(data={"link": facts.link}),
        attendance=attendance or attendance_form(called)(data=_noted(known)),
        minutes_of=minutes_of,
    )
    return page, 422 if wrong else 200


def _attendance(facts: LiveSessionFacts) -> dict[uuid.UUID, AttendanceFacts]:
    known = service.attendances(g.session, g.person.study.id, facts.id)
    return {each.participant_id: each for each in known}


def _named(people: Iterable[ParticipantFacts]) -> dict[uuid.UUID, str]:
    """Return participants' names, or their codes where the platform sent none."""
    called = names.of_participants(g.session, g.person.study.id)
    return {each.id: called[each.id] for each in people}


def _noted(known: Mapping[uuid.UUID, AttendanceFacts]) -> dict[str, object]:
    """Return what is known of an attendance as its form takes it; a click counts until denied."""
    there = [
        k for k, row in known.items() if row.present or (row.present is None and row.joined_at)
    ]
    minutes = {minutes_of(key): row.minutes for key, row in known.items()}
    return {"present": [str(key) for key in there], **minutes}


def _invited(
    facts: LiveSessionFacts, known: Mapping[uuid.UUID, AttendanceFacts]
) -> list[ParticipantFacts]:
    """Return those invited, and whoever is known to have been there, by name."""
    study_id = g.person.study.id
    called = names.of_participants(g.session, study_id)
    invited = {p.id for p in notices.concerned(g.session, study_id, g.person.protocol, facts)}
    mine = reach.mine()
    everybody = [each for each in queries.participants(g.session, study_id) if each.id in mine]
    found = [each for each in everybody if each.id in invited or each.id in known]
    return sorted(found, key=lambda each: called[each.id].casefold())


def _possible() -> dict[uuid.UUID, str]:
    """Return the participants who can be invited, with their names: their arm has sessions."""
    study_id, protocol = g.person.study.id, g.person.protocol
    arms = allocation.arms_of_study(g.session, study_id) if protocol.is_trial else {}
    called, mine = names.of_participants(g.session, study_id), reach.mine()
    found = {
        facts.id: called[facts.id]
        for facts in queries.participants(g.session, study_id)
        if facts.id in mine
        and facts.status in STAYS
        and "sessions" in allocation.components(protocol, arms.get(facts.id))
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def _page(template: str, form: Form) -> ResponseReturnValue:
    return render_template(template, form=form), 422 if form.errors else 200

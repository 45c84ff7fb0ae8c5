"""The custodian's pages: what is published of the study, its audit trail, how blind it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from modules.records import queries, visit_summaries
from modules.records.models import ParticipantStatus
from modules.records.queries import StudyFacts
from modules.services import blinding, data_lock, double_entry
from modules.services.data_lock import Snapshot
from modules.study import days
from modules.study.protocol import Protocol
from modules.study.schedule import VisitStatus
from plugin import audit, filters, names, paging, web
from plugin.access import Permission, require
from plugin.audit_trail import verification
from plugin.audit_trail.actions import Action
from plugin.forms import Form
from plugin.office.trail import Trail
from plugin.tool import current_tool
from plugin.trial import allocation
from plugin.trial import blinding as held


class TrailForm(Form):
    """Which part of the trail is looked at."""

    action = SelectField(_l("What happened"))
    code = StringField(_l("Code of a participant"), render_kw={"maxlength": 16})


def create_blueprint() -> Blueprint:
    """Return the blueprint; every page in it asks for the permission to oversee."""
    bp = Blueprint("office", __name__)
    bp.before_request(require(Permission.OVERSEE))
    bp.get("/")(overview)
    bp.post("/lock")(ask_for_the_lock)
    bp.post("/lock/confirm")(confirm_the_lock)
    bp.get("/audit")(audit_trail)
    bp.get("/blinding")(blinding_page)
    return bp


def overview() -> ResponseReturnValue:
    """How the study stands for whoever answers for its data, and what to publish."""
    study, today = g.person.study, days.today_for(current_tool().now(), g.person.protocol.time_zone)
    asked = None if study.locked_at else data_lock.asked(g.session, study.id)
    return render_template(
        "office/overview.html",
        open_items=open_items(g.session, study, g.person.protocol, today),
        asked=asked,
        asked_by=names.of_team(g.session, [asked.by]).get(asked.by) if asked else None,
        mine=asked is not None and asked.by in g.person.accounts,
        commitment=allocation.commitment_of(g.session, study.id),
        head=verification.head(g.session),
        events=len(Trail(g.session, study.id)),
    )


@web.only_asks
def ask_for_the_lock() -> ResponseReturnValue:
    """Ask that the data be closed as they are; another custodian confirms."""
    tool, study = current_tool(), g.person.study
    outcomes = data_lock.snapshot(g.session, study.id)  # while nobody waits
    with tool.database.writing() as session:
        data_lock.ask(session, study.id, outcomes, g.person.user_id, tool.now())
        _note(session, "study.lock_asked", outcomes)
    flash(_("Asked for. Another custodian confirms it here."), "good")
    return redirect(url_for("office.overview"), 303)


@web.only_asks
def confirm_the_lock() -> ResponseReturnValue:
    """Close the data for good. Raises NotFound, NeedsSecondPerson, DataChanged, AlreadyRecorded."""
    tool, study = current_tool(), g.person.study
    outcomes = data_lock.snapshot(g.session, study.id)  # while nobody waits
    with tool.database.writing() as session:
        data_lock.confirm(session, study.id, outcomes, g.person.accounts, tool.now())
        _note(session, "study.locked", outcomes)
    flash(_("The data are closed."), "good")
    return redirect(url_for("office.overview"), 303)


def _note(session: Session, action: str, outcomes: Snapshot) -> None:
    audit.record(
        session,
        action,
        current_tool().now(),
        study_id=g.person.study.id,
        actor_id=g.person.user_id,
        digest=outcomes.digest,
    )


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What is still open before the data are closed: visits, and second entries that differ."""

    visits_open: int
    visits_missed: int
    entries_differing: int


def open_items(session: Session, study: StudyFacts, protocol: Protocol, today: date) -> OpenItems:
    """Return what is still open of a study."""
    done = visit_summaries.completed(session, study.id)
    states = Counter(
        state.status
        for facts in visit_summaries.people(session, study.id)
        if facts.status is not ParticipantStatus.WITHDRAWN
        for state in queries.visit_states(protocol, facts, done.get(facts.id, ()), today)
    )
    checks = double_entry.checks_of_study(session, study.id, current_tool().instruments)
    differing = sum(check.is_open for check in checks)
    return OpenItems(states[VisitStatus.DUE], states[VisitStatus.MISSED], differing)


def audit_trail() -> ResponseReturnValue:
    """Who did what, when, newest first; looking verifies the newest part of the chain."""
    form = TrailForm(request.args)
    named = sorted(((one.value, filters.label(one)) for one in Action), key=lambda pair: pair[1])
    form.action.choices = [("", _("Everything")), *named]
    action = form.action.data if form.action.data in set(Action) else ""
    found = Trail(g.session, g.person.study.id, action, form.code.data or "")
    shown = paging.asked(found, "page")
    return render_template(
        "office/audit.html",
        form=form,
        shown=shown,
        faults=tuple(verification.newest_faults(g.session)),
    )


def blinding_page() -> ResponseReturnValue:
    """Who learned of whom what they receive; when the data are closed, how well blinding held."""
    study, protocol = g.person.study, g.person.protocol
    incidents = blinding.incidents(g.session, study.id)
    guesses = blinding.guesses(g.session, study.id)
    return render_template(
        "office/blinding.html",
        incidents=incidents,
        people=names.of_team(g.session, [one.user_id for one in incidents]),
        guesses=len(guesses),
        found=held.held(g.session, study, guesses, [arm.key for arm in protocol.arms]),
        arms={arm.key: arm.label for arm in protocol.arms},
    )

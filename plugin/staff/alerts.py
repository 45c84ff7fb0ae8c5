"""Alerts: what fired, who has it, until when, and how it ended."""

import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import InvalidEntry
from modules.records import queries
from modules.records.alert_models import Alert, AlertState, ClosingReason
from modules.records.queries import DiaryFacts
from modules.safety.triggers import Level
from modules.services import alerts as service
from plugin import audit, names, reach
from plugin.filters import label
from plugin.models import AuditEvent
from plugin.patient.course import with_own_numbers
from plugin.staff.care_forms import STEPS, AlertForm, TakeOverForm, TakingOver
from plugin.staff.history import HistoryEntry
from plugin.tool import current_tool


@dataclass(frozen=True)
class ListedAlert:
    """One alert as a list shows it: whose it is, who answers it, whether it is late."""

    alert: Alert
    name: str
    owner: str | None
    overdue: bool

    def is_for_all_to_see(self, mine: Container[uuid.UUID]) -> bool:
        """Say whether an alert shows although its participant is a colleague's: it cannot wait."""
        urgent = self.overdue or self.alert.trigger.level in (Level.EMERGENCY, Level.URGENT)
        return urgent and self.alert.participant_id not in mine


def listed(session: Session, found: Sequence[Alert]) -> list[ListedAlert]:
    """Return alerts with the names of participants and owners."""
    people = names.of_participants(session, g.person.study.id)
    owners = names.of_team(session, [alert.owner_id for alert in found])
    now = current_tool().now()
    return [
        ListedAlert(
            alert,
            people[alert.participant_id],
            owners.get(alert.owner_id) if alert.owner_id else None,
            service.is_overdue(alert, now),
        )
        for alert in found
    ]


def alerts_page() -> ResponseReturnValue:
    """What is open, the most urgent on top; below it what was closed last.

    Of those within reach; of others what is too urgent to wait for whoever looks after them.
    """
    study_id, mine = g.person.study.id, reach.mine()
    waiting = listed(g.session, service.open_of_study(g.session, study_id))
    return render_template(
        "staff/alerts.html",
        waiting=[each for each in waiting if each.alert.participant_id in mine],
        elsewhere=[each for each in waiting if each.is_for_all_to_see(mine)],
        taking_over=TakeOverForm(reason=TakingOver.URGENT),
        closed=listed(g.session, service.closed_of_study(g.session, study_id, mine)),
    )


def alert_page(alert_id: uuid.UUID) -> ResponseReturnValue:
    """One alert: what was written, what is to be done, what has been done."""
    return _page(_get(alert_id), AlertForm())


def move(alert_id: uuid.UUID) -> ResponseReturnValue:
    """Take an alert one step on; closing needs a reason."""
    alert = _get(alert_id)
    form = AlertForm.sent()
    if not form.validate() and form.state.errors:
        raise InvalidEntry({"state": "unknown"})
    if form.errors:
        return _page(alert, form), 422
    state, reason = AlertState(form.state.data), form.reason.data
    try:
        service.move(g.session, alert.id, state, g.person.user_id, current_tool().now(), reason)
    except InvalidEntry as fault:
        missing = _("Choose a reason: without one the alert stays open.")
        form.add_errors(fault.fields, dict.fromkeys(fault.fields.values(), missing))
        return _page(alert, form), 422
    detail = {"reason": reason} if state is AlertState.CLOSED and reason else {}
    audit.note(f"alert.{state.value}", alert.id, trigger=alert.trigger, **detail)
    flash(_("Saved."), "good")
    if state is AlertState.CLOSED:
        return redirect(url_for("care.alerts_page"), 303)
    return redirect(url_for("care.alert_page", alert_id=alert.id), 303)


def _get(alert_id: uuid.UUID) -> Alert:
    """Return an alert of somebody within reach. Raises NotFound."""
    alert = service.get(g.session, g.person.study.id, alert_id)
    reach.require(alert.participant_id)
    return alert


def _page(alert: Alert, form: AlertForm) -> str:
    record = queries.course_record(g.session, alert.participant_id)
    safety_texts = with_own_numbers(current_tool())
    return render_template(
        "staff/alert.html",
        item=listed(g.session, [alert])[0],
        entry=_entry(record.diary, alert.source_id),
        exercises=current_tool().curriculum.exercises,
        text=safety_texts.for_trigger(alert.trigger),
        safety=safety_texts,
        history=_history(g.session, alert),
        steps=[s for s in STEPS if service.ORDER.index(s) > service.ORDER.index(alert.state)],
        takeover=alert.state is AlertState.ACKNOWLEDGED and alert.owner_id != g.person.user_id,
        form=form,
    )


def _entry(diary: Sequence[DiaryFacts], source_id: uuid.UUID) -> DiaryFacts | None:
    """Return the entry that fired; None for a questionnaire, a silence or a rewritten entry."""
    return next((entry for entry in diary if entry.id == source_id), None)


def _history(session: Session, alert: Alert) -> list[HistoryEntry]:
    """Return what was done about an alert, oldest first; the tool itself escalates."""
    query = select(AuditEvent).where(AuditEvent.subject_id == alert.id)
    events = list(session.scalars(query.order_by(AuditEvent.at, AuditEvent.id)))
    people = names.of_team(session, [event.actor_id for event in events])
    return [
        HistoryEntry(
            event.at,
            _name(people, event.actor_id),
            label(ClosingReason.of(reason)) if (reason := event.detail.get("reason")) else "",
            (_done(event.action.removeprefix("alert.")),),
        )
        for event in events
    ]


def _name(people: Mapping[uuid.UUID, str], actor_id: uuid.UUID | None) -> str:
    return (people.get(actor_id) if actor_id else None) or _("the tool")


def _done(step: str) -> str:
    if step == "escalated":
        return _("Overdue: brought to the whole team")
    return label(AlertState.of(step))

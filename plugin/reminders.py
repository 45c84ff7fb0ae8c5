"""What is due for whom, in the reminders' own words, and asked again before sending."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiUser, Membership
from modules.course import progression
from modules.diary import slots
from modules.diary.slots import Slot
from modules.records import queries
from modules.records.models import ParticipantStatus
from modules.records.queries import CourseRecord, StudyFacts
from modules.services import live_sessions as session_service
from modules.study import days, live_sessions
from modules.study.live_sessions import SessionFacts
from modules.study.protocol import Protocol
from modules.study.schedule import VisitState, VisitStatus
from modules.text import LANGUAGES
from notifications import outbox
from notifications.models import Contact
from notifications.outbox import Need
from notifications.plans import plan_of
from notifications.rules import COMPONENT_OF, Kind, OpenTask, Person, due, task_of
from plugin import outcomes
from plugin.tool import Tool
from plugin.trial import allocation

ANNOUNCED_FOR = timedelta(days=2)
"""So long after it was written a reply may still be announced."""

STAYS = frozenset({ParticipantStatus.SCREENING, ParticipantStatus.ACTIVE})


def plan_all(session: Session, tool: Tool, now: datetime) -> int:
    """Fill the outbox with what is due for everybody who agreed to be reminded."""
    planned = 0
    for study in queries.studies(session):
        protocol = tool.protocols[study.protocol_key]
        people = _people(session, tool, study, protocol, now)
        planned += outbox.plan(session, due(people, now, plan_of(protocol)), now)
    return planned


def _people(
    session: Session, tool: Tool, study: StudyFacts, protocol: Protocol, now: datetime
) -> list[Person]:
    study_id = study.id
    contacts = {
        contact.participant_id: contact
        for contact in session.scalars(select(Contact).where(Contact.withdrawn_at.is_(None)))
    }
    facts = [
        participant
        for participant in queries.participants(session, study_id)
        if participant.id in contacts and participant.status in STAYS
    ]
    arms = allocation.arms_of_study(session, study_id) if protocol.is_trial else {}
    records = queries.course_records(session, study_id, facts)
    live = session_service.calendar(session, study_id)
    earliest = min((days.today_for(now, f.time_zone) for f in facts), default=now.date())
    past = outbox.history(session, contacts, earliest)
    return [
        Person(
            participant_id=record.participant.id,
            time_zone=record.participant.time_zone,
            locale=contacts[record.participant.id].language,
            channels=frozenset({contacts[record.participant.id].channel}),
            components=allocation.components(protocol, arms.get(record.participant.id)),
            open_tasks=tuple(
                open_tasks(tool, protocol, record, now, live.of(record.participant.id), study)
            ),
            history=past.get(record.participant.id, ()),
        )
        for record in records
    ]


def open_tasks(
    tool: Tool,
    protocol: Protocol,
    record: CourseRecord,
    now: datetime,
    live: Iterable[SessionFacts] = (),
    study: StudyFacts | None = None,
) -> Iterable[OpenTask]:
    """Return what a participant has not done yet; the arm decides later what may be written.

    `live`: the live sessions the participant is invited to. With its `study`, a visit of which
    nothing can be answered (wording not loaded, outcomes closed) is no task.
    """
    zone = record.participant.time_zone
    today = days.today_for(now, zone)
    for state in record.visit_states(protocol, today):
        if (
            state.status is VisitStatus.DUE
            and state.opens_on
            and _answerable(tool, study, state, today)
        ):
            closes = state.closes_on and days.start_of(state.closes_on + timedelta(days=1), zone)
            target = max(state.opens_on, state.target_on or state.opens_on)
            yield OpenTask(Kind.ASSESSMENT_DUE, state.visit.key, target, closes)
    yield from _programme_tasks(tool, protocol, record, today)
    yield from _session_tasks(protocol, record, live, now)


def _answerable(tool: Tool, study: StudyFacts | None, state: VisitState, today: date) -> bool:
    if study is None:
        return True
    return study.locked_at is None and any(
        outcomes.may_be_shown(tool.instruments[key], language, study, today)
        for key in state.instruments_left
        for language in LANGUAGES
    )


def _session_tasks(
    protocol: Protocol, record: CourseRecord, live: Iterable[SessionFacts], now: datetime
) -> Iterable[OpenTask]:
    facts = record.participant
    own = live_sessions.in_programme(live, facts.day_one, protocol.duration_weeks, facts.time_zone)
    for each in own:
        if not each.cancelled and each.starts_at > now:
            day = days.today_for(each.starts_at, facts.time_zone)
            yield OpenTask(
                Kind.SESSION_DUE, each.occurrence, day, each.starts_at, starts_at=each.starts_at
            )


def _programme_tasks(
    tool: Tool, protocol: Protocol, record: CourseRecord, today: date
) -> Iterable[OpenTask]:
    zone = record.participant.time_zone
    yield from _reply_tasks(record, today)
    first = record.participant.day_one
    if first is None or not first <= today < first + timedelta(weeks=protocol.duration_weeks):
        return
    written = [Slot(entry.day, entry.occurrence) for entry in record.diary]
    slot = slots.due(protocol.diary, first, protocol.duration_weeks, today, written)
    if slot is not None:
        midnight = days.start_of(today + timedelta(days=1), zone)
        yield OpenTask(Kind.DIARY_DUE, slot.day.isoformat(), today, midnight)
    opened = {state.key for state in module_states(tool, protocol, record, today) if state.is_open}
    yesterday = today - timedelta(days=1)
    before = {s.key for s in module_states(tool, protocol, record, yesterday) if s.is_open}
    for key in sorted(opened - before):
        yield OpenTask(Kind.MODULE_OPEN, key, today)


def _reply_tasks(record: CourseRecord, today: date) -> Iterable[OpenTask]:
    """Yield the replies not read yet; one that is days old is found in the course, not announced.

    Each has its own occurrence, so it is announced once.
    """
    for reply in record.care.unread:
        if today - reply.written_on <= ANNOUNCED_FOR:
            yield OpenTask(Kind.REPLY_WAITING, reply.id.hex, today)


def module_states(
    tool: Tool, protocol: Protocol, record: CourseRecord, today: date
) -> list[progression.ModuleState]:
    """Return the state of every module of a protocol for one participant."""
    frozen_at, zone = record.care.frozen_at, record.participant.time_zone
    lessons = {
        plan.key: [lesson.key for lesson in tool.curriculum.module(plan.key).lessons]
        for plan in protocol.modules
    }
    return progression.states_of(
        protocol.modules,
        lessons,
        record.lessons,
        record.participant.day_one,
        today,
        record.care.overrides,
        record.pains(),
        days.today_for(frozen_at, zone) if frozen_at else None,
    )


def still_due(tool: Tool) -> Callable[[Session, uuid.UUID, Kind, str], Need]:
    """Return the question asked once more in the transaction that sends: is it still needed?"""

    def ask(session: Session, participant_id: uuid.UUID, kind: Kind, occurrence: str) -> Need:
        record = queries.course_record(session, participant_id)
        if record.participant.status not in STAYS:
            return Need.LEFT
        study = queries.study_by_id(session, record.participant.study_id)
        protocol = tool.protocols[study.protocol_key]
        wanted = {item.component for item in protocol.reminders if item.kind == kind.value}
        if kind is Kind.SESSION_CHANGED:
            wanted = {COMPONENT_OF[kind].value}
        if not wanted & allocation.components_of(session, participant_id, protocol):
            return Need.LEFT
        live = session_service.calendar(session, study.id).of(participant_id)
        if kind is Kind.SESSION_CHANGED:
            news = occurrence in {each.occurrence for each in live}
        else:
            tasks = open_tasks(tool, protocol, record, tool.now(), live, study)
            news = (kind, task_of(occurrence)) in {(each.kind, each.occurrence) for each in tasks}
        return Need.NEEDED if news else Need.DONE

    return ask


def first_name(session: Session, participant_id: uuid.UUID) -> str | None:
    """Return the first word of the participant's name, as the platform gives it."""
    name = session.scalar(
        select(LtiUser.name)
        .join(Membership, Membership.lti_user_id == LtiUser.id)
        .where(Membership.participant_id == participant_id)
    )
    return name.split()[0] if name and name.split() else None


def diary_written(session: Session, participant_id: uuid.UUID, slot: Slot, now: datetime) -> None:
    """Take back the reminder of a diary entry that has been written."""
    outbox.withdraw(session, participant_id, Kind.DIARY_DUE, slot.day.isoformat(), now)


def reply_read(
    session: Session, participant_id: uuid.UUID, reply_id: uuid.UUID, now: datetime
) -> None:
    """Take back the announcement of a reply that has been read."""
    outbox.withdraw(session, participant_id, Kind.REPLY_WAITING, reply_id.hex, now)


def visit_done(session: Session, participant_id: uuid.UUID, visit: str, now: datetime) -> None:
    """Take back the reminder of a visit that is complete."""
    outbox.withdraw(session, participant_id, Kind.ASSESSMENT_DUE, visit, now)


def channel_settings(tool: Tool) -> Mapping[str, str]:
    """Return the settings as the channels read them: field name to text."""
    return {"public_url": tool.settings.public_url, **tool.settings.of_channels}

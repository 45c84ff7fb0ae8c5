"""The facts of everybody who is reminded: for planning, and once more before sending."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import LtiUser, Membership
from modules.course import progression
from modules.diary.slots import Slot
from modules.records import queries
from modules.records.models import Participant, ParticipantStatus
from modules.records.queries import CourseRecord, StudyFacts
from modules.services import live_sessions as session_service
from modules.study import days
from modules.study.live_sessions import LiveSessionFacts
from modules.study.protocol import Protocol
from modules.study.schedule import VisitState
from modules.text import LANGUAGES
from notifications import consent, outbox, rules
from notifications.consent import Agreement
from notifications.hours import QuietHours
from notifications.kind import ReminderFacts, Reply
from notifications.kinds import assessment_due, diary_due, reply_waiting
from notifications.models import Contact, Scope, open_contact
from notifications.outbox import Need
from notifications.rules import Reminder
from plugin import outcomes
from plugin.by_page import go_through
from plugin.settings import Settings
from plugin.tool import Tool
from plugin.trial import allocation

STAYS = frozenset({ParticipantStatus.SCREENING, ParticipantStatus.ACTIVE})


def plan_all(tool: Tool, now: datetime) -> int:
    """Fill the outbox with what is due for everybody who agreed to be reminded.

    Returns how many reminders were new. Call with no transaction open.
    """

    def judge(
        session: Session, study: StudyFacts, people: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, list[Reminder]]:
        return _news_of_page(session, tool, study, people, now)

    def keep(session: Session, found: Mapping[uuid.UUID, list[Reminder]]) -> int:
        agreed = consent.agreements(session, found)
        due = [reminder for key, theirs in found.items() if key in agreed for reminder in theirs]
        return outbox.plan(session, due, now)

    stays = Participant.status.in_(STAYS)
    return go_through(tool.database, judge, keep, stays, consent.has_agreed())


def _news_of_page(
    session: Session, tool: Tool, study: StudyFacts, people: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, list[Reminder]]:
    """Return the reminders of a page of people that the outbox does not hold as they are."""
    page = list(_facts_of_page(session, tool, study, people, now))
    past = outbox.history(session, people, min(facts.today for facts in page))
    found = {}
    for facts in page:
        theirs = past.get(facts.participant_id, ())
        if news := rules.news(rules.due(facts, theirs), theirs):
            found[facts.participant_id] = news
    return found


def _facts_of_page(
    session: Session, tool: Tool, study: StudyFacts, people: Sequence[uuid.UUID], now: datetime
) -> Iterator[ReminderFacts]:
    agreed = consent.agreements(session, people)
    parts = allocation.components_of_page(session, people, tool.protocols[study.protocol_key])
    live = session_service.calendar(session, study.id, people)
    for record in queries.course_records(session, study.id, people):
        key = record.participant.id
        yield facts_of(tool, study, record, parts[key], agreed[key], live.of(key), now)


def facts_of(
    tool: Tool,
    study: StudyFacts,
    record: CourseRecord,
    components: frozenset[str],
    agreed: Agreement,
    sessions: tuple[LiveSessionFacts, ...],
    now: datetime,
) -> ReminderFacts:
    """Return what the kinds of reminder may know of one participant."""
    protocol, participant = tool.protocols[study.protocol_key], record.participant
    today = days.today_for(now, participant.time_zone)
    visits = record.visit_states(protocol, today)
    return ReminderFacts(
        participant_id=participant.id,
        protocol=protocol,
        components=frozenset(filter(agreed.scope.covers, components)),
        time_zone=participant.time_zone,
        now=now,
        agreed_on=days.today_for(agreed.given_at, participant.time_zone),
        assessments_only=agreed.scope is Scope.ASSESSMENTS,
        preferences=agreed.preferences,
        day_one=participant.day_one,
        login_days=record.login_days,
        diary=tuple(Slot(entry.day, entry.occurrence) for entry in record.diary),
        visits=tuple(state for state in visits if _answerable(tool, study, state, today)),
        modules=tuple(module_states(tool, protocol, record, today)),
        modules_before=tuple(module_states(tool, protocol, record, today - timedelta(days=1))),
        replies=tuple(Reply(reply.id.hex, reply.written_on) for reply in record.care.unread),
        sessions=sessions,
    )


def _answerable(tool: Tool, study: StudyFacts, state: VisitState, today: date) -> bool:
    """Whether something can be answered: its wording is loaded and outcomes are open."""
    return study.locked_at is None and any(
        outcomes.may_be_shown(tool.instruments[key], language, study, today)
        for key in state.instruments_left
        for language in LANGUAGES
    )


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


def still_due(tool: Tool) -> Callable[[Session, uuid.UUID, str, str], Need]:
    """Return the question asked once more in the transaction that sends: is it still needed?"""

    def ask(session: Session, participant_id: uuid.UUID, kind: str, occurrence: str) -> Need:
        record = queries.course_record(session, participant_id)
        contact = open_contact(session, participant_id)
        if record.participant.status not in STAYS or contact is None:
            return Need.LEFT
        facts = _facts_of_one(session, tool, record, contact)
        if not rules.may_be_sent(facts, kind):
            return Need.LEFT
        return Need.NEEDED if rules.is_open(facts, kind, occurrence) else Need.DONE

    return ask


def _facts_of_one(
    session: Session, tool: Tool, record: CourseRecord, contact: Contact
) -> ReminderFacts:
    its_id = record.participant.id
    study = queries.study_by_id(session, record.participant.study_id)
    components = allocation.components_of(session, its_id, tool.protocols[study.protocol_key])
    live = session_service.calendar(session, study.id, [its_id]).of(its_id)
    agreed = Agreement.of(contact)
    return facts_of(tool, study, record, components, agreed, live, tool.now())


def quiet_hours(tool: Tool) -> Callable[[Session, uuid.UUID], QuietHours]:
    """Return the question for a participant's quiet hours: those of the study's protocol."""

    def ask(session: Session, participant_id: uuid.UUID) -> QuietHours:
        study_id = queries.participant(session, participant_id).study_id
        protocol = tool.protocols[queries.study_by_id(session, study_id).protocol_key]
        return QuietHours.of(protocol.reminder_limits)

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
    outbox.withdraw(session, participant_id, diary_due.KIND.key, slot.day.isoformat(), now)


def reply_settled(
    session: Session, participant_id: uuid.UUID, reply_id: uuid.UUID, now: datetime
) -> None:
    """Take back the announcement of a reply that has been read, or was taken back itself."""
    outbox.withdraw(session, participant_id, reply_waiting.KIND.key, reply_id.hex, now)


def visit_done(session: Session, participant_id: uuid.UUID, visit: str, now: datetime) -> None:
    """Take back the reminder of a visit that is complete."""
    outbox.withdraw(session, participant_id, assessment_due.KIND.key, visit, now)


def channel_settings(settings: Settings) -> dict[str, str]:
    """Return the settings as the channels read them: field name to text."""
    return {"public_url": settings.public_url, **settings.of_channels}

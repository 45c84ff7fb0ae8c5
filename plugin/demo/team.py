"""What the demonstration's team has done so far: diaries read and answered, directions chosen."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from modules.course import prescription
from modules.course.progression import ModuleStatus
from modules.records import queries
from modules.records.alert_models import AlertState
from modules.services import alerts, care
from modules.services.care import Reply
from plugin import reminders
from plugin.tool import Tool

WEEK = timedelta(days=7)
BEHIND = 6
"""One participant in so many has a diary that nobody has read for more than a week."""
SENTENCES = ("steady", "rest_is_fine", "pain_eases", "easier_version")


def look_after(
    session: Session,
    tool: Tool,
    protocol_key: str,
    participant_id: uuid.UUID,
    number: int,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Do what a diligent team would have done for one participant until some days ago."""
    record = queries.course_record(session, participant_id)
    _answer_diary(session, tool, record, number, by, now)
    _choose_direction(session, tool, protocol_key, record, number, by, now)
    for alert in alerts.waiting(session, participant_id):
        done = alert.raised_at + timedelta(hours=16)
        if done < now:
            alerts.move(session, alert.id, AlertState.CONTACTED, by, done)
            alerts.move(session, alert.id, AlertState.CLOSED, by, done, "resolved")


def _answer_diary(
    session: Session,
    tool: Tool,
    record: queries.CourseRecord,
    number: int,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Read the diary once a week, with a reply each time; some diaries are behind."""
    if not record.diary:
        return
    last = now - (2 * WEEK if number % BEHIND == 0 else timedelta(days=3))
    at, week = record.diary[0].recorded_at + WEEK, 0
    while at < last:
        read = [entry for entry in record.diary if entry.recorded_at < at]
        care.mark_reviewed(session, record.participant.id, read[-1].recorded_at, by, at)
        key = uuid.uuid5(record.participant.id, f"reply {week}")
        sentence = SENTENCES[(number + week) % len(SENTENCES)]
        reply = Reply(sentence, "", None, key)
        made = care.reply(session, record.participant.id, reply, tool.curriculum, by, at)
        if at + WEEK < last:
            read_at = at + timedelta(days=1)
            care.mark_read(session, record.participant.id, made, read_at)
        at, week = at + WEEK, week + 1


def _choose_direction(
    session: Session,
    tool: Tool,
    protocol_key: str,
    record: queries.CourseRecord,
    number: int,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Choose a direction for most of those whose module with directions is open."""
    today: date = now.date()
    states = reminders.module_states(tool, tool.protocols[protocol_key], record, today)
    for state in states:
        module = tool.curriculum.module(state.key)
        if not module.choose_one or state.status is ModuleStatus.LOCKED or number % 4 == 0:
            continue
        group = module.groups[number % len(module.groups)].key
        care.prescribe(
            session,
            record.participant.id,
            lambda held, module=module, group=group: prescription.with_direction(
                held, module, group
            ),
            "start",
            tool.curriculum,
            by,
            now - timedelta(days=2),
        )

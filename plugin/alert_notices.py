"""Telling the team by mail that an alert waits: nothing of whom, of what or how urgent.

Whoever looks after the participant is told when an emergency or an urgent alert is raised, and
everybody who treats in the study when nobody took it in time. A mail may come twice after a crash;
one that is lost would be worse.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from modules.records.alert_models import Alert, AlertState
from modules.records.db import outside_writing
from modules.records.models import Participant
from modules.safety.triggers import Level, Trigger
from notifications.models import insert_new
from plugin import mail
from plugin.models import AlertNotice, NoticeAddress, Role, RoleAssignment
from plugin.tool import Tool

log = logging.getLogger(__name__)

TOLD_AT_ONCE = tuple(each for each in Trigger if each.level in (Level.EMERGENCY, Level.URGENT))
MOST = 200
"""Mails of one run."""
FIRST_HALF_HOUR = timedelta(minutes=30)
"""What is due at once is overdue at once: so long whoever looks after the participant has first."""
AGAIN = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""After so long a mail that could not be sent is tried once more; then no more."""
SUBJECT = "Columna: un aviso espera / an alert waits"
WORDS = (
    "Un aviso espera en Columna y nadie se ha encargado. Abre Columna desde tu curso.\n"
    "Para no recibir estos correos: Columna, página Avisos.\n\n"
    "An alert waits in Columna and nobody has taken it. Open Columna from your course.\n"
    "To stop these mails: Columna, page Alerts.\n"
)


def plan(session: Session, now: datetime) -> int:
    """Note who is to be told of what; return how many mails that are new."""
    waiting = session.execute(
        select(Alert, Participant.study_id)
        .join(Participant, Participant.id == Alert.participant_id)
        .where(_waits(now))
        .order_by(Alert.raised_at)
    ).all()
    team = _addressed(session) if waiting else {}
    rows = [
        {
            "alert_id": alert.id,
            "lti_user_id": who,
            "overdue": overdue,
            "planned_at": now,
            "next_try_at": now,
            "tries": 0,
        }
        for alert, study_id in waiting
        for who, overdue in _told(alert, team.get(study_id, frozenset()), now)
    ]
    return len(insert_new(session, AlertNotice, rows, AlertNotice.__table__.c.id))


def _waits(now: datetime) -> ColumnElement[bool]:
    late = Alert.due_at < now - FIRST_HALF_HOUR
    return and_(Alert.state == AlertState.OPEN, or_(Alert.trigger.in_(TOLD_AT_ONCE), late))


def _anything(session: Session, now: datetime) -> bool:
    """Say whether anything may have to be told: in most minutes nothing, and none is written."""
    waiting = select(Alert.id).where(_waits(now)).exists()
    planned = select(AlertNotice.id).where(AlertNotice.next_try_at <= now).exists()
    return bool(session.scalar(select(or_(waiting, planned))))


def _told(
    alert: Alert, team: frozenset[uuid.UUID], now: datetime
) -> Iterator[tuple[uuid.UUID, bool]]:
    """Yield whom of a study's team an alert concerns, and whether because it is overdue."""
    if alert.trigger in TOLD_AT_ONCE:
        yield from ((who, False) for who in (team & {alert.owner_id}) or team)
    if alert.due_at < now - FIRST_HALF_HOUR:
        yield from ((who, True) for who in team)


def _addressed(session: Session) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return who treats in each study and gave an address."""
    rows = session.execute(
        select(RoleAssignment.study_id, NoticeAddress.lti_user_id)
        .join(NoticeAddress, NoticeAddress.lti_user_id == RoleAssignment.lti_user_id)
        .where(RoleAssignment.role == Role.STAFF)
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for study_id, who in rows:
        found.setdefault(study_id, set()).add(who)
    return {study_id: frozenset(people) for study_id, people in found.items()}


def tell(tool: Tool) -> int:
    """Plan and send what is due; return how many mails were sent. Call with no transaction open."""
    if not tool.settings.mail_server:
        return 0
    outside_writing("sending mail")
    with tool.database.reading() as session:
        if not _anything(session, tool.now()):
            return 0
    with tool.database.writing() as session:
        plan(session, tool.now())
        due = _due(session, tool.now())
    if not due:
        return 0
    sent = 0
    try:
        with mail.connected(tool.settings) as server:
            for notice_id, address in due:
                mail.send(server, tool.settings.mail_from, address, SUBJECT, WORDS)
                _settle(tool, notice_id, sent=True)
                sent += 1
    except mail.FAULTS as fault:
        log.warning("mail is not sent: %s", type(fault).__name__)
        for notice_id, _address in due[sent:]:
            _settle(tool, notice_id, sent=False)
    return sent


def _due(session: Session, now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Return what is to be sent now and where; what nobody needs any more is settled."""
    rows = session.execute(
        select(AlertNotice, Alert.state, NoticeAddress.address)
        .join(Alert, Alert.id == AlertNotice.alert_id)
        .outerjoin(NoticeAddress, NoticeAddress.lti_user_id == AlertNotice.lti_user_id)
        .where(AlertNotice.next_try_at <= now)
        .order_by(AlertNotice.planned_at)
        .limit(MOST)
    ).all()
    for notice, state, address in rows:
        if state is not AlertState.OPEN or address is None:
            notice.next_try_at = None
    session.flush()
    return [(notice.id, address) for notice, _state, address in rows if notice.next_try_at]


def _settle(tool: Tool, notice_id: uuid.UUID, *, sent: bool) -> None:
    now = tool.now()
    with tool.database.writing() as session:
        notice = session.get_one(AlertNotice, notice_id)
        later = AGAIN[notice.tries] if notice.tries < len(AGAIN) else None
        notice.tries += 1
        notice.sent_at = now if sent else None
        notice.next_try_at = None if sent or later is None else now + later

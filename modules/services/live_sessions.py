"""Live sessions: planning a group, moving and cancelling, entering, and saying who was there."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry, NotFound, TooLate
from modules.records.live_session_models import (
    LiveSession,
    LiveSessionAttendance,
    LiveSessionGroup,
    LiveSessionMember,
    LiveSessionState,
)
from modules.records.pages import among_given, page_of
from modules.study import live_sessions as rules
from modules.study.live_sessions import AttendanceFacts, Calendar, LiveSessionFacts


@dataclass(frozen=True, slots=True)
class GroupForm:
    """A group as staff plan it: one session a week from a local day and hour on."""

    name: str
    begins_on: date
    starts: time
    time_zone: str
    minutes: int
    weeks: int
    link: str
    everyone: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group and who is in it."""

    id: uuid.UUID
    name: str
    begins_on: date
    starts: time
    minutes: int
    weeks: int
    everyone: bool
    members: frozenset[uuid.UUID]


def plan(
    session: Session, study_id: uuid.UUID, form: GroupForm, by: uuid.UUID, now: datetime
) -> uuid.UUID:
    """Plan a group with all its sessions and return its key. Raises InvalidEntry."""
    rules.check(form.name, form.link, form.minutes, form.weeks)
    group = LiveSessionGroup(
        study_id=study_id,
        name=form.name.strip(),
        begins_on=form.begins_on,
        starts=form.starts,
        time_zone=form.time_zone,
        minutes=form.minutes,
        weeks=form.weeks,
        everyone=form.everyone,
        created_by=by,
        created_at=now,
    )
    session.add(group)
    session.flush()
    starts = rules.weekly(form.begins_on, form.starts, form.time_zone, form.weeks)
    for number, moment in enumerate(starts, start=1):
        session.add(
            LiveSession(
                group_id=group.id,
                number=number,
                starts_at=moment,
                minutes=form.minutes,
                link=form.link,
                state=LiveSessionState.PLANNED,
                sequence=0,
                changed_at=now,
            )
        )
    session.flush()
    return group.id


def invite(
    session: Session,
    group_id: uuid.UUID,
    members: Collection[uuid.UUID],
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Make these the members of a group; who was in another one leaves it."""
    wanted = set(members)
    study_id = session.get_one(LiveSessionGroup, group_id).study_id
    there = set()
    for member in session.scalars(_members(study_id)).all():
        if member.group_id == group_id and member.participant_id in wanted:
            there.add(member.participant_id)
        elif member.group_id == group_id or member.participant_id in wanted:
            session.delete(member)
    session.flush()  # who changes group leaves the one before joining the other
    for participant_id in sorted(wanted - there):
        session.add(
            LiveSessionMember(
                group_id=group_id, participant_id=participant_id, added_by=by, added_at=now
            )
        )
    session.flush()


def move(
    session: Session,
    study_id: uuid.UUID,
    session_id: uuid.UUID,
    starts_at: datetime,
    minutes: int,
    by: uuid.UUID,
    now: datetime,
) -> LiveSessionFacts:
    """Move a session and return it as it was. Raises InvalidEntry, NotFound, TooLate when over."""
    row, before = _to_change(session, study_id, session_id, now)
    faults = {}
    if starts_at <= now:
        faults["starts"] = "in_past"
    if not rules.SHORTEST <= minutes <= rules.LONGEST:
        faults["minutes"] = "out_of_range"
    if faults:
        raise InvalidEntry(faults)
    row.starts_at, row.minutes = starts_at, minutes
    _changed(session, row, by, now)
    return before


def cancel(
    session: Session, study_id: uuid.UUID, session_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> LiveSessionFacts:
    """Cancel a session and return it as it was. Raises NotFound, TooLate when over."""
    row, before = _to_change(session, study_id, session_id, now)
    row.state = LiveSessionState.CANCELLED
    _changed(session, row, by, now)
    return before


def change_link(
    session: Session,
    study_id: uuid.UUID,
    session_id: uuid.UUID,
    link: str,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Change where a session takes place; nobody is told, the way in is in the course."""
    row, _before = _to_change(session, study_id, session_id, now)
    if not rules.is_link(link):
        raise InvalidEntry({"link": "no_link"})
    row.link, row.changed_by, row.changed_at = link, by, now
    session.flush()


def _to_change(
    session: Session, study_id: uuid.UUID, session_id: uuid.UUID, now: datetime
) -> tuple[LiveSession, LiveSessionFacts]:
    row = session.get(LiveSession, session_id, with_for_update=True)
    group = session.get(LiveSessionGroup, row.group_id) if row else None
    if row is None or group is None or group.study_id != study_id:
        raise NotFound
    before = _facts(row, group.name)
    if before.cancelled:
        raise AlreadyRecorded
    if before.ends_at <= now:
        raise TooLate
    return row, before


def _changed(session: Session, row: LiveSession, by: uuid.UUID, now: datetime) -> None:
    row.sequence += 1
    row.changed_by, row.changed_at = by, now
    session.flush()


def enter(
    session: Session, facts: LiveSessionFacts, participant_id: uuid.UUID, now: datetime
) -> None:
    """Note the first click on the way in. Raises TooLate while or after the way in is shut."""
    if not facts.may_enter(now):
        raise TooLate
    row = _attendance(session, facts.id, participant_id)
    if row.joined_at is None:
        row.joined_at = now
    session.flush()


def confirm(
    session: Session,
    facts: LiveSessionFacts,
    said: Mapping[uuid.UUID, tuple[bool, int | None]],
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Say who was there: participant -> (present, minutes). May be said again.

    Raises TooLate before the session has begun, InvalidEntry for minutes it did not have.
    """
    if facts.cancelled or now < facts.starts_at:
        raise TooLate
    faults = {
        str(key): "out_of_range"
        for key, (_present, minutes) in said.items()
        if minutes is not None and not 0 <= minutes <= rules.LONGEST
    }
    if faults:
        raise InvalidEntry(faults)
    for participant_id, (present, minutes) in said.items():
        row = _attendance(session, facts.id, participant_id)
        row.present, row.minutes = present, minutes if present else None
        row.confirmed_by, row.confirmed_at = by, now
    session.flush()


def _attendance(
    session: Session, session_id: uuid.UUID, participant_id: uuid.UUID
) -> LiveSessionAttendance:
    row = session.scalar(
        select(LiveSessionAttendance).where(
            LiveSessionAttendance.session_id == session_id,
            LiveSessionAttendance.participant_id == participant_id,
        )
    )
    if row is None:
        row = LiveSessionAttendance(session_id=session_id, participant_id=participant_id)
        session.add(row)
    return row


# Reads ----------------------------------------------------------------------------------------


def groups(session: Session, study_id: uuid.UUID) -> list[GroupFacts]:
    """Return the groups of a study, by name."""
    members: dict[uuid.UUID, set[uuid.UUID]] = {}
    for member in session.scalars(_members(study_id)):
        members.setdefault(member.group_id, set()).add(member.participant_id)
    rows = session.scalars(
        select(LiveSessionGroup)
        .where(LiveSessionGroup.study_id == study_id)
        .order_by(LiveSessionGroup.name)
    )
    return [
        GroupFacts(
            row.id,
            row.name,
            row.begins_on,
            row.starts,
            row.minutes,
            row.weeks,
            row.everyone,
            frozenset(members.get(row.id, ())),
        )
        for row in rows
    ]


def group(session: Session, study_id: uuid.UUID, group_id: uuid.UUID) -> GroupFacts:
    """Return one group of a study. Raises NotFound."""
    found = [each for each in groups(session, study_id) if each.id == group_id]
    if not found:
        raise NotFound
    return found[0]


def of_study(session: Session, study_id: uuid.UUID) -> list[LiveSessionFacts]:
    """Return all sessions of a study, the earliest first."""
    return [_facts(row, name) for row, name in session.execute(_all(study_id))]


def one(session: Session, study_id: uuid.UUID, session_id: uuid.UUID) -> LiveSessionFacts:
    """Return one session of a study. Raises NotFound."""
    found = session.execute(_all(study_id).where(LiveSession.id == session_id)).first()
    if found is None:
        raise NotFound
    return _facts(found[0], found[1])


def calendar(
    session: Session, study_id: uuid.UUID, people: Collection[uuid.UUID] | None = None
) -> Calendar:
    """Return who is invited to which sessions of a study, in one query.

    `people`: a page of them; everybody otherwise.
    """
    query = _INVITED if people is None else _INVITED_OF_PAGE
    given = {"study": study_id, **({} if people is None else page_of(people))}
    everyone: list[LiveSessionFacts] = []
    own: dict[uuid.UUID, list[LiveSessionFacts]] = defaultdict(list)
    for row in session.execute(query, given):
        (everyone if row.invited is None else own[row.invited]).append(_facts(row, row.name))
    return Calendar(tuple(everyone), {who: tuple(theirs) for who, theirs in own.items()})


def _invited(*whose: ColumnElement[bool]) -> Select[Any]:
    """Choose sessions with whom they are for: a member of the group, or nobody named: everyone."""
    is_member = and_(
        LiveSessionMember.group_id == LiveSessionGroup.id,
        LiveSessionGroup.everyone.is_(False),
        *whose,
    )
    invited = LiveSessionMember.participant_id
    return (
        select(LiveSession.__table__, LiveSessionGroup.name, invited.label("invited"))
        .join(LiveSessionGroup.__table__, LiveSessionGroup.id == LiveSession.group_id)
        .outerjoin(LiveSessionMember.__table__, is_member)
        .where(
            LiveSessionGroup.study_id == bindparam("study"),
            or_(LiveSessionGroup.everyone, invited.is_not(None)),
        )
        .order_by(LiveSession.starts_at, LiveSession.id)
    )


_INVITED, _INVITED_OF_PAGE = _invited(), _invited(among_given(LiveSessionMember.participant_id))


def _members(study_id: uuid.UUID) -> Select[LiveSessionMember]:
    """Choose the places of a study's participants in its groups."""
    return (
        select(LiveSessionMember)
        .join(LiveSessionGroup, LiveSessionGroup.id == LiveSessionMember.group_id)
        .where(LiveSessionGroup.study_id == study_id)
    )


def attendances(
    session: Session, study_id: uuid.UUID, session_id: uuid.UUID | None = None
) -> list[AttendanceFacts]:
    """Return what is known of who was there, of one session or of a whole study."""
    query = (
        select(LiveSessionAttendance)
        .join(LiveSession, LiveSession.id == LiveSessionAttendance.session_id)
        .join(LiveSessionGroup, LiveSessionGroup.id == LiveSession.group_id)
        .where(LiveSessionGroup.study_id == study_id)
    )
    if session_id is not None:
        query = query.where(LiveSessionAttendance.session_id == session_id)
    return [
        AttendanceFacts(
            row.session_id,
            row.participant_id,
            row.joined_at,
            row.present,
            row.minutes,
            row.confirmed_by,
            row.confirmed_at,
        )
        for row in session.scalars(query)
    ]


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of one participant at the sessions they were invited to.

    `confirmed`: session -> whether it counts as attended; one the team has said nothing about is
    not in it: unknown, not missed. `unconfirmed`: those among the latter that they entered.
    """

    confirmed: Mapping[uuid.UUID, bool]
    unconfirmed: frozenset[uuid.UUID]


def presence_of(session: Session, participant_id: uuid.UUID) -> Presence:
    """Return what is known of one participant at all sessions: one query."""
    rows = session.execute(
        select(LiveSessionAttendance.__table__, LiveSession.minutes.label("length"))
        .join(LiveSession.__table__, LiveSession.id == LiveSessionAttendance.session_id)
        .where(LiveSessionAttendance.participant_id == participant_id)
    ).all()
    judged = (
        (row.session_id, rules.attended(row.length, row.present, row.minutes)) for row in rows
    )
    entered = [row for row in rows if row.joined_at and not row.confirmed_at]
    return Presence(
        {key: was_there for key, was_there in judged if was_there is not None},
        frozenset(row.session_id for row in entered),
    )


def _all(study_id: uuid.UUID) -> Select[LiveSession, str]:
    return (
        select(LiveSession, LiveSessionGroup.name)
        .join(LiveSessionGroup, LiveSessionGroup.id == LiveSession.group_id)
        .where(LiveSessionGroup.study_id == study_id)
        .order_by(LiveSession.starts_at, LiveSession.id)
    )


def _facts(row: LiveSession | Row[Any], group_name: str) -> LiveSessionFacts:
    return LiveSessionFacts(
        row.id,
        row.group_id,
        group_name,
        row.number,
        row.starts_at,
        row.minutes,
        row.link,
        row.state is LiveSessionState.CANCELLED,
        row.sequence,
        row.changed_at,
    )

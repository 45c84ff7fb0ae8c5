"""What the team does after reading: reply, mark as reviewed, prescribe, open or hold a module."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course import prescription
from modules.course.curriculum import Curriculum
from modules.course.prescription import NOTHING, Prescription
from modules.course.progression import LONGEST_HOLD_DAYS, REASONS, OverrideAction
from modules.errors import AlreadyRecorded, InvalidEntry, NotFound
from modules.records.care_models import (
    DiaryReply,
    ModuleOverride,
    PrescriptionChange,
    Reviewer,
    ReviewMark,
)
from modules.records.care_queries import prescriptions_of
from modules.records.models import DiaryEntry, Participant
from modules.services import course
from modules.study import days
from modules.study.protocol import Protocol

LONGEST_REPLY = 1000


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it is sent: a ready-made sentence (by key), own words, or both."""

    template: str | None
    words: str
    entry_id: uuid.UUID | None
    client_key: uuid.UUID


def reply(
    session: Session,
    participant_id: uuid.UUID,
    sent: Reply,
    curriculum: Curriculum,
    by: uuid.UUID,
    now: datetime,
) -> uuid.UUID:
    """Keep a reply and return its key; the same form sent again changes nothing.

    Raises InvalidEntry naming the fields, NotFound for an entry of somebody else.
    """
    known = session.scalar(select(DiaryReply).where(DiaryReply.client_key == sent.client_key))
    if known is not None:
        return known.id
    _check_reply(sent, curriculum)
    if sent.entry_id is not None:
        entry = session.get(DiaryEntry, sent.entry_id)
        if entry is None or entry.participant_id != participant_id:
            raise NotFound
    participant = course.get(session, participant_id)
    row = DiaryReply(
        participant_id=participant_id,
        entry_id=sent.entry_id,
        client_key=sent.client_key,
        template=sent.template,
        words=sent.words.strip() or None,
        written_by=by,
        written_at=now,
        written_on=days.today_for(now, participant.zones),
    )
    session.add(row)
    session.flush()
    return row.id


def _check_reply(sent: Reply, curriculum: Curriculum) -> None:
    faults = {}
    if sent.template is not None and curriculum.reply(sent.template) is None:
        faults["template"] = "unknown"
    if sent.template is None and not sent.words.strip():
        faults["words"] = "required"
    if len(sent.words) > LONGEST_REPLY:
        faults["words"] = "too_long"
    if faults:
        raise InvalidEntry(faults)


def mark_read(
    session: Session, participant_id: uuid.UUID, reply_id: uuid.UUID, now: datetime
) -> None:
    """Note that the participant has read a reply; twice is once. Raises NotFound.

    One that was taken back a moment before stays taken back.
    """
    row = _locked_reply(session, participant_id, reply_id)
    if row.is_waiting:
        row.read_at = now
        session.flush()


def take_back(
    session: Session, participant_id: uuid.UUID, reply_id: uuid.UUID, now: datetime
) -> None:
    """Take a reply back before it is read; twice is once. Raises NotFound and AlreadyRecorded."""
    row = _locked_reply(session, participant_id, reply_id)
    if row.read_at is not None:
        raise AlreadyRecorded
    row.taken_back_at = row.taken_back_at or now
    session.flush()


def _locked_reply(session: Session, participant_id: uuid.UUID, reply_id: uuid.UUID) -> DiaryReply:
    row = session.get(DiaryReply, reply_id, with_for_update=True)
    if row is None or row.participant_id != participant_id:
        raise NotFound
    return row


def mark_reviewed(
    session: Session,
    participant_id: uuid.UUID,
    covers_until: datetime,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Note that somebody read the diary up to the newest entry that was on their page.

    Raises InvalidEntry for a moment that is still to come.
    """
    if covers_until > now:
        raise InvalidEntry({"covers_until": "in_future"})
    session.add(
        ReviewMark(
            participant_id=participant_id,
            reviewer_id=by,
            reviewed_at=now,
            covers_until=covers_until,
        )
    )
    session.flush()


def name_reviewer(
    session: Session,
    participant_id: uuid.UUID,
    reviewer_id: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Name who answers a participant's diary from now on."""
    session.add(
        Reviewer(participant_id=participant_id, reviewer_id=reviewer_id, named_by=by, named_at=now)
    )
    session.flush()


def prescribe(
    session: Session,
    participant_id: uuid.UUID,
    change: Callable[[Prescription], Prescription],
    reason: str,
    curriculum: Curriculum,
    by: uuid.UUID,
    now: datetime,
) -> bool:
    """Change a prescription; what held before stays as history. Return whether it changed.

    `change` makes the new prescription of the one that holds. Raises InvalidEntry: a reason is
    needed, and what `prescription.check` finds.
    """
    if reason not in set(prescription.ChangeReason):
        raise InvalidEntry({"reason": "required"})
    # Two changes at once are made one after the other, so that neither loses the other's.
    session.scalars(
        select(Participant.id).where(Participant.id == participant_id).with_for_update()
    ).one()
    history = prescriptions_of(session, participant_id)
    before = history[-1].prescription if history else NOTHING
    wanted = change(before)
    prescription.check(wanted, curriculum)
    if not prescription.changes(before, wanted):
        return False
    session.add(
        PrescriptionChange(
            participant_id=participant_id,
            directions=dict(wanted.directions),
            doses={key: dict(numbers) for key, numbers in wanted.doses.items()},
            added=list(wanted.added),
            paused=list(wanted.paused),
            levels={
                key: {"level": each.level, "since": each.since.isoformat()}
                for key, each in wanted.levels.items()
            },
            contraindications=None
            if wanted.contraindications is None
            else list(wanted.contraindications),
            reason=reason,
            written_by=by,
            written_at=now,
        )
    )
    session.flush()
    return True


@dataclass(frozen=True, slots=True)
class Decision:
    """What staff decided about a module; `until`: the day a held module opens again."""

    action: OverrideAction
    reason: str = ""
    until: date | None = None


def decide(
    session: Session,
    participant_id: uuid.UUID,
    protocol: Protocol,
    module_key: str,
    decision: Decision,
    by: uuid.UUID,
    now: datetime,
) -> None:
    """Open or hold a module, or go back to the plan; every decision needs a reason code.

    A hold says until which day, four weeks ahead at most. Raises InvalidEntry and NotFound.
    """
    if module_key not in {plan.key for plan in protocol.modules}:
        raise NotFound
    participant = course.get(session, participant_id)
    today = days.today_for(now, participant.zones)
    _check_decision(decision, today)
    session.add(
        ModuleOverride(
            participant_id=participant_id,
            module_key=module_key,
            action=decision.action,
            since=today,
            until=decision.until if decision.action is OverrideAction.HOLD else None,
            reason=decision.reason,
            decided_by=by,
            decided_at=now,
        )
    )
    session.flush()


def _check_decision(decision: Decision, today: date) -> None:
    faults = {}
    if decision.reason not in (REASONS[decision.action] or ("",)):
        faults["reason"] = "required"
    if decision.action is OverrideAction.HOLD:
        last = today + timedelta(days=LONGEST_HOLD_DAYS)
        if decision.until is None:
            faults["until"] = "required"
        elif not today < decision.until <= last:
            faults["until"] = "out_of_range"
    if faults:
        raise InvalidEntry(faults)

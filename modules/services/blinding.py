"""Keeping whoever assesses blind, and knowing how blind they were.

Who learned what a participant receives assesses them no more; after the last visit whoever
assessed says what they think, which tells afterwards how well blinding held
(`modules.study.blinding_index`).
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import AlreadyRecorded, InvalidEntry
from modules.records.blinding_models import ArmGuess, Learned, UnblindingIncident
from modules.records.models import Participant


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, by the participant's code."""

    code: str
    user_id: uuid.UUID
    learned: Learned
    reported_at: datetime


def report(
    session: Session,
    participant_id: uuid.UUID,
    user_id: uuid.UUID,
    learned: Learned,
    now: datetime,
) -> None:
    """Note that somebody who assesses knows what a participant receives; a second time is none."""
    if participant_id not in known_to(session, {user_id}):
        session.add(
            UnblindingIncident(
                participant_id=participant_id, user_id=user_id, learned=learned, reported_at=now
            )
        )
        session.flush()


def known_to(session: Session, accounts: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return the participants of whom somebody who assesses has learned what they receive.

    `accounts`: all of that person, by however many registrations they come in.
    """
    query = select(UnblindingIncident.participant_id).where(
        UnblindingIncident.user_id.in_(accounts)
    )
    return frozenset(session.scalars(query))


def incidents(session: Session, study_id: uuid.UUID) -> list[Incident]:
    """Return the incidents of a study, the newest first."""
    query = (
        select(Participant.code, UnblindingIncident)
        .join(Participant, Participant.id == UnblindingIncident.participant_id)
        .where(Participant.study_id == study_id)
        .order_by(UnblindingIncident.reported_at.desc(), Participant.code)
    )
    return [
        Incident(code, row.user_id, row.learned, row.reported_at)
        for code, row in session.execute(query)
    ]


def guess(
    session: Session,
    participant_id: uuid.UUID,
    user_id: uuid.UUID,
    arm: str | None,
    arms: Collection[str],
    now: datetime,
) -> None:
    """Note which arm somebody thinks it was; None where they cannot say. Asked once.

    `arms`: those of the protocol. Raises InvalidEntry for another one, AlreadyRecorded.
    """
    if arm is not None and arm not in arms:
        raise InvalidEntry({"arm": "unknown"})
    if has_guessed(session, participant_id, {user_id}):
        raise AlreadyRecorded
    session.add(ArmGuess(participant_id=participant_id, user_id=user_id, arm=arm, guessed_at=now))
    session.flush()


def has_guessed(
    session: Session, participant_id: uuid.UUID, accounts: Collection[uuid.UUID]
) -> bool:
    """Whether somebody, by any of their accounts, has said what they think of a participant."""
    query = select(ArmGuess.id).where(
        ArmGuess.participant_id == participant_id, ArmGuess.user_id.in_(accounts)
    )
    return session.scalar(query.limit(1)) is not None


def guesses(session: Session, study_id: uuid.UUID) -> list[tuple[uuid.UUID, str | None]]:
    """Return every guess of a study: participant, and the arm or None."""
    query = (
        select(ArmGuess.participant_id, ArmGuess.arm)
        .join(Participant, Participant.id == ArmGuess.participant_id)
        .where(Participant.study_id == study_id)
    )
    return [(participant_id, arm) for participant_id, arm in session.execute(query)]

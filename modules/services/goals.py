"""Setting goals, answering about them, and setting them aside."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.errors import InvalidEntry, NotFound, TooLate
from modules.records import care_queries
from modules.records.goal_models import GoalRating, ParticipantGoal
from modules.records.models import Participant
from modules.study import days, goals
from modules.study.goals import Goal, GoalPlan, Rating


def set_goal(
    session: Session, participant_id: uuid.UUID, words: str, value: int | None, now: datetime
) -> None:
    """Set a goal with its first answer, 0–10; the same words sent again are the same goal.

    Raises InvalidEntry naming the fields.
    """
    participant = _locked(session, participant_id)
    known = _known(session, participant_id)
    wanted = " ".join(words.split())
    if any(goal.words == wanted for goal in goals.standing(known)):
        return
    goals.check(wanted, value, known)
    today = days.today_for(now, participant.zones)
    row = ParticipantGoal(
        participant_id=participant_id,
        place=len(known) + 1,
        words=wanted,
        set_on=today,
        set_at=now,
    )
    session.add(row)
    session.flush()
    _add(session, row.id, 1, Rating(today, value or 0), now)


def rate(
    session: Session,
    participant_id: uuid.UUID,
    plan: GoalPlan,
    values: Mapping[uuid.UUID, int],
    now: datetime,
) -> None:
    """Keep answers about goals that are asked about; the same sent again changes nothing.

    Raises InvalidEntry for a value that is none, NotFound for a goal that is not theirs or was set
    aside, TooLate for one that is not asked about.
    """
    participant = _locked(session, participant_id)
    today = days.today_for(now, participant.zones)
    known = _known(session, participant_id)
    standing = {goal.id: goal for goal in goals.standing(known)}
    due = goals.due(known, plan, participant.day_one, today)
    for goal_id, value in values.items():
        if goal_id not in standing:
            raise NotFound
        _rate(session, standing[goal_id], due, Rating(today, value), now)


def _rate(session: Session, goal: Goal, due: tuple[Goal, ...], said: Rating, now: datetime) -> None:
    if not goals.LOWEST <= said.value <= goals.HIGHEST:
        raise InvalidEntry({str(goal.id): "out_of_range"})
    if goal.ratings[-1] == said:
        return
    if goal not in due:
        raise TooLate
    _add(session, goal.id, len(goal.ratings) + 1, said, now)


def set_aside(
    session: Session, participant_id: uuid.UUID, goal_id: uuid.UUID, now: datetime
) -> None:
    """Set a goal aside; twice is once, and what was answered stays. Raises NotFound."""
    participant = _locked(session, participant_id)
    row = session.get(ParticipantGoal, goal_id)
    if row is None or row.participant_id != participant_id:
        raise NotFound
    if row.set_aside_at is None:
        row.set_aside_on, row.set_aside_at = days.today_for(now, participant.zones), now
        session.flush()


def _known(session: Session, participant_id: uuid.UUID) -> tuple[Goal, ...]:
    care = care_queries.care_of(session, [participant_id]).get(participant_id)
    return care.goals if care else ()


def _locked(session: Session, participant_id: uuid.UUID) -> Participant:
    """Hold the participant, so that two forms at once come one after the other."""
    query = select(Participant).where(Participant.id == participant_id)
    return session.scalars(query.with_for_update(key_share=True)).one()


def _add(session: Session, goal_id: uuid.UUID, revision: int, said: Rating, now: datetime) -> None:
    session.add(
        GoalRating(
            goal_id=goal_id,
            revision=revision,
            value=said.value,
            rated_on=said.on,
            rated_at=now,
        )
    )
    session.flush()

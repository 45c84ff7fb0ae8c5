"""The exercises a participant marked to find them again."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.records.models import FavouriteExercise


def mark(
    session: Session, participant_id: uuid.UUID, exercise_id: str, wanted: bool, now: datetime
) -> None:
    """Mark an exercise as a favourite, or take the mark off; twice is once."""
    row = session.scalar(
        select(FavouriteExercise).where(
            FavouriteExercise.participant_id == participant_id,
            FavouriteExercise.exercise_id == exercise_id,
        )
    )
    if wanted and row is None:
        session.add(
            FavouriteExercise(participant_id=participant_id, exercise_id=exercise_id, marked_at=now)
        )
    elif row is not None and not wanted:
        session.delete(row)
    session.flush()


def of(session: Session, participant_id: uuid.UUID) -> frozenset[str]:
    """Return the ids of the exercises that a participant marked."""
    ids = select(FavouriteExercise.exercise_id).where(
        FavouriteExercise.participant_id == participant_id
    )
    return frozenset(session.scalars(ids))

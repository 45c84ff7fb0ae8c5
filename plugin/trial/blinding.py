"""How well blinding held: what assessors thought, beside the arms. Of a closed study alone."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from modules.records.queries import StudyFacts
from modules.services import blinding
from modules.study import blinding_index
from modules.study.blinding_index import Guesses, Index
from plugin.trial import allocation


@dataclass(frozen=True, slots=True)
class OfArm:
    """The guesses about the participants of one arm, and Bang's index of it."""

    arm: str
    guesses: Guesses
    bang: Index | None


@dataclass(frozen=True, slots=True)
class Held:
    """What came of it: each arm in the protocol's order; James' index where there are two."""

    arms: tuple[OfArm, ...]
    james: Index | None


def held(session: Session, study: StudyFacts, arms: Sequence[str]) -> Held | None:
    """Return how well blinding held in a closed study; None while it is open.

    Where several assessed a participant each of their guesses counts.
    """
    if study.locked_at is None:
        return None
    theirs = allocation.arms_of_study(session, study.id)
    counted = Counter(
        (theirs[participant_id], _kind(theirs[participant_id], thought))
        for participant_id, thought in blinding.guesses(session, study.id)
        if participant_id in theirs
    )
    found = [_of_arm(arm, counted) for arm in arms]
    two = len(found) == 2
    james = blinding_index.james(found[0].guesses, found[1].guesses) if two else None
    return Held(tuple(found), james)


def _kind(arm: str, thought: str | None) -> str:
    if thought is None:
        return "unknown"
    return "right" if thought == arm else "wrong"


def _of_arm(arm: str, counted: Counter[tuple[str, str]]) -> OfArm:
    guesses = Guesses(*(counted[arm, kind] for kind in ("right", "wrong", "unknown")))
    return OfArm(arm, guesses, blinding_index.bang(guesses))


def asked(session: Session, study_id: uuid.UUID) -> int:
    """Return how many guesses were given so far, whatever they say."""
    return len(blinding.guesses(session, study_id))

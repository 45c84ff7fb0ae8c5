"""How well blinding held: what assessors thought, beside the arms. Of a closed study alone."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from modules.records.queries import StudyFacts
from modules.study import blinding_index
from modules.study.blinding_index import Guesses, Index
from plugin.trial import allocation

Guess = tuple[uuid.UUID, str | None]


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


def held(
    session: Session, study: StudyFacts, guesses: Iterable[Guess], arms: Sequence[str]
) -> Held | None:
    """Return how well blinding held in a closed study; None while it is open.

    `guesses`: participant, and the arm that was thought of or None; `arms`: the protocol's. Where
    several assessed a participant each of their guesses counts.
    """
    if study.locked_at is None:
        return None
    theirs = allocation.arms_of_study(session, study.id)
    counted = Counter(
        (theirs[participant_id], _kind(theirs[participant_id], thought))
        for participant_id, thought in guesses
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

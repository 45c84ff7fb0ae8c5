"""How much of an exercise was done when its steps were played so far. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from modules.course.dose import Dose
from modules.course.steps import BESIDE, Side, Step, StepKind
from modules.diary.amounts import asked_of

Numbers = dict[str, int]
_NO_WORK = BESIDE | {StepKind.REST}


def amounts_after(dose: Dose, steps: Sequence[Step]) -> Iterator[Numbers | None]:
    """Yield after each step how much of the dose is done, by its numbers; None for nothing yet.

    Never more than was played: of two sides the poorer counts, a part of a minute not at all, and
    thirteen repetitions of two sets of ten are two sets of six. After the last step it is what the
    dose asks for.
    """
    asked = asked_of(dose)
    counted = StepKind.HOLD if dose.hold_s else StepKind.MOVE
    seconds: Counter[Side | None] = Counter()
    repetitions: Counter[Side | None] = Counter()
    for step in steps:
        if step.kind not in _NO_WORK:
            seconds[step.side] += step.seconds
            repetitions[step.side] += step.kind is counted
        done = _done(asked, _poorer(dose, seconds), _poorer(dose, repetitions))
        yield done if all(done.values()) else None


def _poorer(dose: Dose, by_side: Counter[Side | None]) -> int:
    return min(by_side.values(), default=0) if len(by_side) == dose.sides else 0


def _done(asked: Numbers, seconds: int, repetitions: int) -> Numbers:
    if "minutes" in asked:
        return {"minutes": seconds // 60}
    if "sets" not in asked:
        return {"hold_s": seconds}
    if "reps" not in asked:
        return asked | {"sets": repetitions}
    begun = max(1, math.ceil(repetitions / asked["reps"]))
    whole = repetitions // asked["reps"], asked["reps"]
    sets, reps = max(whole, (begun, repetitions // begun), key=math.prod)
    return asked | {"sets": sets, "reps": reps}

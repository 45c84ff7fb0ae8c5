"""How much of an exercise was done: what the day's dose asked for, and what was said instead. Pure.

Ticking alone says "as prescribed": `asked` keeps the dose of that day, so that a later change of
the prescription changes no history, and `said` stays empty. Only numbers that differ are said. A
number that was taken out without another in its place is unknown (None), neither asked nor zero.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modules.course.dose import Dose
from modules.errors import InvalidEntry

BOUNDS: Mapping[str, tuple[int, int]] = {
    "sets": (1, 20),
    "reps": (1, 200),
    "hold_s": (1, 300),
    "minutes": (1, 180),
}
"""The numbers that can be said of an exercise, with their bounds (seconds, minutes)."""

UNUSUAL_TIMES = 3
"""More than this many times what was asked for is asked about: it may be a slip."""

Stored = dict[str, dict[str, int | None]]


@dataclass(frozen=True, slots=True)
class Amount:
    """One exercise done. `asked`: the numbers of the day's dose; `said`: those that differ."""

    asked: Mapping[str, int]
    said: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def done(self) -> dict[str, int | None]:
        """What was done, number by number; None where it is not known."""
        return {**self.asked, **self.said}


def asked_of(dose: Dose) -> dict[str, int]:
    """Return the numbers of a dose by which it can be said how much was done.

    A timed exercise and one long stretch of time have their minutes; a short stretch its seconds;
    single holds (4 × 15 s) no repetitions.
    """
    if dose.minutes is not None:
        return {"minutes": dose.minutes}
    if dose.reps > 1 or not dose.hold_s:
        held = {"hold_s": dose.hold_s} if dose.hold_s else {}
        return {"sets": dose.sets, "reps": dose.reps, **held}
    if dose.sets > 1:
        return {"sets": dose.sets, "hold_s": dose.hold_s}
    minutes = dose.stretch_minutes()
    return {"minutes": minutes} if minutes else {"hold_s": dose.hold_s}


def dosed(dose: Dose, asked: Mapping[str, int]) -> Dose:
    """Return a dose with the numbers that were asked for: `asked_of` the other way round."""
    return dose.with_numbers(asked)


def amount_of(asked: Mapping[str, int], sent: Mapping[str, int | None]) -> Amount:
    """Return what a form says: a number it does not send, or sends as asked, is as asked."""
    different = {name: sent[name] for name in asked if name in sent and sent[name] != asked[name]}
    return Amount(asked, different)


def faults(amount: Amount) -> dict[str, str]:
    """Return the numbers that cannot be taken, with a fault code; nothing is clipped."""
    return {
        name: "unknown" if name not in amount.asked or name not in BOUNDS else "out_of_range"
        for name, value in amount.said.items()
        if name not in amount.asked
        or name not in BOUNDS
        or (value is not None and not BOUNDS[name][0] <= value <= BOUNDS[name][1])
    }


def check(said: Mapping[str, Amount], ticked: tuple[str, ...]) -> None:
    """Raise InvalidEntry where an amount is out of bounds or of an exercise that was not done."""
    if set(said) - set(ticked):
        raise InvalidEntry({"exercises": "unknown"})
    if any(faults(amount) for amount in said.values()):
        raise InvalidEntry({"exercises": "out_of_range"})


def is_unusual(amount: Amount) -> bool:
    """Whether far more was done than was asked for; what is not known counts as asked."""
    asked = math.prod(amount.asked.values())
    known = {name: value for name, value in amount.said.items() if value is not None}
    return math.prod({**amount.asked, **known}.values()) > UNUSUAL_TIMES * asked


def is_short(amount: Amount) -> bool:
    """Whether less of any number was done than asked for; what is not known counts as less."""
    return any(value is None or value < amount.asked[name] for name, value in amount.said.items())


def different(amounts: Mapping[str, Amount]) -> dict[str, Amount]:
    """Return the exercises of which another amount was done than asked for."""
    return {key: amount for key, amount in amounts.items() if amount.said}


def figures(amount: Amount) -> tuple[str, str]:
    """Return done and asked in figures, `2 × 8` and `3 × 10`; `?` where it is not known.

    The hold stands there where it differs, or where it is all there is (`4 × 15 s`).
    """
    held = "hold_s" in amount.said or "reps" not in amount.asked
    return _figures(amount.done, held=held), _figures(amount.asked, held=held)


def _figures(numbers: Mapping[str, int | None], *, held: bool) -> str:
    shown = {name: "?" if value is None else str(value) for name, value in numbers.items()}
    if "minutes" in shown:
        return f"{shown['minutes']} min"
    counted = [shown[name] for name in ("sets", "reps") if name in shown]
    held_for = [f"{shown['hold_s']} s"] if held and "hold_s" in shown else []
    return " × ".join([*counted, *held_for])


def stored(amounts: Mapping[str, Amount]) -> dict[str, Stored]:
    """Return amounts as the diary keeps them."""
    return {
        key: {"asked": dict(amount.asked), "said": dict(amount.said)}
        for key, amount in amounts.items()
    }


def read(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Amount]:
    """Return amounts as the diary kept them."""
    return {key: Amount(dict(each["asked"]), dict(each["said"])) for key, each in kept.items()}

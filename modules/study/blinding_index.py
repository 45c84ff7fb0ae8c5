"""How well blinding held: the indices of James (1996) and of Bang (2004), with 95 % intervals.

Both count guesses, those who cannot say included. James' index is one number for the trial: 0 where
everybody guesses right, 0.5 by chance, 1 where nobody can say. Bang's is one for each arm: 1 where
everybody guesses right, 0 by chance, -1 where everybody guesses the other arm.

James KE, Bloch DA, Lee KK, Kraemer HC, Fuller RK. Stat Med 1996;15:1421-34. Bang H, Ni L, Davis CE.
Control Clin Trials 2004;25:143-56. The intervals are those of the delta method for a multinomial
sample.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
_WRONG_WEIGHT = 0.5
_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often the participants of one arm were thought to be in it, in another, in none."""

    right: int
    wrong: int
    unknown: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.unknown


@dataclass(frozen=True, slots=True)
class Index:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


def bang(arm: Guesses) -> Index | None:
    """Return the index of one arm, from -1 to 1; None where nobody was asked."""
    if arm.total == 0:
        return None
    right, wrong = arm.right / arm.total, arm.wrong / arm.total
    variance = (right * (1 - right) + wrong * (1 - wrong) + 2 * right * wrong) / arm.total
    return _around(right - wrong, variance, -1.0, 1.0)


def james(first: Guesses, second: Guesses) -> Index | None:
    """Return the index of a trial with two arms, from 0 to 1.

    None where nobody was asked, or all who could say thought of one arm only: by chance they would
    agree as much, and nothing can be said.
    """
    counts = (first.right, first.wrong, first.unknown, second.wrong, second.right, second.unknown)
    total = sum(counts)
    if total == 0:
        return None
    shares = [count / total for count in counts]
    value = _james(shares)
    if value is None:
        return None
    slopes = [_slope(_james, shares, place) for place in range(len(shares))]
    mean = sum(share * slope for share, slope in zip(shares, slopes, strict=True))
    squares = sum(share * slope**2 for share, slope in zip(shares, slopes, strict=True))
    return _around(value, max(0.0, squares - mean**2) / total, 0.0, 1.0)


def _james(shares: Sequence[float]) -> float | None:
    """Return the index of shares: of the first arm thought first, second, unknown; then of the
    second arm the same."""
    first_first, first_second, first_unknown, second_first, second_second, second_unknown = shares
    whole = sum(shares)
    unknown = (first_unknown + second_unknown) / whole
    if unknown == 1.0:
        return 1.0
    said = whole * (1 - unknown)
    observed = _WRONG_WEIGHT * (first_second + second_first) / said
    thought_first = first_first + second_first
    thought_second = first_second + second_second
    of_first, of_second = first_first + first_second, second_first + second_second
    by_chance = _WRONG_WEIGHT * (thought_second * of_first + thought_first * of_second) / said**2
    if by_chance == 0.0:
        return None
    agreement = (observed - by_chance) / by_chance
    return (1 + unknown + (1 - unknown) * agreement) / 2


def _slope(
    rule: Callable[[Sequence[float]], float | None], shares: Sequence[float], place: int
) -> float:
    """Return how fast a rule changes with one share, from both sides where there are two."""
    up = [*shares[:place], shares[place] + _STEP, *shares[place + 1 :]]
    step = min(_STEP, shares[place])
    down = [*shares[:place], shares[place] - step, *shares[place + 1 :]]
    above, below = rule(up), rule(down)
    if above is None or below is None:
        return 0.0
    return (above - below) / (_STEP + step)


def _around(value: float, variance: float, least: float, most: float) -> Index:
    half = Z_95 * math.sqrt(variance)
    return Index(value, max(least, value - half), min(most, value + half))

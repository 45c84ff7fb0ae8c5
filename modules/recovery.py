"""Time to functional recovery, which the IMSS trial names and does not define (row 4-20). Pure.

Recovery is measured at visits, so it is known to an interval only: after the last visit without
it, by the first one with it. The default, to be named in the analysis plan: the first of two
consecutive disability scores of at most 20 percent, the upper bound of minimal disability.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from modules.derived import Number, Recovery, recovery
from modules.scales import exact


class Outcome(StrEnum):
    """What is known about a person's recovery; the name of the censoring stands beside it."""

    RECOVERED = "recovered"
    """Within an interval; left-censored when it was there at the first measurement."""
    NOT_RECOVERED = "not_recovered"
    """Not by the last measurement: right-censored."""
    UNKNOWN = "unknown"
    """Nothing was measured."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A definition: a score of at most `at_most`, or a fall of `fall_percent` from the first one.

    Bounds are inclusive; `confirm` measurements in a row must hold it. Only for scores of which
    lower is better.
    """

    key: str
    instrument: str
    at_most: Fraction | None
    fall_percent: Fraction | None = None
    confirm: int = 2


RULES = (
    Rule("odi_20_twice", "odi", Fraction(20)),
    Rule("odi_fall_30_twice", "odi", None, Fraction(30)),
    Rule("rmdq_2_twice", "rmdq", Fraction(2)),
)
"""Shipped definitions; `rmdq_2_twice` after Kamper 2010 (a score of at most 2)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The interval of study days of one person: after `after`, by `by`; None where it is open."""

    outcome: Outcome
    after: int | None
    by: int | None


def time_to(rule: Rule, measured: Iterable[tuple[int, Number]]) -> Found:
    """Return the interval in which recovery came, from (study day, score) pairs in any order."""
    known = [(day, score) for day, score in sorted(measured, key=_day) if score is not None]
    if not known:
        return Found(Outcome.UNKNOWN, None, None)
    first = exact(known[0][1], "score")
    interval = recovery(known, lambda score: holds(rule, first, score), rule.confirm)
    return _found(interval)


def holds(rule: Rule, first: Fraction | None, score: Fraction) -> bool:
    """Say whether one score meets the rule, given the first one; bounds are inclusive."""
    if rule.at_most is not None and score <= rule.at_most:
        return True
    if rule.fall_percent is None or not first or first <= 0:
        return False
    return 100 * (first - score) / first >= rule.fall_percent


def rules_for(instruments: Mapping[str, object]) -> tuple[Rule, ...]:
    """Return the shipped definitions whose questionnaire is among `instruments`."""
    return tuple(rule for rule in RULES if rule.instrument in instruments)


def _found(interval: Recovery | None) -> Found:
    if interval is None:
        return Found(Outcome.UNKNOWN, None, None)
    if interval.by is None:
        return Found(Outcome.NOT_RECOVERED, interval.after, None)
    return Found(Outcome.RECOVERED, interval.after, interval.by)


def _day(pair: tuple[int, Number]) -> int:
    return pair[0]

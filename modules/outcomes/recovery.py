"""Time to functional recovery, by the definitions of the protocol (`recovery`). Pure.

The IMSS trial names this outcome and does not define it (row 4-20), so each definition is data of
the protocol, with its source, and stands in the analysis plan. Recovery is measured at visits, so
it is known to an interval only: after the last visit without it, by the first one with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from modules.outcomes.derived import Number, Recovery, recovery
from modules.outcomes.scales import exact
from modules.study.measures import RecoveryRule
from modules.study.protocol import Protocol


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
    interval = recovery(known, lambda score: is_met(rule, first, score), rule.confirm)
    return _found(interval)


def is_met(rule: Rule, first: Fraction | None, score: Fraction) -> bool:
    """Say whether one score meets the rule, given the first one; bounds are inclusive."""
    if rule.at_most is not None and score <= rule.at_most:
        return True
    if rule.fall_percent is None or not first or first <= 0:
        return False
    return 100 * (first - score) / first >= rule.fall_percent


def rules_of(protocol: Protocol) -> tuple[Rule, ...]:
    """Return the definitions of a protocol, bounds exact as they are written."""
    return tuple(map(_rule, protocol.recovery))


def _rule(plan: RecoveryRule) -> Rule:
    at_most, fall = exact(plan.at_most, "at_most"), exact(plan.fall_percent, "fall_percent")
    return Rule(plan.key, plan.instrument, at_most, fall, plan.confirm)


def _found(interval: Recovery | None) -> Found:
    if interval is None:
        return Found(Outcome.UNKNOWN, None, None)
    if interval.by is None:
        return Found(Outcome.NOT_RECOVERED, interval.after, None)
    return Found(Outcome.RECOVERED, interval.after, interval.by)


def _day(pair: tuple[int, Number]) -> int:
    return pair[0]

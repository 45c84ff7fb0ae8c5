"""Changes and responders, exact: fractions stay fractions until a cell is written. Pure."""

from fractions import Fraction

from modules.outcomes.questionnaire import Direction
from modules.study.protocol import Protocol, Responder


def change(baseline: Fraction | None, score: Fraction | None) -> Fraction | None:
    """Return `score - baseline`; None when one of them is missing."""
    return None if baseline is None or score is None else score - baseline


def percent_change(baseline: Fraction | None, score: Fraction | None) -> Fraction | None:
    """Return the change in percent of the baseline; None without a baseline above 0."""
    difference = change(baseline, score)
    if difference is None or baseline is None or baseline <= 0:
        return None
    return 100 * difference / baseline


def improved(
    rule: Responder,
    baseline: Fraction | None,
    score: Fraction | None,
    direction: Direction = Direction.HIGHER_IS_WORSE,
) -> bool | None:
    """Say whether the change in the good direction reaches the rule's thresholds, bounds included.

    A fall of exactly 10.0 counts for a threshold of 10 (row 4-18); where a higher score is better
    it is the rise that counts. None if a score is missing: nothing is imputed. A relative
    threshold has no answer where the baseline is 0.
    """
    difference, relative = change(baseline, score), percent_change(baseline, score)
    if difference is None or (rule.percent is not None and relative is None):
        return None
    sign = 1 if direction is Direction.HIGHER_IS_BETTER else -1
    reached = rule.absolute is None or sign * difference >= Fraction(str(rule.absolute))
    if rule.percent is not None and relative is not None:
        reached = reached and sign * relative >= Fraction(str(rule.percent))
    return reached


def first_visit(protocol: Protocol, instrument: str) -> str:
    """Return the key of the visit at which an instrument is asked first: its baseline."""
    return next(visit.key for visit in protocol.visits if instrument in visit.instruments)

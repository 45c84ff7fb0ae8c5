"""What follows from scores and counts: change, responders, worsening, adherence. Pure rules.

Every bound is inclusive: a change of exactly the minimal important difference counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from modules.outcomes.questionnaire import Direction, Instrument
from modules.outcomes.scales import exact

RELATIVE = 30
"""Percent of the baseline that counts as an important improvement (Ostelo 2008)."""

ALL_LOGS = 6
"""Weekend logs of the DingTalk trial; all six make a complete adherence."""

Number = int | float | Fraction | None


@dataclass(frozen=True, slots=True)
class Change:
    """Follow-up against baseline, exact.

    `change` is follow-up minus baseline in the unit of the score. `improvement` is the same in
    the good direction. `percent` is the improvement in percent of the baseline, None when the
    baseline is not above zero. All are None while one of the two values is missing.
    """

    change: Fraction | None
    improvement: Fraction | None
    percent: Fraction | None


def change_of(direction: Direction, baseline: Number, followup: Number) -> Change:
    """Compare two scores; raises ScoringError for a value that is no finite number."""
    before, after = exact(baseline, "baseline"), exact(followup, "followup")
    if before is None or after is None:
        return Change(None, None, None)
    change = after - before
    improvement = change if direction is Direction.HIGHER_IS_BETTER else -change
    return Change(change, improvement, 100 * improvement / before if before > 0 else None)


def improved_by(change: Change, minimum: Number) -> bool | None:
    """Say whether the improvement is at least `minimum` (inclusive); None when unknown."""
    bound = exact(minimum, "mic_abs")
    if change.improvement is None or bound is None:
        return None
    return change.improvement >= bound


def improved_by_percent(change: Change, minimum: int = RELATIVE) -> bool | None:
    """Say whether the improvement is at least `minimum` percent of the baseline (inclusive)."""
    return None if change.percent is None else change.percent >= minimum


def worsened(instrument: Instrument, baseline: Number, followup: Number) -> bool | None:
    """Say whether the score worsened by the instrument's first absolute MIC or more.

    None when a value is missing or the instrument has no such MIC.
    """
    bound = absolute_mic(instrument)
    change = change_of(instrument.direction, baseline, followup)
    if change.improvement is None or bound is None:
        return None
    return -change.improvement >= bound


def absolute_mic(instrument: Instrument) -> Fraction | None:
    """Return the instrument's first minimal important change in its own unit, if it has one."""
    return next((mic.value for mic in instrument.mics if not mic.relative), None)


@dataclass(frozen=True, slots=True)
class Week:
    """The score at the end of one week and its change from the first one, exact; None: missing."""

    week: int
    score: Fraction | None
    change: Fraction | None


def weekly(asked: Iterable[int], scores: Mapping[int, Number]) -> tuple[Week, ...]:
    """Return every week in which a protocol asks for a measure, in order, measured or not.

    `asked`: numbers of the weeks, 0 for the start; `scores`: by week. Nothing is carried forward:
    a week without a score stays empty, and there is no change before or without a first score at
    the start. Raises ScoringError for a value that is no finite number.
    """
    weeks = sorted(set(asked))
    known = {week: exact(scores.get(week), "score") for week in weeks}
    first = known[weeks[0]] if weeks else None
    return tuple(
        Week(week, score, None if first is None or score is None else score - first)
        for week, score in known.items()
    )


def log_class(logs: int | None) -> str | None:
    """Return the DingTalk trial's class: NA none, IA one to five, CA six weekend logs."""
    if logs is None:
        return None
    if logs == 0:
        return "NA"
    return "CA" if logs >= ALL_LOGS else "IA"


def share(
    done: int | None, target: int | Fraction | None, *, capped: bool = True
) -> Fraction | None:
    """Return `done` in percent of `target`, at most 100 when `capped`; None while one is unknown.

    A target of zero means that nothing was offered: None as well.
    """
    if done is None or not target:
        return None
    percent = Fraction(100 * done) / target
    return min(percent, Fraction(100)) if capped else percent


def mean(parts: Sequence[Fraction | None]) -> Fraction | None:
    """Return the mean with equal weights; None while a part is unknown, and without any."""
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    return sum(known, Fraction(0)) / len(known)


@dataclass(frozen=True, slots=True)
class Recovery:
    """When somebody recovered, as far as visits can tell: after one study day, by another.

    `after` is None when recovered at the first measurement, `by` is None while not recovered.
    """

    after: int | None
    by: int | None


def recovery(
    measured: Iterable[tuple[int, Number]], recovered: Callable[[Fraction], bool], confirm: int
) -> Recovery | None:
    """Return the interval of study days in which recovery came; None without any measurement.

    `measured` holds (study day, score); days without a score say nothing and are left out.
    Recovery is the first of `confirm` measurements in a row for which `recovered` holds; a run
    that has not been confirmed yet is no recovery, and no proof against one either.
    """
    known = sorted(
        (day, score) for day, value in measured if (score := exact(value, "score")) is not None
    )
    if not known:
        return None
    before, run = None, 0
    first_of_run = None
    for day, score in known:
        if recovered(score):
            first_of_run, run = (first_of_run if run else day), run + 1
        else:
            before, run = day, 0
        if run == confirm:
            return Recovery(before, first_of_run)
    return Recovery(before, None)

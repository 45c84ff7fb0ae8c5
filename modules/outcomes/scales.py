"""Arithmetic the scoring functions share: sums, prorating, bands, settings; exact fractions.

Rounding is half-up, away from zero, and happens only when a result is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor

from modules.outcomes.questionnaire import (
    Answer,
    Answers,
    Band,
    Instrument,
    Item,
    Kind,
    Params,
    Reason,
    Result,
    ScoringError,
)

LARGEST = 10**9
"""No score, count or setting comes near this; larger numbers are refused."""


def half_up(value: Fraction, decimals: int = 0) -> Fraction:
    """Return `value` rounded to `decimals`; halves go away from zero."""
    scale = 10**decimals
    size = Fraction(floor(abs(value) * scale + Fraction(1, 2)), scale)
    return size if value >= 0 else -size


def whole(value: Fraction) -> int:
    """Return `value` rounded half-up to an integer."""
    return int(half_up(value))


def mark(answer: Answer) -> int | None:
    """Return the code that counts: the highest where several were marked, None for no answer."""
    if isinstance(answer, tuple | list):
        return max(answer)
    return answer if isinstance(answer, int) else None


def marks(answers: Answers, positions: Iterable[int]) -> list[int | None]:
    """Return the codes of the items at these positions (`q1` is 1)."""
    return [mark(answers.get(f"q{position}")) for position in positions]


def oriented(
    answers: Answers, positions: Iterable[int], turned: Iterable[int], ends: int
) -> list[int | None]:
    """Return the codes, those at `turned` positions counted from the other end.

    `ends` is the sum of the lowest and the highest code, so a turned code is `ends` minus it.
    """
    against = set(turned)
    return [
        code if code is None or position not in against else ends - code
        for position, code in ((p, mark(answers.get(f"q{p}"))) for p in positions)
    ]


def given(codes: Iterable[int | None]) -> list[int]:
    """Return the codes that are there."""
    return [code for code in codes if code is not None]


def strict_sum(codes: Sequence[int | None]) -> int | None:
    """Return the sum, or None if one code is missing."""
    there = given(codes)
    return sum(there) if len(there) == len(codes) else None


def prorated_sum(codes: Sequence[int | None], max_missing: int) -> Fraction | None:
    """Return the mean of the answered codes times their full number; None beyond `max_missing`."""
    there = given(codes)
    if not there or len(codes) - len(there) > max_missing:
        return None
    return Fraction(sum(there) * len(codes), len(there))


def strict_and_prorated(answers: Answers, params: Params, count: int) -> Result:
    """Return `total` (all `count` items needed) and `total_prorated` (`max_missing`, 1)."""
    codes = marks(answers, range(1, count + 1))
    allowed = whole_setting(params, "max_missing", 1, count)
    return {"total": strict_sum(codes), "total_prorated": prorated_sum(codes, allowed)}


def at_least(value: Fraction | int | None, limit: int) -> bool | None:
    """Say whether `value` reaches `limit`; None stays None."""
    return None if value is None else value >= limit


def band_of(bands: Sequence[Band], value: int | None) -> str | None:
    """Return the key of the band that holds the integer `value`."""
    if value is None:
        return None
    return next((band.key for band in bands if band.low <= value <= band.high), None)


def whole_setting(params: Params, name: str, default: int, highest: int = LARGEST) -> int:
    """Return a setting that must be an integer from 0 to `highest`."""
    value = params.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
        raise ScoringError("bad_setting", name)
    return value


def positions_setting(
    params: Params, name: str, default: tuple[int, ...], highest: int
) -> tuple[int, ...]:
    """Return a setting that must list different item numbers from 1 to `highest`."""
    value = params.get(name, default)
    if not isinstance(value, list | tuple) or not value:
        raise ScoringError("bad_setting", name)
    if any(isinstance(p, bool) or not isinstance(p, int) or not 1 <= p <= highest for p in value):
        raise ScoringError("bad_setting", name)
    if len(set(value)) != len(value):
        raise ScoringError("bad_setting", name)
    return tuple(value)


def exact(value: object, name: str) -> Fraction | None:
    """Return a JSON number as the fraction it was written for; None stays None.

    A stored 35.55555555555556 is read back as 320/9, so that a change of exactly ten points is
    ten. Raises ScoringError for anything that is not a finite number of sensible size.
    """
    if value is None:
        return None
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScoringError("not_a_number", name)
    if not -LARGEST <= value <= LARGEST:
        raise ScoringError("out_of_range", name)
    return Fraction(str(value)).limit_denominator(10**8)


def shown(value: object, decimals: Mapping[str, int], name: str = "") -> object:
    """Return a result as it is shown: fractions rounded half-up to the field's decimals."""
    if isinstance(value, Fraction):
        return float(half_up(value, decimals.get(name, 2)))
    if isinstance(value, Mapping):
        return {key: shown(part, decimals, key) for key, part in value.items()}
    return value


def verified(instrument: Instrument, answers: Mapping[str, object]) -> dict[str, Answer]:
    """Return the answers as the scoring functions expect them; absent ones are None.

    Where an export gives the reason for a missing answer (`skipped`, `declined`,
    `not_applicable`), that is no answer either. Raises ScoringError with `unknown_item` or the
    item's own fault code.
    """
    known = {item.key: item for item in instrument.items}
    for key in answers:
        if key not in known:
            raise ScoringError("unknown_item")
    clean: dict[str, Answer] = {}
    for key, item in known.items():
        value = None if _is_reason(item, answers.get(key)) else answers.get(key)
        if fault := item.fault(value):
            raise ScoringError(fault, key)
        clean[key] = tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[assignment]
    return clean


def _is_reason(item: Item, value: object) -> bool:
    return item.kind is not Kind.TEXT and isinstance(value, str) and value in set(Reason)


def result_of(
    instrument: Instrument, answers: Mapping[str, object], params: Params | None = None
) -> Result:
    """Score answers exactly: fractions stay fractions (see `shown`).

    Raises ScoringError when an answer or a setting is not one the instrument knows.
    """
    return instrument.score(verified(instrument, answers), {} if params is None else params)


def status_of(instrument: Instrument, answers: Answers, result: Result) -> str:
    """Return how certain the main score is: `complete`, `prorated` or `too_many_missing`."""
    if result[instrument.headline] is None:
        return "too_many_missing"
    needed = instrument.headline_items or keys_of(instrument.scored_items)
    missing = any(answers.get(key) is None for key in needed)
    return "prorated" if missing else "complete"


Decrements = tuple[tuple[Fraction, ...], ...]
"""For each EQ-5D dimension, what each level takes from full health; level 1 takes nothing."""


def decrements(*dimensions: str) -> Decrements:
    """Read a value set: per dimension the decrements of levels 2 and up, as printed."""
    return tuple(
        (Fraction(0), *(Fraction(number) for number in dimension.split()))
        for dimension in dimensions
    )


def index_from(levels: Sequence[int | None], value_set: Decrements) -> Fraction | None:
    """Return 1 minus the decrements of these levels; None if a dimension is missing."""
    there = given(levels)
    if len(there) < len(levels):
        return None
    taken = (steps[level - 1] for level, steps in zip(there, value_set, strict=True))
    return 1 - sum(taken, Fraction(0))


def profile_of(levels: Sequence[int | None]) -> tuple[str | None, int | None]:
    """Return the levels as a string such as 21345, and their sum; None if one is missing."""
    there = given(levels)
    if len(there) < len(levels):
        return None, None
    return "".join(map(str, there)), sum(there)


def keys_of(asked: Iterable[Item]) -> tuple[str, ...]:
    """Return the keys of these items."""
    return tuple(item.key for item in asked)

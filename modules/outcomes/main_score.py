"""The main score of a filled instrument: the one place where pages, rules and exports get it from.

Exact: fractions stay fractions until something is shown or written. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from modules.outcomes.questionnaire import Instrument, ScoringError
from modules.outcomes.scales import (
    exact,
    result_of,
    shown,
    status_of,
    verified,
)


@dataclass(frozen=True, slots=True)
class MainScore:
    """The main score of one filled instrument, in the instrument's unit; None where it has none.

    `shown` is rounded half-up as its publication does, `band` the key of its severity band.
    `answered` counts the scored items with an answer. `status` is `complete`, `prorated`,
    `too_many_missing` or `unscorable`.
    """

    score: Fraction | None
    shown: Fraction | None
    band: str | None
    answered: int
    status: str


def scored(instrument: Instrument, answers: Mapping[str, object]) -> MainScore:
    """Score one filled instrument; answers that do not fit it give `unscorable`, never an error."""
    try:
        clean = verified(instrument, answers)
        result = result_of(instrument, answers)
    except ScoringError:
        return MainScore(None, None, None, 0, "unscorable")
    name, band = instrument.headline, result.get("band")
    return MainScore(
        exact(result[name], name),
        exact(shown(result[name], instrument.decimals, name), name),
        band if isinstance(band, str) else None,
        sum(clean[item.key] is not None for item in instrument.scored_items),
        status_of(instrument, clean, result),
    )


def main_score(instrument: Instrument, answers: Mapping[str, object]) -> Fraction | None:
    """Return the exact main score; None where these answers allow none. Never raises."""
    return scored(instrument, answers).score

"""Made-up answers to a questionnaire around a wanted level of trouble."""

import random

from modules.outcomes.questionnaire import (
    Answer,
    Direction,
    Instrument,
    Item,
    Kind,
)


def of(instrument: Instrument, level: float, rng: random.Random) -> dict[str, Answer]:
    """Return answers to every question; `level`: 0 no trouble to 100 the worst."""
    share = min(1.0, max(0.0, level / 100))
    if instrument.direction is Direction.HIGHER_IS_BETTER:
        share = 1 - share
    return {
        item.key: value
        for item in instrument.items
        if (value := _one(item, share, rng)) is not None
    }


def _one(item: Item, share: float, rng: random.Random) -> Answer:
    near = min(1.0, max(0.0, rng.gauss(share, 0.08)))
    if item.kind is Kind.CHOICE:
        values = sorted(choice.value for choice in item.choices)
        return values[round(near * (len(values) - 1))]
    if item.kind is Kind.TICK:
        return int(rng.random() < share)
    if item.kind is Kind.TEXT:
        return None
    low, high = item.minimum or 0, item.maximum or 100
    return round(low + near * 1.2 * (high - low)) if near * 1.2 <= 1 else high

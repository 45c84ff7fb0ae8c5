"""Two fillings of one questionnaire, laid side by side. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from modules.outcomes.questionnaire import (
    Instrument,
    Item,
    Kind,
    Reason,
)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds: answers by item, and why others are missing."""

    answers: Mapping[str, object]
    reasons: Mapping[str, str]

    def of(self, item: Item) -> object:
        """Return the answer to one question, or the reason for none (`skipped` unless stated)."""
        answer = plain(self.answers.get(item.key))
        return self.reasons.get(item.key, Reason.SKIPPED.value) if answer is None else answer

    def over(self, kept: "Filled", asked: Collection[str] | None) -> "Filled":
        """Return this with what `kept` holds of the questions not `asked`; None: all were."""
        if asked is None:
            return self
        others = {key: said for key, said in kept.answers.items() if key not in asked}
        reasons = {key: why for key, why in kept.reasons.items() if key not in asked}
        return Filled({**others, **self.answers}, {**reasons, **self.reasons})


@dataclass(frozen=True, slots=True)
class Difference:
    """One question answered differently in two fillings: an answer, or a reason for none."""

    item: Item
    first: object
    second: object


def differences(instrument: Instrument, first: Filled, second: Filled) -> tuple[Difference, ...]:
    """Return the questions whose answer or reason differs, in the order they are asked.

    Several marks differ only by which they are, not by their order; free text by its words, not
    by the spaces around and between them.
    """
    pairs = ((item, first.of(item), second.of(item)) for item in instrument.items)
    return tuple(
        Difference(item, one, other)
        for item, one, other in pairs
        if _key(item, one) != _key(item, other)
    )


def plain(answer: object) -> object:
    """Return an answer in one form: marks as a sorted tuple, a single mark as its code."""
    if isinstance(answer, list | tuple):
        marks = tuple(sorted(set(answer)))
        return marks[0] if len(marks) == 1 else marks or None
    return answer


def _key(item: Item, said: object) -> object:
    return " ".join(said.split()) if item.kind is Kind.TEXT and isinstance(said, str) else said

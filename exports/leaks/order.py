"""Identifiers and the order of people: both are made from a secret, and neither tells. Pure.

A file is held against what `blinding` makes of the people who are in it: an identifier of another
making (a prefix, a number), or people in any other order is refused.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from exports.blinding import LETTERS
from exports.errors import LeaksFound
from exports.tables import Dataset, Kind

_FOUR = f"[{LETTERS}]{{4}}"
_ID = re.compile(rf"{_FOUR}-{_FOUR}-{_FOUR}")


def refuse_other_ids(dataset: Dataset, expected: Sequence[str]) -> None:
    """Raise LeaksFound when a table names or orders people otherwise than `expected` does."""
    places = []
    for table in dataset.tables:
        identifiers = [n for n, one in enumerate(table.columns) if one.kind is Kind.IDENTIFIER]
        for column in identifiers:
            found = list(dict.fromkeys(row[column] for row in table.rows))
            if found and found != list(expected):
                places.append(table.key)
    if places:
        raise LeaksFound(tuple(places))


def refuse_other_order(texts: Mapping[str, str], expected: Sequence[str]) -> None:
    """Raise LeaksFound when identifiers in a text (place -> text) stand otherwise than expected."""
    place_of = {identifier: place for place, identifier in enumerate(expected)}
    places = [place for place, text in texts.items() if _differs(text, place_of)]
    if places:
        raise LeaksFound(tuple(places))


def _differs(text: str, place_of: Mapping[str, int]) -> bool:
    found = dict.fromkeys(_ID.findall(text))
    if not found.keys() <= place_of.keys():
        return True
    return any(a > b for a, b in pairwise(map(place_of.__getitem__, found)))

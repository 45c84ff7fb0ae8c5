"""The figures of the report: counts and distributions over everybody, never by group. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from exports.columns import STATUS
from exports.tables import Dataset, Value


@dataclass(frozen=True, slots=True)
class Spread:
    """How values are distributed; all None but `n` when there are none. SD needs two values."""

    n: int
    mean: Fraction | None = None
    sd: Fraction | None = None
    minimum: Fraction | None = None
    q1: Fraction | None = None
    median: Fraction | None = None
    q3: Fraction | None = None
    maximum: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One visit x instrument over everybody: how many in which status, scores and changes."""

    visit: str
    instrument: str
    counts: dict[str, int]
    in_window: int | None
    """None where the reader is not told."""
    scores: Spread
    changes: Spread


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those with a known answer improved by a definition."""

    responder: str
    improved: int
    known: int
    everybody: int


def spread(values: Sequence[Fraction]) -> Spread:
    """Return the distribution; quartiles by linear interpolation (type 7), SD with n - 1."""
    n = len(values)
    if not n:
        return Spread(0)
    ordered = sorted(values)
    mean = Fraction(sum(ordered), n)
    sd = None
    if n > 1:
        variance = sum((value - mean) ** 2 for value in ordered) / (n - 1)
        sd = Fraction(sqrt(variance)).limit_denominator(10**6)
    q1, median, q3 = (_quantile(ordered, Fraction(part, 4)) for part in (1, 2, 3))
    return Spread(n, mean, sd, ordered[0], q1, median, q3, ordered[-1])


def _quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def counts(dataset: Dataset, column: str) -> Counter[Value]:
    """Return how many participants have which value in a column of `participants`."""
    return Counter(row[column] for row in dataset.table("participants").records())


def covariate(dataset: Dataset, column: str) -> Spread:
    """Return the distribution of a number in `participants`."""
    return spread(_numbers(row[column] for row in dataset.table("participants").records()))


def slots(dataset: Dataset) -> list[Slot]:
    """Return every visit x instrument in the protocol's order."""
    visits: dict[tuple[Value, Value], list[dict[str, Value]]] = {}
    for row in dataset.table("visits").records():
        visits.setdefault((row["visit"], row["instrument"]), []).append(row)
    scores: dict[tuple[Value, Value], list[dict[str, Value]]] = {key: [] for key in visits}
    for row in dataset.table("scores").records():
        scores[row["visit"], row["instrument"]].append(row)
    return [
        Slot(
            str(visit),
            str(instrument),
            {name: sum(row["status"] == name for row in rows) for name in STATUS},
            _in_window(rows),
            spread(_numbers(row["score"] for row in scores[visit, instrument])),
            spread(_numbers(row["change"] for row in scores[visit, instrument])),
        )
        for (visit, instrument), rows in visits.items()
    ]


def _in_window(rows: Sequence[dict[str, Value]]) -> int | None:
    if any("in_window" not in row for row in rows):
        return None
    return sum(row["in_window"] == "yes" for row in rows)


def shares(dataset: Dataset) -> list[Share]:
    """Return how many improved, by definition."""
    found: dict[str, Counter[Value]] = {}
    for row in dataset.table("responders").records():
        found.setdefault(str(row["responder"]), Counter())[row["improved"]] += 1
    return [
        Share(key, many["yes"], many["yes"] + many["no"], many.total())
        for key, many in found.items()
    ]


def _numbers(values: Iterator[Value]) -> list[Fraction]:
    return [Fraction(value) for value in values if isinstance(value, int | Fraction)]

"""Tables that may leave: columns that explain themselves and rows of plain values. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

from modules.outcomes.scales import half_up
from modules.text import Text

Row = Mapping[str, object]
"""One raw row, before blinding: whatever the records hold."""

Value = str | int | Fraction | None
"""What a cell may hold after blinding; there is no kind for dates or free text."""

DECIMALS = 6
"""Decimal places of an unrounded number in a file."""

PARTICIPANT = "participant_id"
"""The key in a raw row that says whose it is; blinding replaces it."""

NOTHING = Text("", "")


class Kind(StrEnum):
    """What the values of a column are."""

    IDENTIFIER = "identifier"
    KEY = "key"
    VERSION = "version"
    CODE = "code"
    MARKS = "marks"
    INTEGER = "integer"
    DECIMAL = "decimal"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name, what it means in both languages, and how a raw row yields its value.

    `codes` are the values a CODE column may hold, `unit` and `low`/`high` belong to numbers,
    `derivation` says how it is made, `empty` what an empty cell means.
    """

    name: str
    label: Text
    kind: Kind
    take: Callable[[Row], object] | None = None
    unit: Text = NOTHING
    low: int | None = None
    high: int | None = None
    codes: Mapping[str, Text] = field(default_factory=dict)
    derivation: Text = NOTHING
    empty: Text = NOTHING

    def value(self, row: Row) -> object:
        """Return what the raw row says for this column."""
        return row.get(self.name) if self.take is None else self.take(row)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its key (which is its file name), its title, its columns and rows."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def records(self) -> Iterator[dict[str, Value]]:
        """Yield the rows as mappings from column name to value."""
        for row in self.rows:
            yield dict(zip(self.header, row, strict=True))


@dataclass(frozen=True, slots=True)
class Dataset:
    """The blinded tables of one audience, participants in an order that tells nothing."""

    audience: str
    tables: tuple[Table, ...]

    def table(self, key: str) -> Table:
        """Return a table. Raises KeyError."""
        return {table.key: table for table in self.tables}[key]

    def has(self, key: str) -> bool:
        """Say whether this audience has the table."""
        return key in map(attrgetter("key"), self.tables)

    @property
    def export_ids(self) -> tuple[str, ...]:
        """The export ids of the participants, in the order of the tables."""
        return tuple(str(row["export_id"]) for row in self.table("participants").records())


def decimal_text(value: Fraction | int, places: int = DECIMALS) -> str:
    """Return a number with a decimal point, half-up to `places`, without trailing zeros."""
    rounded = half_up(Fraction(value), places)
    whole, part = divmod(abs(rounded.numerator) * 10**places // rounded.denominator, 10**places)
    sign = "-" if rounded < 0 else ""
    tail = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def cell_text(value: Value) -> str:
    """Return a value as it stands in a file: ISO numbers, empty for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else decimal_text(value)

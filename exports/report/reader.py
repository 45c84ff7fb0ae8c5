"""How one report is written: its words, its numbers, and what it looks up by key. Pure."""

from dataclasses import dataclass, field
from fractions import Fraction

from markupsafe import Markup

from exports import svg
from exports.format import Cover
from exports.tables import Dataset, Value, decimal_text
from exports.wording import REPORT
from modules.outcomes.questionnaire import Instrument
from modules.study.protocol import Visit
from modules.text import Text

MINUS = "\N{MINUS SIGN}"

Chart = tuple[str, Markup]
"""The name above a chart, and the chart."""


@dataclass(frozen=True)
class Reader:
    """How one report is written: its words, and the instruments and visits by key."""

    dataset: Dataset
    cover: Cover
    locale: str
    instruments: dict[str, Instrument] = field(init=False)
    visits: tuple[Visit, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "instruments", {one.key: one for one in self.cover.instruments})
        object.__setattr__(self, "visits", self.cover.protocol.visits)

    @property
    def days_told(self) -> bool:
        """Whether this reader is told on which study days forms were answered."""
        columns = self.dataset.table("scores").columns
        return any(column.name == "study_day" for column in columns)

    @property
    def language(self) -> str:
        """The language of the document, as a PDF states it."""
        return "en" if self.locale.lower().startswith("en") else "es-MX"

    def say(self, key: str) -> str:
        """Return a text of the report."""
        return REPORT[key].get(self.locale)

    def text(self, text: Text) -> str:
        """Return a text that is data."""
        return text.get(self.locale)

    def number(self, value: Fraction | int | None, places: int = 1) -> str:
        """Return a number with exactly `places` decimals and a true minus sign."""
        if value is None:
            return "–"
        plain = decimal_text(value, places)
        if places:
            whole, _, tail = plain.partition(".")
            plain = f"{whole}.{tail:0<{places}}"
        return plain.replace("-", MINUS)

    def short(self, value: Value) -> str:
        """Return a score as it is shown, without trailing zeros."""
        if not isinstance(value, int | Fraction):
            return "–"
        return decimal_text(value, 2).replace("-", MINUS)

    def share(self, part: int, total: int) -> str:
        """Return `12 (34.3 %)`."""
        if not total:
            return "0"
        return f"{part} ({self.number(Fraction(100 * part, total))} %)"


def own_wording(reader: Reader) -> list[Instrument]:
    """Return the licensed instruments that somebody answered in our own wording."""
    asked = {
        row["instrument"]
        for row in reader.dataset.table("items").records()
        if row["wording"] == "own"
    }
    return [
        one for one in reader.cover.instruments if one.key in asked and one.licence == "licensed"
    ]


def shown_day(day: int) -> str:
    """Return a study day with a true minus sign."""
    return str(day).replace("-", MINUS)


def frame(one: Instrument, width: int, height: int) -> svg.Size:
    """Return the size of a chart (points) over the whole range of the score."""
    low, high = one.score_range
    return svg.Size(width, height, float(low), float(high))

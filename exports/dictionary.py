"""The codebook: every column and every question of an export, made from the code itself. Pure.

`python -m exports.dictionary` writes `docs/data-dictionary.md` anew on standard output.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from exports.audience import Audience
from exports.audiences import AUDIENCES
from exports.columns import TABLES
from exports.tables import NOTHING, Column, Kind, Table, Value
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    Direction,
    Instrument,
    Item,
    Licence,
)
from modules.text import Text

DIRECTIONS = {
    Direction.HIGHER_IS_WORSE: Text("más alto = peor", "higher = worse"),
    Direction.HIGHER_IS_BETTER: Text("más alto = mejor", "higher = better"),
}

LICENCES = {
    Licence.OPEN: Text("uso libre", "free to use"),
    Licence.LICENSED: Text(
        "requiere licencia; sin paquete de texto, la redacción es propia y no es el texto validado",
        "needs a licence; without a text pack the wording is our own, not the validated text",
    ),
    Licence.SITE: Text("texto propio del centro", "the site's own text"),
}

HEADER = (
    "table",
    "column",
    "instrument",
    "item",
    "label_es",
    "label_en",
    "type",
    "unit_es",
    "unit_en",
    "range",
    "codes_es",
    "codes_en",
    "recall_es",
    "recall_en",
    "direction_es",
    "direction_en",
    "licence_es",
    "licence_en",
    "derivation_es",
    "derivation_en",
    "empty_es",
    "empty_en",
)


def codebook(tables: Sequence[Table], instruments: Sequence[Instrument]) -> Table:
    """Return the codebook of these tables as a table of texts: columns, then questions, scores."""
    rows = [_row(table=t.key, column=c.name, **_column(c)) for t in tables for c in t.columns]
    keys = {table.key for table in tables}
    for instrument in instruments:
        if "items" in keys:
            rows += [_item_row(instrument, item) for item in instrument.items]
        if "scores" in keys:
            rows.append(_score_row(instrument))
    columns = tuple(Column(name=n, label=Text(n, n), kind=Kind.VERSION) for n in HEADER)
    return Table("codebook", Text("Libro de códigos", "Codebook"), columns, tuple(rows))


def _row(**parts: str) -> tuple[Value, ...]:
    return tuple(parts.get(name, "") for name in HEADER)


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_es": text.es, f"{name}_en": text.en}


def _column(column: Column) -> dict[str, str]:
    return {
        "type": column.kind.value,
        "range": _range(column.low, column.high),
        **_both("label", column.label),
        **_both("unit", column.unit),
        **_both("codes", coded(column.codes)),
        **_both("derivation", column.derivation),
        **_both("empty", column.empty),
    }


def _range(low: object, high: object) -> str:
    return "" if low is None and high is None else f"{_end(low)}..{_end(high)}"


def _end(bound: object) -> str:
    return "" if bound is None else str(bound)


def coded(codes: Mapping[str, Text]) -> Text:
    """Return codes with their meanings as `code = meaning; code = meaning`."""
    return _joined({code: (text.es, text.en) for code, text in codes.items()})


def _joined(codes: Mapping[str, tuple[str, str]]) -> Text:
    return Text(
        "; ".join(f"{code} = {es}" for code, (es, _) in codes.items()),
        "; ".join(f"{code} = {en}" for code, (_, en) in codes.items()),
    )


def item_codes(instrument: Instrument, item: Item) -> Text:
    """Return what the codes of a question mean.

    Our own wording only: of a licensed text pack the codes alone are given, its words stay where
    the licence put them.
    """
    if item.withheld:
        return NOTHING
    if not item.choices:
        low, high = item.anchors or (NOTHING, NOTHING)
        return _joined(
            {str(item.minimum): (low.es, low.en), str(item.maximum): (high.es, high.en)}
            if item.anchors
            else {}
        )
    return _joined({
        str(choice.value): (
            "" if "es" in instrument.packs else choice.label.es,
            "" if "en" in instrument.packs else choice.label.en,
        )
        for choice in item.choices
    })  # fmt: skip


def item_range(item: Item) -> str:
    """Return the lowest and highest code of a question as `0..5`; nothing for free text."""
    return "" if item.withheld else _range(item.minimum, item.maximum)


def _item_row(instrument: Instrument, item: Item) -> tuple[Value, ...]:
    return _row(
        table="items",
        column="value",
        instrument=instrument.key,
        item=item.key,
        type="text (withheld)" if item.withheld else "code",
        range=item_range(item),
        **_both("label", item.topic),
        **_both("codes", item_codes(instrument, item)),
        **_instrument(instrument),
    )


def _score_row(instrument: Instrument) -> tuple[Value, ...]:
    low, high = instrument.range_ends
    return _row(
        table="scores",
        column="score",
        instrument=instrument.key,
        item=instrument.headline,
        type=Kind.DECIMAL.value,
        range=_range(low, high),
        **_both("label", instrument.title),
        **_both("unit", instrument.unit),
        **_both("codes", band_codes(instrument)),
        **_both("derivation", instrument.missing_rule),
        **_instrument(instrument),
    )


def band_codes(instrument: Instrument) -> Text:
    """Return the bands of an instrument with their bounds, both included."""
    bounds = {band.key: f"{band.low}-{band.high}" for band in instrument.bands}
    return _joined(
        {
            band.key: (f"{bounds[band.key]} {band.label.es}", f"{bounds[band.key]} {band.label.en}")
            for band in instrument.bands
        }
    )


def _instrument(instrument: Instrument) -> dict[str, str]:
    licence = LICENCES[instrument.licence]
    return {
        **_both("recall", instrument.recall),
        **_both("direction", DIRECTIONS[instrument.direction]),
        "licence_es": f"{licence.es}. {instrument.rights.es}",
        "licence_en": f"{licence.en}. {instrument.rights.en}",
    }


def as_markdown(
    audiences: Mapping[str, Audience] = AUDIENCES,
    instruments: Mapping[str, Instrument] = INSTRUMENTS,
) -> str:
    """Return `docs/data-dictionary.md`: every column by table and audience, every instrument."""
    return "\n".join(_lines(audiences, instruments)) + "\n"


def _lines(
    audiences: Mapping[str, Audience], instruments: Mapping[str, Instrument]
) -> Iterator[str]:
    yield from (
        "# Data dictionary",
        "",
        "Every column that can leave Columna. This page is written by",
        "`python -m exports.dictionary > docs/data-dictionary.md`; a test fails when it is not",
        "current. The same texts travel with every export as `codebook.csv`, in Spanish and",
        "English.",
        "",
        "CSV files are UTF-8 after RFC 4180, numbers have a decimal point, and the column «empty»",
        "says what an empty cell means. No table has a date: days are study days (the first is 1,",
        "the one before it -1).",
    )
    for key, (title, columns) in TABLES.items():
        yield from ("", f"## `{key}`", "", f"{title.en}.", "")
        yield from _table(
            ("column", "meaning", "type", "unit", "values", "derivation", "empty", "audiences"),
            (
                (
                    f"`{c.name}`",
                    c.label.en,
                    c.kind.value,
                    c.unit.en,
                    coded(c.codes).en or _range(c.low, c.high),
                    c.derivation.en,
                    c.empty.en,
                    ", ".join(
                        a.key for a in audiences.values() if c.name in a.columns.get(key, ())
                    ),
                )
                for c in columns
            ),
        )
    yield from (
        "",
        "## `wide`",
        "",
        "One row per person: the columns of `participants`, then `<instrument>_<visit>` with the",
        "unrounded score of every visit of the protocol.",
    )
    for instrument in instruments.values():
        yield from _instrument_lines(instrument)


def _instrument_lines(instrument: Instrument) -> Iterator[str]:
    low, high = instrument.range_ends
    mark = instrument.wording
    yield from ("", f"## Instrument `{instrument.key}`: {instrument.title.en}", "")
    facts: tuple[tuple[str, str], ...] = (
        ("Version", instrument.version),
        ("Main score", f"`{instrument.headline}`, {low}..{high} {instrument.unit.en}"),
        ("Direction", DIRECTIONS[instrument.direction].en),
        ("Recall", instrument.recall.en),
        ("Bands", band_codes(instrument).en),
        ("Missing answers", instrument.missing_rule.en),
        ("Licence", f"{LICENCES[instrument.licence].en}. {instrument.rights.en}"),
        ("Wording", mark.en if mark else ""),
        ("Source", instrument.source),
    )
    yield from (f"* {name}: {text.rstrip('.')}." for name, text in facts if text)
    yield ""
    yield from _table(
        ("item", "topic", "range", "codes (own wording)"),
        (
            (
                f"`{item.key}`",
                item.topic.en,
                item_range(item) or "free text, withheld",
                item_codes(instrument, item).en,
            )
            for item in instrument.items
        ),
    )


def _table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    escape: Callable[[str], str] = lambda text: text.replace("|", "\\|")  # noqa: E731
    for row in rows:
        yield f"| {' | '.join(map(escape, row))} |"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())

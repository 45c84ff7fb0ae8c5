"""Each participant: covariates, a table of scores by visit, the charts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exports import dictionary, svg
from exports.columns import ACTIVITY, MISSING, OLDEST_GROUP, SEX, YOUNGEST_GROUP
from exports.report.reader import Chart, Reader, frame, shown_day
from exports.tables import Value
from modules.study.protocol import Visit


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands at one visit for one instrument: the value and what is to be said about it."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """One instrument of one participant: its name, unit and a cell for every visit."""

    name: str
    unit: str
    cells: tuple[Cell | None, ...]
    """None where the protocol does not ask the instrument at a visit."""


@dataclass(frozen=True, slots=True)
class ParticipantReport:
    """One participant in the report."""

    export_id: str
    covariates: str
    lines: tuple[InstrumentRow, ...]
    charts: tuple[Chart, ...]
    answers: tuple[tuple[str, tuple[Visit, ...], tuple[InstrumentRow, ...]], ...] = ()
    """Instrument, the visits that ask it and its answers, in a report of one participant alone."""


def people(reader: Reader) -> list[ParticipantReport]:
    """Return a block for every participant, in the order of the data."""
    scores = _by_person(reader, "scores")
    visits = _by_person(reader, "visits")
    items = _by_person(reader, "items") if reader.cover.single else {}
    return [
        ParticipantReport(
            str(row["export_id"]),
            _covariates(reader, row),
            tuple(_lines(reader, visits[row["export_id"]], scores[row["export_id"]])),
            tuple(_charts(reader, str(row["export_id"]), scores[row["export_id"]])),
            tuple(_answers(reader, items.get(row["export_id"], []))),
        )
        for row in reader.dataset.table("participants").records()
    ]


def _by_person(reader: Reader, table: str) -> dict[Value, list[dict[str, Value]]]:
    found: dict[Value, list[dict[str, Value]]] = {}
    for row in reader.dataset.table(table).records():
        found.setdefault(row["export_id"], []).append(row)
    return found


def _covariates(reader: Reader, row: dict[str, Value]) -> str:
    if row["age_group_from"] is None:
        return reader.say("not_recorded")
    facts = [
        _age(reader, row["age_group_from"]),
        reader.text(SEX[str(row["sex"])]),
        f"{reader.short(row['bmi'])} kg/m²",
        f"{reader.say('conditions_short')}: {row['condition_count']}"
        + ("+" if row["condition_count"] == 3 else ""),
        f"{reader.say('activity_short')}: {reader.text(ACTIVITY[str(row['activity_level'])])}",
    ]
    return " · ".join(facts)


def _age(reader: Reader, first: Value) -> str:
    if first == YOUNGEST_GROUP:
        return f"{reader.say('age_open_low')} {reader.say('years')}"
    if first == OLDEST_GROUP:
        return f"{reader.say('age_open_high')} {reader.say('years')}"
    return f"{first}–{int(str(first)) + 4} {reader.say('years')}"


def _lines(
    reader: Reader, visits: Sequence[dict[str, Value]], scores: Sequence[dict[str, Value]]
) -> list[InstrumentRow]:
    status = {(row["visit"], row["instrument"]): str(row["status"]) for row in visits}
    cells = {
        (row["visit"], row["instrument"]): _cell(
            reader, row, status[row["visit"], row["instrument"]]
        )
        for row in scores
    }
    return [
        InstrumentRow(
            reader.text(one.title),
            reader.text(one.unit),
            tuple(cells.get((visit.key, key)) for visit in reader.visits),
        )
        for key, one in reader.instruments.items()
    ]


def _cell(reader: Reader, row: dict[str, Value], status: str) -> Cell:
    if status in ("missing", "not_due"):
        return Cell("", reader.say(status))
    signs = [
        reader.say(sign)
        for sign, holds in (
            ("sign_outside", row.get("in_window") == "no"),
            ("sign_prorated", row["score_status"] == "prorated"),
        )
        if holds
    ]
    on = row.get("study_day")
    day = f"{reader.say('day')} {shown_day(int(str(on)))}" if on else ""
    change = _signed(reader, row["change"])
    note = ", ".join(part for part in (day, change, " ".join(signs)) if part)
    if row["score"] is None:
        return Cell(reader.say("no_score"), note)
    return Cell(reader.short(row["score_shown"]), note)


def _signed(reader: Reader, value: Value) -> str:
    if not isinstance(value, int | Fraction):
        return ""
    return f"+{reader.short(value)}" if value > 0 else reader.short(value)


def _charts(reader: Reader, export_id: str, scores: Sequence[dict[str, Value]]) -> list[Chart]:
    days = {visit.key: visit.target_day for visit in reader.visits}
    charts = []
    for key, one in reader.instruments.items():
        rows = [row for row in scores if row["instrument"] == key]
        if len(rows) < 2:
            continue
        points = [_point(reader, row, days[str(row["visit"])]) for row in rows]
        values = ", ".join(
            f"{reader.say('day')} {point.label}: {point.shown or reader.say('no_score')}"
            for point in points
        )
        title = f"{export_id}, {reader.text(one.title)} ({reader.text(one.unit)}): {values}"
        size = (310, 130) if reader.cover.single else (166, 62)
        chart = svg.trend(title, points, frame(one, *size))
        charts.append((reader.text(one.title), chart))
    return charts


def _point(reader: Reader, row: dict[str, Value], day: int) -> svg.Point:
    score = row["score"]
    if not isinstance(score, int | Fraction):
        return svg.Point(day, str(day), None)
    return svg.Point(day, str(day), float(score), shown=reader.short(row["score_shown"]))


def _answers(
    reader: Reader, items: Sequence[dict[str, Value]]
) -> list[tuple[str, tuple[Visit, ...], tuple[InstrumentRow, ...]]]:
    found = {(row["visit"], row["instrument"], row["item"]): row for row in items}
    tables = []
    for key, one in reader.instruments.items() if items else ():
        visits = tuple(visit for visit in reader.visits if key in visit.instruments)
        lines = tuple(
            InstrumentRow(
                reader.text(item.topic),
                dictionary.item_range(item),
                tuple(_answer(reader, found[visit.key, key, item.key]) for visit in visits),
            )
            for item in one.items
        )
        tables.append((reader.text(one.title), visits, lines))
    return tables


def _answer(reader: Reader, row: dict[str, Value]) -> Cell:
    if row["value"] is None:
        reason = str(row["missing_reason"])
        return Cell("", reader.text(MISSING[reason]))
    marks = row["all_marks"]
    return Cell(reader.short(row["value"]), str(marks).replace("|", ", ") if marks else "")

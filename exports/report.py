"""The report as HTML: a cover with the figures of everybody, then each participant, then notes.

It reads the blinded tables and the public protocol, nothing else. Pure: text in, text out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from exports import dictionary, summary, svg
from exports.columns import ACTIVITY, MISSING, OLDEST_GROUP, SEX, STATUS, YOUNGEST_GROUP
from exports.format import SCHEMA_VERSION, Cover
from exports.tables import Dataset, Value, decimal_text
from exports.wording import REPORT
from modules.protocol import Visit
from modules.questionnaire import Instrument
from modules.text import Text

PEOPLE_A_PART = 25
"""Participants laid out together: keeps the memory of a long report within bounds."""

MOST_PEOPLE = 250
"""Beyond so many the report keeps the tables of everybody and leaves the blocks to the CSV: 200
blocks are 60 pages, and every further one costs 2 MB of memory while the PDF is written."""

MINUS = "\N{MINUS SIGN}"

Chart = tuple[str, Markup]
"""The name above a chart, and the chart."""

_templates = Environment(
    loader=PackageLoader("exports", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands at one visit for one instrument: the value and what is to be said about it."""

    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument of one participant: its name, unit and a cell for every visit."""

    name: str
    unit: str
    cells: tuple[Cell | None, ...]
    """None where the protocol does not ask the instrument at a visit."""


@dataclass(frozen=True, slots=True)
class Person:
    """One participant in the report."""

    export_id: str
    covariates: str
    lines: tuple[Line, ...]
    charts: tuple[Chart, ...]
    answers: tuple[tuple[str, tuple[Visit, ...], tuple[Line, ...]], ...] = ()
    """Instrument, the visits that ask it and its answers, in a report of one participant alone."""


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


def parts(dataset: Dataset, cover: Cover, locale: str) -> list[str]:
    """Return the HTML documents of a report in order: cover, participants in parts, notes."""
    reader = Reader(dataset, cover, locale)
    shown = len(dataset.export_ids) <= MOST_PEOPLE
    people = _people(reader) if shown else []
    if cover.single:
        return [_render(reader, "one.html", people=people, notes=_notes(reader))]
    return [
        _render(reader, "cover.html", shown=shown, **_overview(reader)),
        *(
            _render(reader, "people.html", people=chunk, opening=number == 0)
            for number, chunk in enumerate(_chunks(people))
        ),
        _render(reader, "notes.html", notes=_notes(reader)),
    ]


def _render(reader: Reader, template: str, **values: object) -> str:
    return _templates.get_template(template).render(
        say=reader.say,
        text=reader.text,
        reader=reader,
        cover=reader.cover,
        facts=_facts(reader),
        marks=_marks(reader),
        status=STATUS,
        **values,
    )


def _chunks(people: Sequence[Person]) -> list[Sequence[Person]]:
    starts = range(0, len(people), PEOPLE_A_PART)
    return [people[start : start + PEOPLE_A_PART] for start in starts]


def _facts(reader: Reader) -> list[tuple[str, str]]:
    cover, registry = reader.cover, reader.cover.protocol.registry
    facts = [("registry", registry.id), ("organisation_id", registry.organisation_id)] if (
        registry
    ) else []  # fmt: skip
    if registry:
        facts += [("sponsor", registry.sponsor), ("ethics", registry.ethics)]
    facts += [
        ("study", cover.study_key),
        ("audience", reader.text(cover.audience_label)),
        ("extracted", cover.extracted_on.isoformat()),
        ("protocol", f"{cover.protocol.key} {cover.protocol.version} / {SCHEMA_VERSION}"),
        ("participants", str(len(reader.dataset.export_ids))),
    ]
    return [(reader.say(name), value) for name, value in facts if value]


def _marks(reader: Reader) -> list[tuple[str, str]]:
    kind = "blinded" if reader.cover.blinded else "coded"
    marks = [(reader.say(kind), reader.say(f"{kind}_note"))]
    if reader.cover.synthetic:
        marks.append((reader.say("synthetic"), reader.say("synthetic_note")))
    own = own_wording(reader)
    if own:
        note = (
            f"{', '.join(reader.text(one.title) for one in own)}: {reader.say('own_wording_note')}"
        )
        marks.append((reader.say("own_wording"), note))
    return marks


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


def _overview(reader: Reader) -> dict[str, object]:
    slots = summary.slots(reader.dataset)
    rules = {rule.key: rule for rule in reader.cover.protocol.responders}
    return {
        "total": len(reader.dataset.export_ids),
        "baseline": _baseline(reader),
        "slots": slots,
        "shares": [(rules[share.responder], share) for share in summary.shares(reader.dataset)],
        "figures": [
            _figure(reader, one, [s for s in slots if s.instrument == one.key])
            for one in reader.cover.instruments
            if sum(s.scores.n > 0 for s in slots if s.instrument == one.key) > 1
        ],
        "visit_titles": {visit.key: reader.text(visit.title) for visit in reader.visits},
        "windows": {v.key: f"{_day(v.opens_day)} … {_day(v.closes_day)}" for v in reader.visits},
    }


def _day(day: int) -> str:
    return str(day).replace("-", MINUS)


def _baseline(reader: Reader) -> list[tuple[str, list[tuple[str, str]], int]]:
    """Return characteristic, its lines (label, value) and how many people have it recorded."""
    age, bmi = (summary.covariate(reader.dataset, name) for name in ("age_group_from", "bmi"))
    quartiles = ", ".join(reader.number(value, 0) for value in (age.q1, age.q3))
    return [
        (reader.say("age"), [("", f"{reader.number(age.median, 0)} [{quartiles}]")], age.n),
        (reader.say("sex"), *_counted(reader, "sex", {k: reader.text(v) for k, v in SEX.items()})),
        (reader.say("bmi"), [("", f"{reader.number(bmi.mean)} ({reader.number(bmi.sd)})")], bmi.n),
        (
            reader.say("conditions"),
            *_counted(
                reader,
                "condition_count",
                {0: "0", 1: "1", 2: "2", 3: f"3 {reader.say('or_more')}"},
            ),
        ),
        (
            reader.say("activity"),
            *_counted(
                reader,
                "activity_level",
                {int(key): reader.text(value) for key, value in ACTIVITY.items()},
            ),
        ),
    ]


def _counted(
    reader: Reader, column: str, labels: dict[str, str] | dict[int, str]
) -> tuple[list[tuple[str, str]], int]:
    found = summary.counts(reader.dataset, column)
    known = sum(many for value, many in found.items() if value is not None)
    return [(label, reader.share(found[key], known)) for key, label in labels.items()], known


def _figure(reader: Reader, one: Instrument, slots: Sequence[summary.Slot]) -> Chart:
    days = {visit.key: visit.target_day for visit in reader.visits}
    title = f"{reader.text(one.title)} ({reader.text(one.unit)})"
    points = [
        svg.Point(
            days[slot.visit],
            f"{reader.say('day')} {days[slot.visit]}",
            None if slot.scores.median is None else float(slot.scores.median),
            None
            if slot.scores.q1 is None or slot.scores.q3 is None
            else (float(slot.scores.q1), float(slot.scores.q3)),
            reader.short(slot.scores.median),
        )
        for slot in slots
    ]
    values = ", ".join(f"{point.label}: {point.shown}" for point in points)
    alternative = f"{title}. {reader.say('median_figure')} {values}"
    chart = svg.trend(alternative, points, _frame(one, 310, 112))
    return title, Markup(chart)  # noqa: S704 - escaped by svg


def _frame(one: Instrument, width: int, height: int) -> svg.Frame:
    low, high = one.score_range
    return svg.Frame(width, height, float(low), float(high))


def _people(reader: Reader) -> list[Person]:
    scores = _by_person(reader, "scores")
    visits = _by_person(reader, "visits")
    items = _by_person(reader, "items") if reader.cover.single else {}
    return [
        Person(
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
) -> list[Line]:
    status = {(row["visit"], row["instrument"]): str(row["status"]) for row in visits}
    cells = {
        (row["visit"], row["instrument"]): _cell(
            reader, row, status[row["visit"], row["instrument"]]
        )
        for row in scores
    }
    return [
        Line(
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
            ("sign_late", status == "late"),
            ("sign_outside", row["in_window"] == "no"),
            ("sign_prorated", row["score_status"] == "prorated"),
        )
        if holds
    ]
    day = f"{reader.say('day')} {_day(int(str(row['study_day'])))}" if row["study_day"] else ""
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
        chart = Markup(svg.trend(title, points, _frame(one, *size)))  # noqa: S704 - escaped by svg
        charts.append((reader.text(one.title), chart))
    return charts


def _point(reader: Reader, row: dict[str, Value], day: int) -> svg.Point:
    score = row["score"]
    if not isinstance(score, int | Fraction):
        return svg.Point(day, str(day), None)
    return svg.Point(day, str(day), float(score), shown=reader.short(row["score_shown"]))


def _answers(
    reader: Reader, items: Sequence[dict[str, Value]]
) -> list[tuple[str, tuple[Visit, ...], tuple[Line, ...]]]:
    found = {(row["visit"], row["instrument"], row["item"]): row for row in items}
    tables = []
    for key, one in reader.instruments.items() if items else ():
        visits = tuple(visit for visit in reader.visits if key in visit.instruments)
        lines = tuple(
            Line(
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


def _notes(reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    own = own_wording(reader)
    notes = []
    for one in reader.cover.instruments:
        low, high = one.score_range
        facts = [
            ("version", one.version),
            ("main_score", f"{low} … {high} {reader.text(one.unit)}"),
            ("direction", reader.text(dictionary.DIRECTIONS[one.direction])),
            ("recall", reader.text(one.recall)),
            ("bands", reader.text(dictionary.band_codes(one))),
            ("missing_rule", reader.text(one.missing_rule)),
            ("licence", _licence(reader, one)),
            ("wording", f"{reader.say('own_wording')}, {reader.say('own_wording_note')}"
             if one in own else ""),
        ]  # fmt: skip
        notes.append(
            (reader.text(one.title), [(reader.say(name), value) for name, value in facts if value])
        )
    return notes


def _licence(reader: Reader, one: Instrument) -> str:
    return f"{reader.text(dictionary.LICENCES[one.licence])}. {reader.text(one.rights)}"

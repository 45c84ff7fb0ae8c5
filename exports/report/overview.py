"""The figures of everybody: who took part, what was answered, how scores went. Pure."""

from collections.abc import Sequence

from exports import summary, svg
from exports.columns import ACTIVITY, SEX
from exports.report.reader import Chart, Reader, frame, shown_day
from modules.outcomes.questionnaire import Instrument


def overview(reader: Reader) -> dict[str, object]:
    """Return what the cover shows: who took part, scores by visit, responders, windows."""
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
        "windows": {
            v.key: f"{shown_day(v.opens_day)} … {shown_day(v.closes_day)}" for v in reader.visits
        },
    }


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
    chart = svg.trend(alternative, points, frame(one, 310, 112))
    return title, chart

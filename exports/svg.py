"""The report's small chart: a score over the visits. Pure; drawn with `modules.outcomes.svg`.

Readable without colour: values stand at their points, a missing one breaks the line and is
an empty ring on the ground. A PDF takes its text alternative from `<title>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from modules.outcomes.svg import (
    BLUE,
    GRID,
    INK,
    QUIET,
    Frame,
    element,
    picture,
    points,
    runs,
)

LEFT, RIGHT, TOP, BOTTOM, INSET = 20, 6, 12, 13, 6
BAND = "#dcebf8"


@dataclass(frozen=True, slots=True)
class Point:
    """One visit: where it stands (study day), its short label, value and, if any, spread."""

    day: int
    label: str
    value: float | None
    spread: tuple[float, float] | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a chart in px and the lowest and highest value of its scale."""

    width: int
    height: int
    low: float
    high: float


def trend(title: str, visits: Sequence[Point], size: Size) -> Markup:
    """Return the chart as an SVG element whose title says what it shows; at least one visit."""
    left, right = LEFT + INSET, size.width - RIGHT - INSET
    first, last = visits[0].day, visits[-1].day
    frame = Frame(left, right, TOP, size.height - BOTTOM, first, last, size.low, size.high)
    known = [point for point in visits if point.value is not None]
    parts = [element("title", title), *_grid(size, frame), *_band(known, frame)]
    parts += _line(visits, frame)
    for point in visits:
        parts += _mark(point, size, frame)
    width, height = size.width, size.height
    return picture(parts, (width, height), class_="trend", width=width, height=height)


def _grid(size: Size, frame: Frame) -> list[str]:
    parts, right = [], size.width - RIGHT
    for at in (size.low, (size.low + size.high) / 2, size.high):
        y = frame.y(at)
        parts.append(element("line", x1=LEFT, x2=right, y1=y, y2=y, stroke=GRID, stroke_width=0.7))
        parts.append(_text(LEFT - 3, y + 2.5, QUIET, f"{at:g}", "end"))
    return parts


def _band(known: Sequence[Point], frame: Frame) -> list[str]:
    spreads = [(frame.x(point.day), point.spread) for point in known if point.spread]
    upper = [(x, frame.y(spread[1])) for x, spread in spreads]
    lower = [(x, frame.y(spread[0])) for x, spread in reversed(spreads)]
    return [element("polygon", points=points(upper + lower), fill=BAND)] if spreads else []


def _line(visits: Sequence[Point], frame: Frame) -> list[str]:
    return [
        element("polyline", points=points(places), fill="none", stroke=BLUE, stroke_width=1.4)
        for run in runs(visits)
        if len(places := [(frame.x(p.day), frame.y(p.value or 0)) for p in run]) > 1
    ]


def _mark(point: Point, size: Size, frame: Frame) -> list[str]:
    x, ground = frame.x(point.day), size.height - 3
    label = _text(x, ground, QUIET, point.label)
    if point.value is None:
        y = frame.y(size.low)
        return [label, element("circle", cx=x, cy=y, r=2.2, fill="#fff", stroke=QUIET)]
    y = frame.y(point.value)
    mark = element("circle", cx=x, cy=y, r=2.4, fill=BLUE)
    return [mark, _text(x, y - 4.5, INK, point.shown), label]


def _text(x: float, y: float, colour: str, text: str, anchor: str = "middle") -> str:
    return element(
        "text",
        text,
        x=x,
        y=y,
        text_anchor=anchor,
        font_size=7.5,
        fill=colour,
        font_family="Liberation Sans, DejaVu Sans, sans-serif",
    )

"""Charts as accessible SVG, made on the server from data: for pages, paper and PDF. Pure.

Every chart says in `<title>` what it shows (a PDF takes its alternative text from there) and needs
no colour to be read: lines differ by dash and mark, values stand beside their points, and a value
that is missing breaks the line. The classes let chart.css adapt a page's chart on a screen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import pi

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

WIDTH, HEIGHT = 320, 210
LEFT, RIGHT, TOP, BOTTOM = 36, 20, 28, 28
INSET = 6
"""px between the edge of the drawn area and the first and last point."""
LEGEND = 20
"""px of a row of the legend."""
RADIUS = 30
LINE_COLOURS, DASHES = (BLUE, "#7a4b00"), ("", "6 4")


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement: `at` places it on the time axis (any unit, the same for all points).

    `value` None breaks the line: a missing answer is shown as missing.
    """

    at: float
    value: float | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart with the name that stands in the legend."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Scale:
    """The value axis: `low` to `high` with a grid line at every `step`; `unit` such as mm or %."""

    low: float
    high: float
    step: float
    unit: str = ""


def trend(
    key: str,
    title: str,
    description: str,
    lines: Sequence[Line],
    scale: Scale,
    ticks: Sequence[tuple[float, str]] = (),
) -> Markup | None:
    """Return a line chart over time; None while no value is known: that is no picture.

    `key` makes the ids unique on the page. `description` says in words what the picture shows and
    which direction is better. `ticks` are the labelled places of the time axis; without them the
    labels of the first line's points are used. Raises ValueError for more than two lines.
    """
    if len(lines) > len(LINE_COLOURS):
        raise ValueError("a trend shows one or two lines")
    if not any(point.value is not None for line in lines for point in line.points):
        return None
    ticks = ticks or [(point.at, point.label) for point in lines[0].points if point.label]
    frame = _frame([p.at for line in lines for p in line.points] + [at for at, _ in ticks], scale)
    parts = [*_grid(frame, scale), *_ticks(frame, ticks)]
    for position, line in enumerate(lines, 1):
        others = [other for other in lines if other is not line]
        parts += _line(frame, line, position, others)
    legend = _legend(lines) if len(lines) > 1 else []
    height = HEIGHT + (LEGEND * len(lines) if legend else 0)
    return _picture(key, title, description, parts + legend, (WIDTH, height))


def ring(key: str, title: str, done: int, total: int) -> Markup:
    """Return a progress ring, `done` of `total` (0 <= done <= total); `title` says it in words."""
    share = min(max(done / total, 0.0), 1.0) if total else 0.0
    parts = [_arc("chart-ring-ground", GRID)]
    if share:
        whole = 2 * pi * RADIUS
        dash = f"{share * whole:.1f} {whole:.1f}"
        turned = "rotate(-90 36 36)"
        parts.append(_arc("chart-ring-done", BLUE, transform=turned, stroke_dasharray=dash))
    parts.append(_text(36, 42, f"{done}/{total}", "middle", size=18, strong=True))
    return _picture(key, title, "", parts, (72, 72))


def _arc(kind: str, colour: str, **attributes: str) -> str:
    """Return the ring's circle, or the part of it that its dash draws."""
    return element(
        "circle",
        class_=kind,
        cx=36,
        cy=36,
        r=RADIUS,
        fill="none",
        stroke=colour,
        stroke_width=8,
        **attributes,
    )


def _frame(times: Iterable[float], scale: Scale) -> Frame:
    found = sorted(times)
    left, right = LEFT + INSET, WIDTH - RIGHT - INSET
    return Frame(left, right, TOP, HEIGHT - BOTTOM, found[0], found[-1], scale.low, scale.high)


def _grid(frame: Frame, scale: Scale) -> list[str]:
    parts = []
    value = scale.low
    while value <= scale.high:
        y = frame.y(value)
        parts.append(
            element(
                "line",
                class_="chart-grid",
                x1=LEFT,
                x2=WIDTH - RIGHT + 8,
                y1=y,
                y2=y,
                stroke=GRID,
                stroke_width=1,
            )
        )
        parts.append(_text(LEFT - 6, y + 4, _plain(value), "end"))
        value += scale.step
    if scale.unit:
        parts.append(_text(0, 12, scale.unit, "start"))
    return parts


def _ticks(frame: Frame, ticks: Sequence[tuple[float, str]]) -> list[str]:
    """Label the time axis; labels that would run into the one before are left out."""
    parts, free_from = [], float("-inf")
    for at, label in ticks:
        half = max(len(label) * 3.6, 8)
        x = min(frame.x(at), WIDTH - half)
        if x - half < free_from:
            continue
        free_from = x + half + 4
        parts.append(_text(x, HEIGHT - BOTTOM + 18, label, "middle"))
    return parts


def _line(frame: Frame, line: Line, position: int, others: Sequence[Line]) -> list[str]:
    parts = [
        _stroke("polyline", position, fill="none", stroke_linejoin="round", points=points(places))
        for run in runs(line.points)
        if len(places := [(frame.x(p.at), frame.y(p.value or 0)) for p in run]) > 1
    ]
    known = [point for point in line.points if point.value is not None]
    sparse = len(known) <= 12
    for point in known if sparse else known[-1:]:
        parts.append(_mark(frame.x(point.at), frame.y(point.value or 0), position))
    for point in {id(p): p for p in (known[:1] + known[-1:])}.values():
        parts.append(_value(frame, point, above=_stands_higher(point, position, others)))
    return parts


def _stroke(name: str, position: int, **attributes: float | str) -> str:
    """Return an element drawn as the line at this position is drawn."""
    colour, dash = LINE_COLOURS[position - 1], DASHES[position - 1]
    return element(
        name,
        class_=f"chart-line-{position}",
        stroke=colour,
        stroke_width=2.5,
        stroke_dasharray=dash,
        **attributes,
    )


def _stands_higher(point: Point, position: int, others: Sequence[Line]) -> bool:
    """Whether a number stands above its mark: away from the other line's mark at the same place."""
    beside = [p.value for line in others for p in line.points if p.at == point.at]
    known = [value for value in beside if value is not None and value != point.value]
    return (point.value or 0) > known[0] if known else position == 1


def _mark(x: float, y: float, position: int) -> str:
    mark = {
        1: partial(element, "circle", cx=x, cy=y, r=4),
        2: partial(element, "rect", x=x - 3.5, y=y - 3.5, width=7, height=7),
    }[position]
    colour = LINE_COLOURS[position - 1]
    return mark(class_=f"chart-mark-{position}", fill="#ffffff", stroke=colour, stroke_width=2)


def _value(frame: Frame, point: Point, *, above: bool) -> str:
    value = point.value or 0
    x, y = frame.x(point.at), frame.y(value)
    line = y - 9 if above else y + 19
    if line < 12:
        line = y + 19
    elif line > HEIGHT - BOTTOM - 2:
        line = y - 9
    return _text(x, line, _plain(value), "middle", size=15, strong=True)


def _legend(lines: Sequence[Line]) -> list[str]:
    """Name the lines below the picture, each with its dash in a row of its own.

    How wide a name is depends on the reader's font: side by side the second one is cut.
    """
    parts = []
    for position, line in enumerate(lines, 1):
        y = HEIGHT - 8 + position * LEGEND
        parts.append(_stroke("line", position, x1=LEFT, x2=LEFT + 22, y1=y, y2=y))
        parts.append(_text(LEFT + 27, y + 4, line.name, "start"))
    return parts


def _text(
    x: float, y: float, words: str, anchor: str, size: int = 13, *, strong: bool = False
) -> str:
    kind, colour = ("chart-value", INK) if strong else ("chart-text", QUIET)
    return element(
        "text",
        words,
        class_=kind,
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        fill=colour,
        font_weight="700" if strong else "",
    )


def _plain(value: float) -> str:
    """Return a number without needless decimals."""
    return str(round(value)) if abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _picture(
    key: str, title: str, description: str, parts: Iterable[str], size: tuple[int, int]
) -> Markup:
    said = [element("title", title, id=f"{key}-title")]
    if description:
        said.append(element("desc", description, id=f"{key}-desc"))
    return picture(
        [*said, *parts],
        size,
        role="img",
        class_="chart-picture",
        aria_labelledby=f"{key}-title {key}-desc" if description else f"{key}-title",
        font_family="sans-serif",
    )

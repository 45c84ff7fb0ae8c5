"""Charts as accessible SVG, made on the server from data: the same picture in page and PDF.

Pure: data in, SVG text out. Colours stand as attributes, because paper and PDF know no page style;
the classes let chart.css adapt them on a screen. Every chart has `<title>` and `<desc>` (a PDF
takes its alternative text from `<title>`) and needs no colour to be read: lines differ by
dash and mark, values stand beside the first and last point.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import pi

from markupsafe import Markup, escape

WIDTH, HEIGHT = 320, 210
LEFT, RIGHT, TOP, BOTTOM = 36, 20, 28, 28
LEGEND = 24
INK, QUIET, GRID, LINE_COLOURS = "#1d2125", "#55606b", "#d5dbe1", ("#0f6cbf", "#7a4b00")


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
) -> Markup:
    """Return a line chart over time.

    `key` makes the ids unique on the page. `description` says in words what the picture shows and
    which direction is better. `ticks` are the labelled places of the time axis; without them the
    labels of the first line's points are used. Raises ValueError for more than two lines or no
    point at all: that is no picture.
    """
    known = [point for line in lines for point in line.points if point.value is not None]
    if not known or len(lines) > len(LINE_COLOURS):
        raise ValueError("a trend shows one or two lines with at least one value")
    ticks = ticks or [(point.at, point.label) for point in lines[0].points if point.label]
    times = [p.at for line in lines for p in line.points] + [at for at, _label in ticks]
    frame = _Frame.around(times, scale)
    parts = [*_grid(frame, scale), *_ticks(frame, ticks)]
    for position, line in enumerate(lines, 1):
        others = [other for other in lines if other is not line]
        parts += _line(frame, line, position, others)
    if len(lines) == 1:
        return _svg(key, title, description, parts, WIDTH, HEIGHT)
    return _svg(key, title, description, parts + _legend(lines), WIDTH, HEIGHT + LEGEND)


def ring(key: str, title: str, done: int, total: int) -> Markup:
    """Return a progress ring, `done` of `total` (0 <= done <= total); `title` says it in words."""
    share = min(max(done / total, 0.0), 1.0) if total else 0.0
    round_ = 2 * pi * 30
    parts = [
        f'<circle class="chart-ring-ground" cx="36" cy="36" r="30" fill="none" stroke="{GRID}"'
        ' stroke-width="8"/>'
    ]
    if share:
        parts.append(
            '<circle class="chart-ring-done" cx="36" cy="36" r="30" fill="none"'
            f' stroke="{LINE_COLOURS[0]}" stroke-width="8" transform="rotate(-90 36 36)"'
            f' stroke-dasharray="{share * round_:.1f} {round_:.1f}"/>'
        )
    parts.append(_text(36, 42, f"{done}/{total}", "middle", size=18, strong=True))
    return _svg(key, title, "", parts, 72, 72)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns time and value into places of the picture."""

    first: float
    last: float
    low: float
    high: float

    @classmethod
    def around(cls, times: Iterable[float], scale: Scale) -> "_Frame":
        found = sorted(times)
        return cls(found[0], found[-1], scale.low, scale.high)

    def x(self, at: float) -> float:
        if self.last == self.first:
            return (LEFT + WIDTH - RIGHT) / 2
        return LEFT + 6 + (at - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT - 12)

    def y(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid(frame: _Frame, scale: Scale) -> list[str]:
    parts = []
    value = scale.low
    while value <= scale.high:
        y = frame.y(value)
        parts.append(
            f'<line class="chart-grid" x1="{LEFT}" x2="{WIDTH - RIGHT + 8}" y1="{y:.1f}"'
            f' y2="{y:.1f}" stroke="{GRID}" stroke-width="1"/>'
        )
        parts.append(_text(LEFT - 6, y + 4, _plain(value), "end"))
        value += scale.step
    if scale.unit:
        parts.append(_text(0, 12, scale.unit, "start"))
    return parts


def _ticks(frame: _Frame, ticks: Sequence[tuple[float, str]]) -> list[str]:
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


def _line(frame: _Frame, line: Line, position: int, others: Sequence[Line]) -> list[str]:
    colour = LINE_COLOURS[position - 1]
    dash = "" if position == 1 else ' stroke-dasharray="6 4"'
    parts = []
    for run in _runs(line.points):
        places = [(frame.x(point.at), frame.y(point.value or 0)) for point in run]
        if len(places) > 1:
            parts.append(
                f'<polyline class="chart-line-{position}" fill="none" stroke="{colour}"'
                f' stroke-width="2.5" stroke-linejoin="round"{dash} points="{_points(places)}"/>'
            )
    known = [point for point in line.points if point.value is not None]
    sparse = len(known) <= 12
    for point in known if sparse else known[-1:]:
        parts.append(_mark(frame.x(point.at), frame.y(point.value or 0), position, colour))
    for point in {id(p): p for p in (known[:1] + known[-1:])}.values():
        parts.append(_value(frame, point, above=_stands_higher(point, position, others)))
    return parts


def _stands_higher(point: Point, position: int, others: Sequence[Line]) -> bool:
    """Whether a number stands above its mark: away from the other line's mark at the same place."""
    beside = [p.value for line in others for p in line.points if p.at == point.at]
    known = [value for value in beside if value is not None and value != point.value]
    return (point.value or 0) > known[0] if known else position == 1


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Cut a line where a value is missing."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _mark(x: float, y: float, position: int, colour: str) -> str:
    shape = (
        f'<circle class="chart-mark-1" cx="{x:.1f}" cy="{y:.1f}" r="4"'
        if position == 1
        else f'<rect class="chart-mark-2" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"'
    )
    return f'{shape} fill="#ffffff" stroke="{colour}" stroke-width="2"/>'


def _value(frame: _Frame, point: Point, *, above: bool) -> str:
    value = point.value or 0
    x, y = frame.x(point.at), frame.y(value)
    line = y - 9 if above else y + 19
    if line < 12:
        line = y + 19
    elif line > HEIGHT - BOTTOM - 2:
        line = y - 9
    return _text(x, line, _plain(value), "middle", size=15, strong=True)


def _legend(lines: Sequence[Line]) -> list[str]:
    """Name the lines below the picture, each with its dash."""
    parts, x = [], LEFT
    for position, line in enumerate(lines, 1):
        dash = "" if position == 1 else ' stroke-dasharray="6 4"'
        parts.append(
            f'<line class="chart-line-{position}" x1="{x}" x2="{x + 22}" y1="{HEIGHT + 12}"'
            f' y2="{HEIGHT + 12}" stroke="{LINE_COLOURS[position - 1]}" stroke-width="2.5"{dash}/>'
        )
        parts.append(_text(x + 27, HEIGHT + 16, line.name, "start"))
        x += 44 + round(len(line.name) * 6.8)
    return parts


def _text(
    x: float, y: float, words: str, anchor: str, size: int = 13, *, strong: bool = False
) -> str:
    kind, colour = ("chart-value", INK) if strong else ("chart-text", QUIET)
    weight = ' font-weight="700"' if strong else ""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{colour}"{weight}>{escape(words)}</text>'
    )


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _plain(value: float) -> str:
    """Return a number without needless decimals."""
    return str(round(value)) if abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _svg(
    key: str,
    title: str,
    description: str,
    parts: Iterable[str],
    width: int,
    height: int,
) -> Markup:
    names = f"{key}-title {key}-desc" if description else f"{key}-title"
    described = f'<desc id="{escape(key)}-desc">{escape(description)}</desc>' if description else ""
    return Markup(  # noqa: S704 - every text in it went through escape()
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' class="chart-picture" aria-labelledby="{escape(names)}" font-family="sans-serif">'
        f'<title id="{escape(key)}-title">{escape(title)}</title>{described}{"".join(parts)}</svg>'
    )

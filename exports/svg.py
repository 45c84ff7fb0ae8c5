"""One small chart: a score over the visits. Pure; a PDF takes its text alternative from `<title>`.

Readable without colour: values stand at their points, a missing one breaks the line and is
an empty ring on the ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

LEFT, RIGHT, TOP, BOTTOM = 20, 6, 12, 13
INK, QUIET, GRID, LINE, BAND = "#1d2125", "#55606b", "#d5dbe1", "#0f6cbf", "#dcebf8"


@dataclass(frozen=True, slots=True)
class Point:
    """One visit: where it stands (study day), its short label, value and, if any, spread."""

    day: int
    label: str
    value: float | None
    spread: tuple[float, float] | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a chart in px and the lowest and highest value of its scale."""

    width: int
    height: int
    low: float
    high: float

    def y(self, value: float) -> float:
        """Return where a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.height - BOTTOM - share * (self.height - TOP - BOTTOM), 1)

    def x(self, day: int, first: int, last: int) -> float:
        """Return where a day stands."""
        share = (day - first) / (last - first) if last > first else 0.5
        return round(LEFT + 6 + share * (self.width - LEFT - RIGHT - 12), 1)


def trend(title: str, points: Sequence[Point], frame: Frame) -> str:
    """Return the chart as an SVG element whose title says what it shows."""
    first, last = points[0].day, points[-1].day
    places = [(point, frame.x(point.day, first, last)) for point in points]
    known = [(point, x) for point, x in places if point.value is not None]
    parts = [_grid(frame), _band(known, frame), _line(places, frame)]
    parts += [_mark(point, x, frame) for point, x in places]
    return (
        f'<svg class="trend" width="{frame.width}" height="{frame.height}" '
        f'viewBox="0 0 {frame.width} {frame.height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _grid(frame: Frame) -> str:
    middle = (frame.low + frame.high) / 2
    return "".join(
        f'<line x1="{LEFT}" x2="{frame.width - RIGHT}" y1="{frame.y(at)}" y2="{frame.y(at)}" '
        f'stroke="{GRID}" stroke-width="0.7"/>'
        f"{_text(LEFT - 3, frame.y(at) + 2.5, QUIET, f'{at:g}', 'end')}"
        for at in (frame.low, middle, frame.high)
    )


def _band(known: Sequence[tuple[Point, float]], frame: Frame) -> str:
    spreads = [(x, point.spread) for point, x in known if point.spread]
    upper = [f"{x},{frame.y(spread[1])}" for x, spread in spreads]
    lower = [f"{x},{frame.y(spread[0])}" for x, spread in reversed(spreads)]
    return f'<polygon points="{" ".join(upper + lower)}" fill="{BAND}"/>' if spreads else ""


def _line(places: Sequence[tuple[Point, float]], frame: Frame) -> str:
    runs: list[list[str]] = [[]]
    for point, x in places:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x},{frame.y(point.value)}")
    return "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{LINE}" stroke-width="1.4"/>'
        for run in runs
        if len(run) > 1
    )


def _mark(point: Point, x: float, frame: Frame) -> str:
    ground = frame.height - 3
    label = _text(x, ground, QUIET, point.label)
    if point.value is None:
        return label + (
            f'<circle cx="{x}" cy="{frame.y(frame.low)}" r="2.2" fill="#fff" stroke="{QUIET}"/>'
        )
    y = frame.y(point.value)
    return (
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{LINE}"/>'
        f"{_text(x, y - 4.5, INK, point.shown)}{label}"
    )


def _text(x: float, y: float, colour: str, text: str, anchor: str = "middle") -> str:
    return (
        f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" font-size="7.5" fill="{colour}" '
        f'font-family="Liberation Sans, DejaVu Sans, sans-serif">{escape(text)}</text>'
    )

"""SVG as text: elements, and where a value stands in a picture. Pure.

What every picture shares; the pictures themselves are `modules.outcomes.charts`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol, TypeVar

from markupsafe import Markup

INK, QUIET, GRID, BLUE = "#1d2125", "#55606b", "#d5dbe1", "#0f6cbf"
"""Colours stand as attributes, because paper and PDF know no page style."""

Place = tuple[float, float]
"""Where something stands, px from the left and from above."""


class Valued(Protocol):
    """Something with a value that may be missing."""

    @property
    def value(self) -> float | None:
        """The value, None where it is missing."""


Measured = TypeVar("Measured", bound=Valued)


@dataclass(frozen=True, slots=True)
class Frame:
    """Turns time and value into places: the edges of the drawn area in px, and what they mean."""

    left: float
    right: float
    top: float
    bottom: float
    first: float
    last: float
    low: float
    high: float

    def x(self, at: float) -> float:
        """Return where a moment stands; a single one stands in the middle."""
        share = (at - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return where a value stands; one beyond the scale stands at its end."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)


def runs(points: Iterable[Measured]) -> list[list[Measured]]:
    """Cut a line where a value is missing: a missing answer is shown as missing."""
    found: list[list[Measured]] = [[]]
    for point in points:
        if point.value is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]


def element(name: str, text: str = "", /, **attributes: float | str) -> str:
    """Return one element with its text; `_` in a name stands for `-`, numbers get one decimal."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{said}>{escape(text)}</{name}>" if text else f"<{name}{said}/>"


def _written(value: float | str) -> str:
    return f"{value:.1f}" if isinstance(value, float) else escape(str(value))


def points(places: Sequence[Place]) -> str:
    """Return the corners of a line or an area as the `points` attribute."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def picture(parts: Iterable[str], size: tuple[int, int], **attributes: float | str) -> Markup:
    """Return the whole picture of this width and height; its parts were made by `element`."""
    attributes |= {"xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 {} {}".format(*size)}
    root = element("svg", **attributes)
    return Markup(f"{root[:-2]}>{''.join(parts)}</svg>")  # noqa: S704 - escaped by `element`

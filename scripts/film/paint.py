"""Colours and the few ways in which shapes meet the canvas."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import cairocffi as cairo  # type: ignore[import-untyped]

Point = tuple[float, float]
Colour = tuple[float, float, float]
Context: TypeAlias = Any  # cairocffi carries no type stubs


def rgb(code: str) -> Colour:
    """Return a colour from its #RRGGBB code."""
    return (int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255)


OUTLINE = rgb("#24323F")
SHIRT, SHIRT_FAR, SHIRT_LIGHT = rgb("#4F93B8"), rgb("#3C7391"), rgb("#8CC0DA")
LEGGINGS, LEGGINGS_FAR, LEGGINGS_LIGHT = rgb("#3D4E63"), rgb("#2E3B4C"), rgb("#7388A0")
SKIN, SKIN_FAR, SKIN_LIGHT = rgb("#D9A479"), rgb("#B98A66"), rgb("#F0C9A6")
HAIR, HAIR_LIGHT = rgb("#33261F"), rgb("#5B463A")
SPINE, SPINE_BASE = rgb("#E4572E"), rgb("#FFF7F0")
ARROW, GLOW = rgb("#C2410C"), rgb("#FFC233")
SKY_TOP, SKY_LOW, FLOOR = rgb("#F5F8FA"), rgb("#E7EEF2"), rgb("#DCE4E8")
MAT, WOOD, CLOTH = rgb("#BFD3C6"), rgb("#C9B79C"), rgb("#F4F6F8")
BAND, WHITE, INK, ACCENT = rgb("#1F2A33"), (1.0, 1.0, 1.0), rgb("#24323F"), rgb("#1F6F8B")
LINE = 4.0  # px; half of it shows outside the fill
FONT = "DejaVu Sans"


def capsule(ctx: Context, a: Point, ra: float, b: Point, rb: float) -> None:
    """Add the convex hull of two circles to the path."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    far = math.hypot(dx, dy)
    ctx.new_sub_path()
    if far <= abs(ra - rb) + 1e-6:
        centre, radius = (a, ra) if ra >= rb else (b, rb)
        ctx.arc(centre[0], centre[1], radius, 0, 2 * math.pi)
        ctx.close_path()
        return
    heading, spread = math.atan2(dy, dx), math.acos((ra - rb) / far)
    ctx.arc(b[0], b[1], rb, heading - spread, heading + spread)
    ctx.arc(a[0], a[1], ra, heading + spread, heading - spread + 2 * math.pi)
    ctx.close_path()


def polygon(ctx: Context, points: Sequence[Point]) -> None:
    """Add a closed polygon to the path."""
    ctx.move_to(*points[0])
    for point in points[1:]:
        ctx.line_to(*point)
    ctx.close_path()


def hull(points: Iterable[Point]) -> list[Point]:
    """Return the convex hull of points, in one fixed sense of rotation."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    half: list[list[Point]] = []
    for run in (ordered, ordered[::-1]):
        chain: list[Point] = []
        for p in run:
            while len(chain) > 1 and _left(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        half.append(chain[:-1])
    return half[0] + half[1]


def _left(o: Point, a: Point, b: Point) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def stroke_then_fill(ctx: Context, fill: Colour, line: float = LINE) -> None:
    """Stroke the whole path, then fill it: no seams where its parts meet."""
    ctx.set_line_join(cairo.LINE_JOIN_ROUND)
    ctx.set_source_rgb(*OUTLINE)
    ctx.set_line_width(line)
    ctx.stroke_preserve()
    ctx.set_source_rgb(*fill)
    ctx.fill()


def polyline(ctx: Context, points: Sequence[Point]) -> None:
    """Add an open line through the points, rounded at its corners."""
    ctx.new_path()
    ctx.move_to(*points[0])
    for p, q, r, s in _quads(points):
        ctx.curve_to(
            q[0] + (r[0] - p[0]) / 6, q[1] + (r[1] - p[1]) / 6,
            r[0] - (s[0] - q[0]) / 6, r[1] - (s[1] - q[1]) / 6, r[0], r[1],
        )  # fmt: skip


def _quads(points: Sequence[Point]) -> Iterable[tuple[Point, Point, Point, Point]]:
    padded = [points[0], *points, points[-1]]
    return zip(padded, padded[1:], padded[2:], padded[3:], strict=False)


def glow(ctx: Context, at: Point, radius: float, colour: Colour, alpha: float) -> None:
    """Fill a soft disc that fades to nothing at its rim."""
    shade = cairo.RadialGradient(at[0], at[1], 0, at[0], at[1], radius)
    shade.add_color_stop_rgba(0.0, *colour, alpha)
    shade.add_color_stop_rgba(0.55, *colour, alpha * 0.55)
    shade.add_color_stop_rgba(1.0, *colour, 0.0)
    ctx.new_path()
    ctx.set_source(shade)
    ctx.arc(at[0], at[1], radius, 0, 2 * math.pi)
    ctx.fill()


def falling_shade(ctx: Context, top: float, bottom: float, high: Colour, low: Colour) -> None:
    """Paint from now on with a shade from `high` at the height `top` to `low` at `bottom`."""
    shade = cairo.LinearGradient(0, top, 0, bottom)
    shade.add_color_stop_rgb(0, *high)
    shade.add_color_stop_rgb(1, *low)
    ctx.set_source(shade)


def rounded(ctx: Context, x: float, y: float, width: float, height: float, radius: float) -> None:
    """Add a rectangle with round corners to the path."""
    ctx.new_sub_path()
    ctx.arc(x + width - radius, y + radius, radius, -math.pi / 2, 0)
    ctx.arc(x + width - radius, y + height - radius, radius, 0, math.pi / 2)
    ctx.arc(x + radius, y + height - radius, radius, math.pi / 2, math.pi)
    ctx.arc(x + radius, y + radius, radius, math.pi, 1.5 * math.pi)
    ctx.close_path()


def font(ctx: Context, size: float, bold: bool = False) -> None:
    """Choose the type; its size is in px."""
    weight = cairo.FONT_WEIGHT_BOLD if bold else cairo.FONT_WEIGHT_NORMAL
    ctx.select_font_face(FONT, cairo.FONT_SLANT_NORMAL, weight)
    ctx.set_font_size(size)


def width_of(ctx: Context, text: str) -> float:
    """Return how far the text advances in the chosen type, in px."""
    return float(ctx.text_extents(text)[4])


def write(ctx: Context, text: str, x: float, y: float, anchor: float = 0.0) -> None:
    """Write text with its base line at y; anchor 0 starts at x, 0.5 centres, 1 ends there."""
    ctx.new_path()
    ctx.move_to(x - anchor * width_of(ctx, text), y)
    ctx.show_text(text)
    ctx.new_path()

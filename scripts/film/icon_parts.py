"""What the pictures of lesson cards are put together from."""

import math

from scripts.film import paint
from scripts.film.paint import Colour, Context


def fill(ctx: Context, colour: Colour, line: float = 4.0) -> None:
    """Outline the path and fill it."""
    paint.stroke_then_fill(ctx, colour, line)


def disc(ctx: Context, x: float, y: float, r: float, colour: Colour, line: float = 4.0) -> None:
    """Draw an outlined disc."""
    ctx.new_path()
    ctx.arc(x, y, r, 0, 2 * math.pi)
    fill(ctx, colour, line)


def line(ctx: Context, points: list[paint.Point], width: float, colour: Colour) -> None:
    """Draw an open line with round ends."""
    ctx.new_path()
    ctx.set_line_cap(1)
    ctx.set_line_join(1)
    ctx.move_to(*points[0])
    for point in points[1:]:
        ctx.line_to(*point)
    ctx.set_source_rgb(*colour)
    ctx.set_line_width(width)
    ctx.stroke()


def box(ctx: Context, x: float, y: float, w: float, h: float, r: float, colour: Colour) -> None:
    """Draw an outlined rectangle with round corners."""
    ctx.new_path()
    paint.rounded(ctx, x, y, w, h, r)
    fill(ctx, colour)


def upright_arrow(ctx: Context, x: float, start: float, tip: float, colour: Colour) -> None:
    """Draw an arrow from the height `start` to `tip`."""
    back = tip + math.copysign(26, start - tip)
    line(ctx, [(x, start), (x, tip)], 12, colour)
    line(ctx, [(x - 20, back), (x, tip), (x + 20, back)], 12, colour)

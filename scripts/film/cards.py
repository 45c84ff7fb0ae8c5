"""Cards of the lesson films: a picture each; what they say is in the captions alone."""

import math
from collections.abc import Callable

from scripts.film import paint
from scripts.film.camera import HEIGHT, TOP_BAND, WIDTH
from scripts.film.icons import ICONS
from scripts.film.paint import Colour, Context

MIDDLE = (WIDTH / 2, TOP_BAND + (HEIGHT - TOP_BAND) / 2)
ICON_SCALE = 1.4
AMBER, RED = paint.rgb("#8A4B08"), paint.rgb("#B3261E")


def draw_icon_card(ctx: Context, icon: str, share: float) -> None:
    """Draw the calm background and an icon in its middle."""
    paint.falling_shade(ctx, 0, HEIGHT, paint.SKY_TOP, paint.rgb("#DCE8EE"))
    ctx.paint()
    ctx.save()
    ctx.translate(*MIDDLE)
    ctx.scale(ICON_SCALE, ICON_SCALE)
    ICONS[icon](ctx, share)
    ctx.restore()


def draw_safety(ctx: Context, order: str, sign: int, signs: int) -> None:
    """Draw a safety card: the sign of its order, and one disc for each sign of the body.

    The disc of the sign that is now said is filled; `sign` counts from 0.
    """
    ctx.set_source_rgb(*paint.rgb("#FFF6E6"))
    ctx.paint()
    x, y = MIDDLE
    ctx.save()
    ctx.translate(x, y - 18)
    _stop_sign(ctx, ORDERS.get(order, _bars), AMBER if order not in ORDERS else RED)
    ctx.restore()
    for number in range(signs):
        ctx.new_path()
        ctx.arc(x + (number - (signs - 1) / 2) * 54, HEIGHT - 58, 17, 0, 2 * math.pi)
        ctx.set_source_rgb(*AMBER)
        ctx.set_line_width(4)
        if number == sign:
            ctx.fill_preserve()
        ctx.stroke()


def _stop_sign(ctx: Context, symbol: Callable[[Context], None], colour: Colour) -> None:
    turns = [math.pi / 8 + math.pi * k / 4 for k in range(8)]
    ctx.new_path()
    paint.polygon(ctx, [(130 * math.cos(t), 130 * math.sin(t)) for t in turns])
    ctx.set_source_rgb(*colour)
    ctx.fill_preserve()
    ctx.set_source_rgb(*paint.WHITE)
    ctx.set_line_width(13)
    ctx.stroke()
    symbol(ctx)
    ctx.fill()


def _cross(ctx: Context) -> None:
    ctx.rectangle(-22, -78, 44, 156)
    ctx.rectangle(-78, -22, 156, 44)


def _exclamation(ctx: Context) -> None:
    ctx.rectangle(-17, -72, 34, 86)
    ctx.new_sub_path()
    ctx.arc(0, 54, 21, 0, 2 * math.pi)


def _bars(ctx: Context) -> None:
    ctx.rectangle(-52, -62, 36, 124)
    ctx.rectangle(16, -62, 36, 124)


ORDERS = {"emergency": _cross, "stop_all": _exclamation}
"""The signs of what is urgent; every other order is a pause."""


def draw_progress(ctx: Context, index: int, count: int) -> None:
    """Draw one dot a card at the lower edge; those already seen are filled."""
    for i in range(count):
        x = WIDTH / 2 + (i - (count - 1) / 2) * 14
        ctx.new_path()
        ctx.arc(x, HEIGHT - 11, 4.2, 0, 2 * math.pi)
        ctx.set_source_rgba(*paint.ACCENT, 1.0 if i <= index else 0.28)
        ctx.fill()

"""Cards of the lesson films: picture above, words in a panel below; the safety card is a list."""

import math
from collections.abc import Sequence

from scripts.film import paint
from scripts.film.camera import HEIGHT, WIDTH
from scripts.film.icons import ICONS
from scripts.film.paint import Colour, Context

PANEL = 142  # px: height of the panel with the words
FIGURE_AREA = (26.0, 50.0, WIDTH - 26.0, HEIGHT - PANEL - 22.0)
DARK, GREEN, AMBER = paint.BAND, paint.rgb("#1E5C4A"), paint.rgb("#8A4B08")
PANELS: dict[str, Colour] = {"title": paint.rgb("#17506A"), "message": DARK, "closing": GREEN}


def draw_panel(ctx: Context, kind: str, text: str, above: str = "") -> None:
    """Draw the words of a title, message or closing card."""
    top = HEIGHT - PANEL
    ctx.new_path()
    ctx.rectangle(0, top, WIDTH, PANEL)
    ctx.set_source_rgb(*PANELS[kind])
    ctx.fill()
    ctx.set_source_rgb(*paint.WHITE)
    y, room = float(top), float(PANEL)
    if above:
        paint.font(ctx, 16)
        paint.write(ctx, above, WIDTH / 2, top + 30, 0.5)
        y, room = y + 26, room - 26
    _centred(ctx, text, y, room, 30 if kind == "title" else 27)


def _centred(ctx: Context, text: str, top: float, room: float, size: float) -> None:
    """Write lines in the middle of a stretch, smaller until they fit."""
    while True:
        paint.font(ctx, size, bold=True)
        lines = paint.wrap(ctx, text, WIDTH - 56)
        if len(lines) * size * 1.3 <= room - 18 or size <= 14:
            break
        size -= 1
    step = size * 1.3
    first = top + (room - step * len(lines)) / 2 + size * 0.95
    for i, line in enumerate(lines):
        paint.write(ctx, line, WIDTH / 2, first + i * step, 0.5)


def draw_icon_card(ctx: Context, icon: str, share: float) -> None:
    """Draw the calm background and an icon in its middle."""
    paint.falling_shade(ctx, 0, HEIGHT - PANEL, paint.SKY_TOP, paint.rgb("#DCE8EE"))
    ctx.paint()
    ctx.save()
    ctx.translate(WIDTH / 2, (HEIGHT - PANEL) / 2 + 2)
    ctx.scale(1.14, 1.14)
    ICONS[icon](ctx, share)
    ctx.restore()


def draw_safety(ctx: Context, order: str, signs: Sequence[str]) -> None:
    """Draw a safety card: a stop sign, what to do, and the signs to do it for in a list."""
    ctx.set_source_rgb(*paint.rgb("#FFF6E6"))
    ctx.paint()
    ctx.rectangle(0, 0, WIDTH, 92)
    ctx.set_source_rgb(*AMBER)
    ctx.fill()
    _stop_sign(ctx, 56, 46)
    ctx.set_source_rgb(*paint.WHITE)
    _heading(ctx, order)
    _list(ctx, signs, 124, HEIGHT - 40)


def _heading(ctx: Context, order: str) -> None:
    """Write one or two lines beside the stop sign."""
    size = 27.0
    while True:
        paint.font(ctx, size, bold=True)
        lines = paint.wrap(ctx, order, WIDTH - 136)
        if len(lines) * size * 1.2 <= 80 or size <= 16:
            break
        size -= 1
    first = 46 - size * 1.2 * len(lines) / 2 + size * 0.93
    for number, line in enumerate(lines):
        paint.write(ctx, line, 108, first + number * size * 1.2)


def _list(ctx: Context, items: Sequence[str], top: float, bottom: float) -> None:
    size = 27.0
    while True:
        paint.font(ctx, size)
        rows = [paint.wrap(ctx, item, WIDTH - 110) for item in items]
        high = sum(len(r) for r in rows) * size * 1.25 + (len(rows) - 1) * 14
        if high <= bottom - top or size <= 15:
            break
        size -= 1
    y = top + (bottom - top - high) / 2 + size * 0.9
    for lines in rows:
        ctx.new_path()
        ctx.arc(46, y - size * 0.34, 7, 0, 2 * math.pi)
        ctx.set_source_rgb(*AMBER)
        ctx.fill()
        ctx.set_source_rgb(*paint.INK)
        for line in lines:
            paint.write(ctx, line, 70, y)
            y += size * 1.25
        y += 14


def _stop_sign(ctx: Context, x: float, y: float) -> None:
    turns = [math.pi / 8 + math.pi * k / 4 for k in range(8)]
    ctx.new_path()
    paint.polygon(ctx, [(x + 33 * math.cos(t), y + 33 * math.sin(t)) for t in turns])
    ctx.set_source_rgb(*paint.rgb("#B3261E"))
    ctx.fill_preserve()
    ctx.set_source_rgb(*paint.WHITE)
    ctx.set_line_width(4)
    ctx.stroke()
    ctx.rectangle(x - 4.5, y - 18, 9, 22)
    ctx.fill()
    ctx.arc(x, y + 14, 5.5, 0, 2 * math.pi)
    ctx.fill()


def draw_progress(ctx: Context, index: int, count: int) -> None:
    """Draw one dot a card at the top left; those already seen are filled."""
    for i in range(count):
        x = 18 + i * 13
        ctx.new_path()
        ctx.arc(x, 16, 4.2, 0, 2 * math.pi)
        ctx.set_source_rgba(*paint.ACCENT, 1.0 if i <= index else 0.28)
        ctx.fill()

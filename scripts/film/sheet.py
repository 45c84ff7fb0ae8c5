"""A contact sheet: two poses of every exercise on one picture, for looking at."""

from collections.abc import Iterable
from pathlib import Path

import cairocffi as cairo  # type: ignore[import-untyped]

from scripts.film import paint
from scripts.film.camera import HEIGHT, WIDTH
from scripts.film.clip import Clip, new_surface
from scripts.film.script import Exercise

COLUMNS, CELL, LABEL = 4, 0.42, 18


def draw_sheet(exercises: Iterable[Exercise], out_path: Path) -> None:
    """Write a PNG with the start pose and the end pose of every exercise."""
    rows = list(exercises)
    wide, high = WIDTH * CELL, HEIGHT * CELL
    width = int(COLUMNS * (2 * wide + 10))
    height = int(-(-len(rows) // COLUMNS) * (high + LABEL))
    sheet = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
    ctx = cairo.Context(sheet)
    ctx.set_source_rgb(*paint.WHITE)
    ctx.paint()
    for index, exercise in enumerate(rows):
        left = index % COLUMNS * (2 * wide + 10)
        top = index // COLUMNS * (high + LABEL)
        ctx.set_source_rgb(*paint.INK)
        paint.font(ctx, 12, bold=True)
        paint.write(ctx, exercise.id, left + 2, top + 13)
        _draw_pair(ctx, exercise, left, top + LABEL)
    sheet.write_to_png(str(out_path))


def _draw_pair(ctx: paint.Context, exercise: Exercise, left: float, top: float) -> None:
    clip = Clip(exercise)
    end, share = clip.end_phase()
    for i, (phase, at) in enumerate(((clip.loop.phases[0], 0.0), (end, share))):
        surface, small = new_surface()
        clip.paint_still(small, phase, at)
        surface.flush()
        ctx.save()
        ctx.translate(left + i * WIDTH * CELL, top)
        ctx.scale(CELL, CELL)
        ctx.rectangle(0, 0, WIDTH, HEIGHT)
        ctx.clip()
        ctx.set_source_surface(surface)
        ctx.get_source().set_filter(cairo.FILTER_GOOD)
        ctx.paint()
        ctx.restore()

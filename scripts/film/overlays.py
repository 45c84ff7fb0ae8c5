"""Glow, rep counter, hold ring, breathing pacer and caption band."""

import math
from dataclasses import dataclass

from modules.text import Text
from scripts.film import paint
from scripts.film.camera import BAND, HEIGHT, WIDTH, Camera
from scripts.film.geometry import Vec, mix
from scripts.film.paint import Context
from scripts.film.solver import Pose

WORDS = {
    "rep": Text("Rep", "Rep"),
    "side": Text("lado", "side"),
    "set": Text("Serie", "Set"),
    "group": Text("Grupo", "Group"),
    "hold": Text("Mantén", "Hold"),
    "tense": Text("Tensa", "Tense"),
    "release": Text("Suelta", "Let go"),
    "in": Text("Inhala", "Breathe in"),
    "out": Text("Exhala", "Breathe out"),
}
RING_AT = (WIDTH - 46.0, 48.0)


@dataclass(frozen=True)
class Pacer:
    """The breath now: in or out, how full (0…1), seconds left in this part."""

    inwards: bool
    fullness: float
    seconds: int


def focus_spots(pose: Pose, focus: tuple[str, ...]) -> list[tuple[Vec, float]]:
    """Return centre and radius (H) of every region to highlight."""
    return [spot for region in focus for spot in _focus(pose, region)]


def _focus(pose: Pose, region: str) -> list[tuple[Vec, float]]:
    trunk, side = pose.trunk, region[-1]
    waist = trunk.sections[5]
    if region == "lumbar":
        return [(waist.centre - waist.frame.front * 0.028, 0.105)]
    if region == "abdomen":
        return [(waist.centre + waist.frame.front * 0.030, 0.105)]
    if region == "chest":
        chest = trunk.sections[8]
        return [(chest.centre + chest.frame.front * 0.030, 0.10)]
    if region == "head":
        return [(trunk.head, 0.085)]
    if region == "gluteus":
        return [(trunk.hip - trunk.pelvis.front * 0.042, 0.10)]
    if region.startswith("flank"):
        return [(waist.centre + waist.frame.right * (0.05 if side == "R" else -0.05), 0.10)]
    return _limb_focus(pose, region, side)


def _limb_focus(pose: Pose, region: str, side: str) -> list[tuple[Vec, float]]:
    leg, arm, trunk = pose.legs[side], pose.arms[side], pose.trunk
    places = {
        "glute": lambda: (leg.hip - trunk.pelvis.front * 0.040, 0.095),
        "hamstring": lambda: (mix(leg.hip, leg.knee, 0.5) - leg.kneecap * 0.025, 0.11),
        "quadriceps": lambda: (mix(leg.hip, leg.knee, 0.5) + leg.kneecap * 0.025, 0.11),
        "hipfront": lambda: (leg.hip + trunk.pelvis.front * 0.045, 0.085),
        "hipside": lambda: (leg.hip + trunk.pelvis.right * (0.02 if side == "R" else -0.02), 0.09),
        "calf": lambda: (mix(leg.knee, leg.ankle, 0.35), 0.09),
        "upperarm": lambda: (mix(arm.shoulder, arm.elbow, 0.55), 0.085),
        "hand": lambda: (mix(arm.elbow, arm.hand, 0.75), 0.085),
    }
    return [places[region[:-1]]()]


def draw_glow(
    ctx: Context, camera: Camera, pose: Pose, focus: tuple[str, ...], weight: float
) -> None:
    """Light up the target region: 35 % at the start pose, 85 % at the furthest."""
    for point, radius in focus_spots(pose, focus):
        alpha = 0.35 + 0.50 * weight
        paint.glow(ctx, camera.xy(point), radius * camera.scale, paint.GLOW, alpha)


def draw_counter(ctx: Context, text: str) -> None:
    """Write the rep counter at the top left."""
    paint.font(ctx, 19, bold=True)
    width = paint.width_of(ctx, text) + 24
    ctx.new_path()
    paint.rounded(ctx, 14, 13, width, 32, 16)
    ctx.set_source_rgba(*paint.WHITE, 0.88)
    ctx.fill()
    ctx.set_source_rgb(*paint.INK)
    paint.write(ctx, text, 26, 36)


def draw_ring(ctx: Context, share: float, word: str, seconds: float) -> None:
    """Fill the hold ring over the shown time and name the real one."""
    x, y = RING_AT
    ctx.new_path()
    ctx.arc(x, y, 31, 0, 2 * math.pi)
    ctx.set_source_rgba(*paint.WHITE, 0.90)
    ctx.fill()
    ctx.set_line_width(7)
    ctx.set_line_cap(1)
    ctx.arc(x, y, 27, 0, 2 * math.pi)
    ctx.set_source_rgb(*paint.rgb("#D5DEE4"))
    ctx.stroke()
    ctx.arc(x, y, 27, -math.pi / 2, -math.pi / 2 + 2 * math.pi * max(0.004, share))
    ctx.set_source_rgb(*paint.ACCENT)
    ctx.stroke()
    ctx.set_source_rgb(*paint.INK)
    paint.font(ctx, 17, bold=True)
    paint.write(ctx, f"{seconds:g} s", x, y + 6, 0.5)
    _tag(ctx, word, x, y + 52)


def _tag(ctx: Context, word: str, x: float, y: float) -> None:
    paint.font(ctx, 16, bold=True)
    width = paint.width_of(ctx, word) + 16
    x = min(x, WIDTH - 8 - width / 2)
    ctx.new_path()
    paint.rounded(ctx, x - width / 2, y - 17, width, 23, 11)
    ctx.set_source_rgba(*paint.WHITE, 0.88)
    ctx.fill()
    ctx.set_source_rgb(*paint.INK)
    paint.write(ctx, word, x, y, 0.5)


def draw_pacer(ctx: Context, pacer: Pacer, language: str) -> None:
    """Draw the breathing disc: it grows on the in-breath and shrinks on the out-breath."""
    x, y = WIDTH - 66.0, 68.0
    ctx.new_path()
    ctx.arc(x, y, 52, 0, 2 * math.pi)
    ctx.set_source_rgba(*paint.WHITE, 0.85)
    ctx.fill_preserve()
    ctx.set_source_rgba(*paint.ACCENT, 0.35)
    ctx.set_line_width(2)
    ctx.stroke()
    ctx.arc(x, y, 17 + 31 * pacer.fullness, 0, 2 * math.pi)
    ctx.set_source_rgb(*paint.rgb("#8CC6D6"))
    ctx.fill()
    ctx.set_source_rgb(*paint.INK)
    paint.font(ctx, 20, bold=True)
    paint.write(ctx, str(pacer.seconds), x, y + 7, 0.5)
    _tag(ctx, WORDS["in" if pacer.inwards else "out"].get(language), x, y + 76)


def draw_band(ctx: Context, name: str, cue: str) -> None:
    """Draw the caption band; the cue wraps to two lines and is never cut."""
    top = HEIGHT - BAND
    ctx.new_path()
    ctx.rectangle(0, top, WIDTH, BAND)
    ctx.set_source_rgb(*paint.BAND)
    ctx.fill()
    ctx.set_source_rgb(*paint.WHITE)
    paint.font(ctx, 15, bold=True)
    paint.write(ctx, name, 16, top + 19)
    size, lines = 15.0, [cue]
    while True:
        paint.font(ctx, size)
        lines = paint.wrap(ctx, cue, WIDTH - 32)
        if len(lines) <= 2 or size <= 11:
            break
        size -= 0.5
    first = top + 38 if len(lines) > 1 else top + 43
    for i, line in enumerate(lines):
        paint.write(ctx, line, 16, first + i * 18)

"""Glow, label of the side, mark of a hold, breathing pacer: no sentence is ever drawn."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scripts.film import paint
from scripts.film.camera import HEIGHT, TOP_BAND, WIDTH, Camera
from scripts.film.geometry import Vec, mix
from scripts.film.paint import Context, Point
from scripts.film.solver import Pose

LABEL, MARK = (176.0, 42.0), (116.0, 82.0)  # width and height in px
MARGIN = 12.0


@dataclass(frozen=True)
class Corner:
    """A corner of the picture that the figure leaves free: the label, and the mark below it."""

    left: float
    top: float
    width: float
    height: float

    @property
    def at_left(self) -> bool:
        """Return whether it lies at the left edge."""
        return self.left < WIDTH / 2

    @property
    def mirrored(self) -> "Corner":
        """Return the same corner of the mirrored picture."""
        return replace(self, left=WIDTH - self.left - self.width)

    @property
    def centre(self) -> Point:
        """Return the middle of the mark."""
        half = MARK[0] / 2
        x = self.left + half if self.at_left else self.left + self.width - half
        return x, self.top + self.height - MARK[1] / 2

    def room(self, balls: Iterable[tuple[float, float, float]]) -> float:
        """Return the px between this corner and the nearest of (x, y, radius)."""
        right, bottom = self.left + self.width, self.top + self.height
        return min(
            math.hypot(max(self.left - x, 0, x - right), max(self.top - y, 0, y - bottom)) - r
            for x, y, r in balls
        )


def corners(labelled: bool, marked: bool) -> list[Corner]:
    """Return the four corners below the captions, the first choice first."""
    width = LABEL[0] if labelled else MARK[0]
    height = LABEL[1] * labelled + MARK[1] * marked
    return [
        Corner(left, top, width, height)
        for top in (TOP_BAND + 4.0, HEIGHT - MARGIN - height)
        for left in (WIDTH - MARGIN - width, MARGIN)
    ]


@dataclass(frozen=True)
class Hold:
    """A pose that is held: its real seconds, and the share that is over if shown in real time."""

    seconds: float
    share: float | None


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


def draw_label(ctx: Context, corner: Corner, text: str) -> None:
    """Write the side of the body or the number of the muscle group, on its own pale ground."""
    paint.font(ctx, 24, bold=True)
    width = paint.width_of(ctx, text) + 28
    x = corner.left if corner.at_left else corner.left + corner.width - width
    _ground(ctx, x, corner.top, width, 38)
    paint.write(ctx, text, x + 14, corner.top + 28)


def draw_hold(ctx: Context, corner: Corner, hold: Hold) -> None:
    """Draw how long a pose is held.

    Shown in its real time, a ring fills with it; shown shorter, only the sign of a pause stands
    beside the seconds: nothing runs that is not true.
    """
    if hold.share is None:
        _draw_pause(ctx, corner, hold.seconds)
        return
    x, y = corner.centre
    ctx.new_path()
    ctx.arc(x, y, 37, 0, 2 * math.pi)
    ctx.set_source_rgba(*paint.WHITE, 0.90)
    ctx.fill()
    ctx.set_line_width(8)
    ctx.set_line_cap(1)
    ctx.arc(x, y, 32, 0, 2 * math.pi)
    ctx.set_source_rgb(*paint.rgb("#D5DEE4"))
    ctx.stroke()
    ctx.arc(x, y, 32, -math.pi / 2, -math.pi / 2 + 2 * math.pi * max(0.004, hold.share))
    ctx.set_source_rgb(*paint.ACCENT)
    ctx.stroke()
    ctx.set_source_rgb(*paint.INK)
    paint.font(ctx, 21, bold=True)
    paint.write(ctx, f"{hold.seconds:g} s", x, y + 7, 0.5)


def _draw_pause(ctx: Context, corner: Corner, seconds: float) -> None:
    """Draw two bars, as on a key that pauses, and the seconds."""
    paint.font(ctx, 26, bold=True)
    text = f"{seconds:g} s"
    width = paint.width_of(ctx, text) + 62
    x, y = corner.centre
    left = x - width / 2
    _ground(ctx, left, y - 24, width, 48)
    ctx.set_source_rgb(*paint.ACCENT)
    for bar in (left + 17, left + 29):
        ctx.rectangle(bar, y - 12, 7, 24)
        ctx.fill()
    ctx.set_source_rgb(*paint.INK)
    paint.write(ctx, text, left + 48, y + 9)


def _ground(ctx: Context, x: float, y: float, width: float, height: float) -> None:
    ctx.new_path()
    paint.rounded(ctx, x, y, width, height, height / 2)
    ctx.set_source_rgba(*paint.WHITE, 0.88)
    ctx.fill()
    ctx.set_source_rgb(*paint.INK)


def draw_pacer(ctx: Context, corner: Corner, pacer: Pacer) -> None:
    """Draw the breathing disc: it grows on the in-breath and shrinks on the out-breath."""
    x, y = corner.centre
    ctx.new_path()
    ctx.arc(x, y, 54, 0, 2 * math.pi)
    ctx.set_source_rgba(*paint.WHITE, 0.85)
    ctx.fill_preserve()
    ctx.set_source_rgba(*paint.ACCENT, 0.35)
    ctx.set_line_width(2)
    ctx.stroke()
    ctx.arc(x, y, 19 + 33 * pacer.fullness, 0, 2 * math.pi)
    ctx.set_source_rgb(*paint.rgb("#8CC6D6"))
    ctx.fill()
    ctx.set_source_rgb(*paint.INK)
    paint.font(ctx, 26, bold=True)
    paint.write(ctx, str(pacer.seconds), x, y + 9, 0.5)

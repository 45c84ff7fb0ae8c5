"""The head: skull, jaw, nose, ear, eye, brow and hair with a bun, seen from any side."""

import math
from collections.abc import Callable

import numpy as np

from scripts.film import body, paint
from scripts.film.camera import Camera
from scripts.film.geometry import Vec, unit, vec
from scripts.film.paint import Context, Point
from scripts.film.trunk import Trunk

STEPS = 48
HAIRLINE = unit(vec(-0.80, 0.66, 0.0))  # in head axes: front, up, right
HAIRLINE_SHARE = 0.10
HAIR_SWELL = 1.07
BUN = vec(-0.052, 0.046, 0.0)
BUN_RADIUS = 0.0235


class HeadView:
    """One head in one camera: maps head axes (front, up, right; H) to the picture."""

    def __init__(self, trunk: Trunk, camera: Camera) -> None:
        frame = trunk.head_frame
        self.axes = np.stack([frame.front, frame.up, frame.right])
        self.centre, self.camera, self.scale = trunk.head, camera, camera.scale
        self.viewer = self.axes @ camera.towards

    def xy(self, local: Vec) -> Point:
        """Return the picture point of a place on the head."""
        return self.camera.xy(self.centre + local @ self.axes)

    def seen(self, local: Vec) -> float:
        """Return how squarely a place on the skull faces the viewer, from -1 to 1."""
        normal = unit(local / np.square(np.array(body.HEAD_RADII)))
        return float(normal @ self.viewer)


def draw_head(ctx: Context, trunk: Trunk, camera: Camera) -> None:
    """Draw neck and head."""
    view = HeadView(trunk, camera)
    bun_first = float(BUN @ view.viewer) < 0.012
    if bun_first:
        _bun(ctx, view)
    _skin(ctx, view, trunk, camera)
    _face(ctx, view)
    _hair(ctx, view)
    _ear(ctx, view)
    if not bun_first:
        _bun(ctx, view)


def _bun(ctx: Context, view: HeadView) -> None:
    at = view.xy(BUN)
    paint.capsule(ctx, at, BUN_RADIUS * view.scale, at, BUN_RADIUS * view.scale)
    paint.stroke_then_fill(ctx, paint.HAIR)
    ctx.set_source_rgba(*paint.HAIR_LIGHT, 0.8)
    ctx.arc(at[0] - 0.006 * view.scale, at[1] - 0.007 * view.scale, 0.008 * view.scale, 0, 7)
    ctx.fill()


def _skin(ctx: Context, view: HeadView, trunk: Trunk, camera: Camera) -> None:
    s = view.scale
    ctx.new_path()
    low, high = trunk.neck
    radius = body.NECK_RADIUS * s
    paint.capsule(ctx, camera.xy(low), radius * 1.05, camera.xy(high), radius * 0.92)
    paint.polygon(ctx, _ellipse(view, np.array([1.0, 1.0, 1.0])))
    chin, jaw = vec(0.030, -0.047, 0), vec(-0.006, -0.026, 0)
    paint.capsule(ctx, view.xy(chin), 0.017 * s, view.xy(jaw), 0.040 * s)
    bridge, tip = vec(0.050, 0.006, 0), vec(0.063, -0.012, 0)
    paint.capsule(ctx, view.xy(bridge), 0.005 * s, view.xy(tip), 0.0062 * s)
    paint.capsule(ctx, view.xy(tip), 0.0062 * s, view.xy(vec(0.048, -0.018, 0)), 0.006 * s)
    lips = vec(0.0515, -0.030, 0)
    paint.capsule(ctx, view.xy(lips), 0.0055 * s, view.xy(chin), 0.012 * s)
    paint.stroke_then_fill(ctx, paint.SKIN)


def _ellipse(view: HeadView, swell: Vec) -> list[Point]:
    """Return the outline of the skull in the picture."""
    radii = np.array(body.HEAD_RADII) * swell
    spread = np.diag(radii) @ view.axes
    flat = np.stack([spread @ view.camera.across, -(spread @ view.camera.upward)]) * view.scale
    basis, values, _ = np.linalg.svd(flat, full_matrices=False)
    x, y = view.camera.xy(view.centre)
    turns = [2 * math.pi * i / STEPS for i in range(STEPS)]
    if np.linalg.det(basis) < 0:
        turns.reverse()
    rim = [basis @ (values * np.array([math.cos(t), math.sin(t)])) for t in turns]
    return [(x + float(p[0]), y + float(p[1])) for p in rim]


def _face(ctx: Context, view: HeadView) -> None:
    s = view.scale
    ctx.set_line_cap(1)
    for sign in (1, -1):
        eye = vec(0.0475, 0.004, 0.0205 * sign)
        facing = view.seen(eye)
        if facing < 0.18:
            continue
        narrow = max(0.35, min(1.0, facing * 1.3))
        x, y = view.xy(eye)
        ctx.new_path()
        ctx.save()
        ctx.translate(x, y)
        ctx.scale(0.0050 * s * narrow, 0.0062 * s)
        ctx.arc(0, 0, 1, 0, 2 * math.pi)
        ctx.restore()
        ctx.set_source_rgb(*paint.OUTLINE)
        ctx.fill()
        brow = [vec(0.0505, 0.0205, 0.009 * sign), vec(0.045, 0.0245, 0.020 * sign),
                vec(0.036, 0.0215, 0.031 * sign)]  # fmt: skip
        paint.polyline(ctx, [view.xy(p) for p in brow])
        ctx.set_source_rgb(*paint.HAIR)
        ctx.set_line_width(0.0052 * s)
        ctx.stroke()
    _mouth(ctx, view)
    _cheek(ctx, view)


def _mouth(ctx: Context, view: HeadView) -> None:
    points = [vec(0.049, -0.031, 0.013), vec(0.0555, -0.0335, 0.0), vec(0.049, -0.031, -0.013)]
    seen = [p for p in points if view.seen(p) > 0.08]
    if len(seen) > 1:
        paint.polyline(ctx, [view.xy(p) for p in seen])
        ctx.set_source_rgba(*paint.rgb("#8A4B35"), 0.9)
        ctx.set_line_width(0.0045 * view.scale)
        ctx.stroke()


def _cheek(ctx: Context, view: HeadView) -> None:
    for sign in (1, -1):
        spot = vec(0.034, -0.014, 0.031 * sign)
        if view.seen(spot) > 0.3:
            paint.glow(ctx, view.xy(spot), 0.016 * view.scale, paint.rgb("#C97B5A"), 0.35)


def _hair(ctx: Context, view: HeadView) -> None:
    rim = _visible_cap(view)
    if len(rim) < 3:
        return
    ctx.new_path()
    paint.polygon(ctx, rim)
    paint.stroke_then_fill(ctx, paint.HAIR, 2.4)
    _shine(ctx, view)


def _shine(ctx: Context, view: HeadView) -> None:
    arc = [vec(-0.045 + 0.02 * i, 0.045 + 0.006 * i - 0.0035 * i * i, 0.026) for i in range(4)]
    if all(view.seen(p) > 0.12 for p in arc):
        paint.polyline(ctx, [view.xy(p) for p in arc])
        ctx.set_source_rgba(*paint.HAIR_LIGHT, 0.9)
        ctx.set_line_width(0.006 * view.scale)
        ctx.stroke()


def _visible_cap(view: HeadView) -> list[Point]:
    """Return the outline of the hair: the part of the skull behind the hairline that is seen."""
    radii = np.array(body.HEAD_RADII) * HAIR_SWELL
    sight = unit(view.viewer / radii)  # the viewer's direction where the skull is a unit ball
    cut = HAIRLINE
    edge = _circle(cut, HAIRLINE_SHARE)
    rim = _circle(sight, 0.0)
    edge_in = [p for p in edge if float(p @ sight) >= 0]
    rim_in = [p for p in rim if float(p @ cut) >= HAIRLINE_SHARE]
    if not rim_in:
        loop = edge if len(edge_in) == len(edge) else []
    elif not edge_in:
        loop = rim_in if len(rim_in) == len(rim) else []
    else:
        loop = _joined(_run(edge, lambda p: float(p @ sight) >= 0),
                       _run(rim, lambda p: float(p @ cut) >= HAIRLINE_SHARE))  # fmt: skip
    return [view.xy(p * radii) for p in loop]


def _circle(normal: Vec, share: float) -> list[Vec]:
    """Return points of the circle where a plane cuts the unit ball."""
    helper = vec(0, 0, 1) if abs(normal[2]) < 0.9 else vec(1, 0, 0)
    u = unit(np.cross(normal, helper))
    v = np.cross(normal, u)
    radius = math.sqrt(1 - share * share)
    turns = [2 * math.pi * i / (2 * STEPS) for i in range(2 * STEPS)]
    return [normal * share + (u * math.cos(t) + v * math.sin(t)) * radius for t in turns]


def _run(points: list[Vec], keep: Callable[[Vec], bool]) -> list[Vec]:
    """Return the kept points as one run, starting where the run starts on the circle."""
    flags = [keep(p) for p in points]
    if all(flags):
        return points
    start = next(i for i, f in enumerate(flags) if f and not flags[i - 1])
    turned = points[start:] + points[:start]
    return [p for p in turned if keep(p)]


def _joined(a: list[Vec], b: list[Vec]) -> list[Vec]:
    """Return two runs as one loop, the second turned if its far end is nearer."""
    straight = float(np.linalg.norm(a[-1] - b[0])) + float(np.linalg.norm(b[-1] - a[0]))
    crossed = float(np.linalg.norm(a[-1] - b[-1])) + float(np.linalg.norm(b[0] - a[0]))
    return a + (b if straight <= crossed else b[::-1])


def _ear(ctx: Context, view: HeadView) -> None:
    for sign in (1, -1):
        spot = vec(-0.006, -0.004, 0.049 * sign)
        if view.seen(spot) < 0.12:
            continue
        s = view.scale
        ctx.new_path()
        top, low = spot + vec(0, 0.008, 0), spot - vec(-0.003, 0.010, 0)
        paint.capsule(ctx, view.xy(top), 0.0105 * s, view.xy(low), 0.0065 * s)
        paint.stroke_then_fill(ctx, paint.SKIN, 2.6)
        paint.polyline(ctx, [view.xy(spot + vec(0.003, 0.010, 0)),
                             view.xy(spot + vec(-0.004, 0.004, 0)),
                             view.xy(spot + vec(0.001, -0.006, 0))])  # fmt: skip
        ctx.set_source_rgba(*paint.OUTLINE, 0.55)
        ctx.set_line_width(1.2)
        ctx.stroke()

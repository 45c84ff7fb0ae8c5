"""Things drawn with the figure: room, mat, seat, wall, bed, pillows, stick, box, strap."""

from collections.abc import Sequence

from scripts.film import body, paint
from scripts.film.camera import HEIGHT, WIDTH, Camera
from scripts.film.geometry import Vec, unit, vec
from scripts.film.paint import Colour, Context
from scripts.film.places import STICK_BACK
from scripts.film.script import Exercise
from scripts.film.solver import Pose
from scripts.film.volume import Ball, balls_of

MAT_DEPTH = 0.022
EDGES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
NORMALS = [vec(-1, 0), vec(1, 0), vec(0, -1), vec(0, 1), vec(0, 0, -1), vec(0, 0, 1)]


class Props:
    """The props of one exercise, placed once for the clip."""

    def __init__(self, exercise: Exercise, poses: Sequence[Pose]) -> None:
        self.exercise = exercise
        self.names = set(exercise.props)
        balls = [ball for pose in poses for ball in balls_of(pose)]
        low = min(float(p[0]) - r for p, r in balls)
        high = max(float(p[0]) + r for p, r in balls)
        wide = max(0.19, max(abs(float(p[2])) for p, r in balls if float(p[1]) < 0.2) + 0.04)
        self.mat = (low - 0.05, high + 0.05, min(wide, 0.5))
        self.first = poses[0]

    def extent(self) -> list[Ball]:
        """Return the corners that must stay in the picture."""
        if "mat" in self.names:
            low, high, wide = self.mat
            return [(vec(x, -MAT_DEPTH, z), 0.0) for x in (low, high) for z in (-wide, wide)]
        if "bed" in self.names:
            return [(vec(x, y, z), 0.0) for x, y, z in _corners(*self._bed())]
        if "wall" in self.names:
            x = self.exercise.wall_x
            return [(vec(x, 0.02, 0), 0.05), (vec(x, 0.98, 0), 0.02)]
        return [(vec(0, 0, 0), 0.05)]

    def _bed(self) -> tuple[float, float, float, float, float, float]:
        return -0.66, 0.62, 0.0, body.BED_HEIGHT, -0.30, 0.17

    def draw_behind(self, ctx: Context, camera: Camera) -> None:
        """Draw what stands behind or under the figure."""
        if "mat" in self.names:
            low, high, wide = self.mat
            cuboid(ctx, camera, (low, high, -MAT_DEPTH, 0.0, -wide, wide), paint.MAT)
        if "bed" in self.names:
            self._draw_bed(ctx, camera)
        if "wall" in self.names:
            x = self.exercise.wall_x
            cuboid(ctx, camera, (x, x + 0.03, 0.0, 1.02, -0.34, 0.20), paint.rgb("#D8D2C6"))
        if "chair" in self.names or "stool" in self.names:
            seat(ctx, camera, back="chair" in self.names)
        if "pillow" in self.names:
            self._draw_pillow(ctx, camera)
        if "bolster" in self.names:
            knee = self.first.legs["R"].knee
            ends = [vec(float(knee[0]) - 0.015, 0.066, z) for z in (-0.17, 0.17)]
            balls(ctx, camera, [(ends[0], 0.066), (ends[1], 0.066)], paint.rgb("#A9B8CF"))

    def _draw_bed(self, ctx: Context, camera: Camera) -> None:
        x0, x1, y0, y1, z0, z1 = self._bed()
        cuboid(ctx, camera, (x0, x1, y0, y1 - 0.09, z0, z1), paint.rgb("#B99F7D"))
        cuboid(ctx, camera, (x0, x1, y1 - 0.09, y1, z0, z1), paint.CLOTH)

    def _draw_pillow(self, ctx: Context, camera: Camera) -> None:
        head, floor = self.first.trunk.head, self.exercise.surface
        height = max(0.012, (float(head[1]) - 0.056 - floor) / 2)
        x, z = float(head[0]), float(head[2])
        cushion(ctx, camera, vec(x, floor + height, z), height, 0.085, 0.13)

    def draw_held(self, ctx: Context, camera: Camera, pose: Pose) -> None:
        """Draw what the hands hold, just before the near arm."""
        if "stick" in self.names:
            axis = pose.trunk.pitch_frame
            low, high = (
                pose.trunk.hip + axis.up * at - axis.front * STICK_BACK for at in (-0.07, 0.51)
            )
            balls(ctx, camera, [(low, 0.0085), (high, 0.0085)], paint.rgb("#D6A55C"), 3.0)
        if "box" in self.names:
            hands: Vec = (pose.arms["R"].hand + pose.arms["L"].hand) / 2
            x, y, z = float(hands[0]), float(hands[1]) - 0.035, float(hands[2])
            bottom = max(0.0, y - 0.075)
            sides = (x - 0.075, x + 0.075, bottom, bottom + 0.15, z - 0.10, z + 0.10)
            cuboid(ctx, camera, sides, paint.rgb("#C98B4A"))
        if "strap" in self.names:
            self._draw_strap(ctx, camera, pose)

    def _draw_strap(self, ctx: Context, camera: Camera, pose: Pose) -> None:
        leg = max(pose.legs.values(), key=lambda each: float(each.ankle[1]))
        under = leg.ball + leg.sole * 0.016
        for side in "LR":
            ctx.new_path()
            ctx.move_to(*camera.xy(pose.arms[side].hand))
            ctx.line_to(*camera.xy(under))
            for colour, line in ((paint.OUTLINE, 6.5), (paint.rgb("#8E5AA8"), 4.0)):
                ctx.set_source_rgb(*colour)
                ctx.set_line_width(line)
                ctx.stroke_preserve()
            ctx.new_path()


def draw_room(ctx: Context, camera: Camera) -> None:
    """Draw the calm background and the floor."""
    paint.falling_shade(ctx, 0, HEIGHT, paint.SKY_TOP, paint.SKY_LOW)
    ctx.paint()
    horizon = camera.xy(vec(0, 0, -0.62))[1]
    paint.falling_shade(ctx, horizon, HEIGHT, paint.FLOOR, paint.rgb("#D3DDE2"))
    ctx.rectangle(0, horizon, WIDTH, HEIGHT - horizon)
    ctx.fill()
    ctx.set_source_rgb(*paint.rgb("#C5D0D6"))
    ctx.rectangle(0, horizon, WIDTH, 1.2)
    ctx.fill()


def draw_marks(ctx: Context, camera: Camera, travelled: float) -> None:
    """Draw marks on the floor that pass below a walking figure; `travelled` in H."""
    gap = 0.30
    for i in range(-8, 9):
        x = i * gap - travelled % gap
        ctx.new_path()
        ctx.move_to(*camera.xy(vec(x, 0, 0.20)))
        ctx.line_to(*camera.xy(vec(x, 0, -0.24)))
        ctx.set_source_rgba(*paint.rgb("#B4C2C9"), 0.8)
        ctx.set_line_width(2.0)
        ctx.stroke()


def draw_shadow(ctx: Context, camera: Camera, pose: Pose, surface: float) -> None:
    """Lay a soft shadow below the body."""
    trunk, spots = pose.trunk, []
    for section in trunk.sections[1::4]:
        spots.append((section.centre, 0.115))
    spots.append((trunk.head, 0.085))
    for leg in pose.legs.values():
        spots += [(leg.knee, 0.075), (leg.ankle, 0.065)]
    for arm in pose.arms.values():
        spots += [(arm.elbow, 0.055), (arm.wrist, 0.05)]
    squash = max(0.12, abs(float(camera.upward[2])))
    for point, radius in spots:
        height = float(point[1]) - surface
        alpha = 0.15 * max(0.0, 1 - height / 0.75)
        if alpha < 0.01:
            continue
        x, y = camera.xy(vec(float(point[0]), surface, float(point[2])))
        ctx.save()
        ctx.translate(x, y)
        ctx.scale(1.0, squash)
        paint.glow(ctx, (0, 0), radius * camera.scale * (1 + height), paint.OUTLINE, alpha)
        ctx.restore()


def _corners(
    x0: float, x1: float, y0: float, y1: float, z0: float, z1: float
) -> list[tuple[float, float, float]]:
    return [(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)]


def cuboid(
    ctx: Context, camera: Camera, sides: tuple[float, float, float, float, float, float],
    colour: Colour, line: float = 1.4,
) -> None:  # fmt: skip
    """Draw a box from its extents (x0, x1, y0, y1, z0, z1); the top is lightest."""
    corners = [camera.xy(vec(*corner)) for corner in _corners(*sides)]
    for face, normal in zip(EDGES, NORMALS, strict=True):
        if float(normal @ camera.towards) <= 1e-6:
            continue
        light = 1.0 if normal[1] else (0.84 if normal[2] else 0.92)
        ctx.new_path()
        paint.polygon(ctx, [corners[i] for i in face])
        ctx.set_source_rgb(*(part * light for part in colour))
        ctx.fill_preserve()
        ctx.set_source_rgba(*paint.OUTLINE, 0.55)
        ctx.set_line_width(line)
        ctx.set_line_join(1)
        ctx.stroke()


def balls(
    ctx: Context, camera: Camera, chain: Sequence[Ball], colour: Colour, line: float = 2.6
) -> None:
    """Draw a rounded rod or cushion through balls."""
    ctx.new_path()
    spots = [(camera.xy(p), r * camera.scale) for p, r in chain]
    for (a, ra), (b, rb) in zip(spots, spots[1:], strict=False):
        paint.capsule(ctx, a, ra, b, rb)
    paint.stroke_then_fill(ctx, colour, line)


def cushion(
    ctx: Context, camera: Camera, at: Vec, thick: float, half_x: float, half_z: float
) -> None:
    """Draw a soft flat cushion: the hull of four balls."""
    rim = []
    for dx in (-half_x, half_x):
        for dz in (-half_z, half_z):
            x, y = camera.xy(at + vec(dx, 0, dz))
            r = (thick + 0.008) * camera.scale
            rim += [(x + r * c, y + r * s) for c, s in _CIRCLE]
    ctx.new_path()
    paint.polygon(ctx, paint.hull(rim))
    paint.stroke_then_fill(ctx, paint.CLOTH, 2.6)


def seat(ctx: Context, camera: Camera, back: bool) -> None:
    """Draw a chair or a stool below and behind the sitting figure."""
    top, x0, x1, half = body.SEAT_HEIGHT, -0.15, 0.15, 0.17
    wood = paint.WOOD
    for z in (-half, half - 0.03):
        for x in (x0, x1 - 0.03):
            cuboid(ctx, camera, (x, x + 0.03, 0.0, top - 0.03, z, z + 0.03), wood)
    if back:
        cuboid(ctx, camera, (x0, x0 + 0.03, top, top + 0.36, -half, -half + 0.03), wood)
        cuboid(ctx, camera, (x0, x0 + 0.022, top + 0.14, top + 0.36, -half, half), wood)
        cuboid(ctx, camera, (x0, x0 + 0.03, top, top + 0.36, half - 0.03, half), wood)
    cuboid(ctx, camera, (x0, x1, top - 0.032, top, -half, half), wood)


_CIRCLE = [(float(unit(vec(c, s))[0]), float(unit(vec(c, s))[1])) for c, s in (
    (1, 0), (0.92, 0.38), (0.7, 0.7), (0.38, 0.92), (0, 1), (-0.38, 0.92), (-0.7, 0.7),
    (-0.92, 0.38), (-1, 0), (-0.92, -0.38), (-0.7, -0.7), (-0.38, -0.92), (0, -1),
    (0.38, -0.92), (0.7, -0.7), (0.92, -0.38),
)]  # fmt: skip

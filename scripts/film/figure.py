"""The person: trunk, limbs and spine line, from a solved pose."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from scripts.film import body, paint
from scripts.film.camera import Camera
from scripts.film.geometry import across, mix, unit, vec
from scripts.film.head import draw_head
from scripts.film.limbs import SIGN, Arm
from scripts.film.paint import Colour, Context, Point
from scripts.film.solver import Pose
from scripts.film.trunk import Section, centre_line
from scripts.film.volume import Ball, profile

NEAR = "R"  # every view is taken from the right side or with the right side on top
RING = 20
LIGHT = vec(-0.35, 0.85, 0.4)  # where the light comes from
Draw = Callable[[], None]


class Figure:
    """Draws the parts of one pose with one camera."""

    def __init__(self, ctx: Context, camera: Camera, pose: Pose, fists: Iterable[str] = ()) -> None:
        self.ctx, self.camera, self.pose = ctx, camera, pose
        closed = pose.angles["tension"] > 0.35
        self.fists = {part[-1] for part in fists} if closed else set()

    def draw(self, behind_near_arm: Draw, by_depth: bool) -> None:
        """Draw the whole figure; front and top views sort their parts by depth."""
        if by_depth:
            self._draw_by_depth(behind_near_arm)
            return
        self.arm("L", near=False)
        self.leg("L", near=False)
        self.trunk()
        self.spine(1.0)
        draw_head(self.ctx, self.pose.trunk, self.camera)
        self.leg("R", near=True)
        behind_near_arm()
        self.arm("R", near=True)

    def _draw_by_depth(self, held: Draw) -> None:
        depth, pose = self.camera.depth, self.pose
        parts: list[tuple[float, Draw]] = [(depth(pose.trunk.sections[6].centre), self.trunk)]
        head = partial(draw_head, self.ctx, pose.trunk, self.camera)
        parts.append((depth(pose.trunk.head) + 0.01, head))
        for side in "RL":
            leg, arm, near = pose.legs[side], pose.arms[side], side == NEAR
            leg_depth = depth(leg.hip) * 0.2 + depth(leg.knee) * 0.5 + depth(leg.ankle) * 0.3
            arm_depth = depth(arm.shoulder) * 0.3 + depth(arm.elbow) * 0.4 + depth(arm.wrist) * 0.3
            parts.append((leg_depth, partial(self.leg, side, near)))
            parts.append((arm_depth, partial(self.arm, side, near)))
        for _, draw in sorted(parts, key=lambda part: part[0]):
            draw()
        held()

    def leg(self, side: str, near: bool) -> None:
        """Draw foot, then the legging over it."""
        leg = self.pose.legs[side]
        ankle = (leg.ankle, 0.0205)
        foot = [ankle, (leg.heel, body.HEEL_RADIUS)]
        sole = [(leg.heel, 0.0175), (leg.ball, body.BALL_RADIUS), (leg.tip, body.TOE_RADIUS)]
        instep = [ankle, (leg.ball, body.BALL_RADIUS)]
        self._group([foot, sole, instep], paint.SKIN if near else paint.SKIN_FAR)
        cuff = mix(leg.knee, leg.ankle, 0.93)
        thigh = profile(leg.hip, leg.knee, body.THIGH_PROFILE)
        shin = profile(leg.knee, cuff, body.SHIN_PROFILE)
        self._group([thigh, shin], paint.LEGGINGS if near else paint.LEGGINGS_FAR)
        self._highlight([thigh[1:], shin], paint.LEGGINGS_LIGHT, 0.40 if near else 0.16)

    def arm(self, side: str, near: bool) -> None:
        """Draw hand and forearm, then the sleeve over them."""
        arm = self.pose.arms[side]
        skin = paint.SKIN if near else paint.SKIN_FAR
        upper = profile(arm.shoulder, arm.elbow, body.UPPER_ARM_PROFILE)
        forearm = profile(arm.elbow, arm.wrist, body.FOREARM_PROFILE)
        self._group([upper[1:], forearm, *self._hand(arm, side)], skin)
        self._highlight([forearm], paint.SKIN_LIGHT, 0.55 if near else 0.2)
        cut = mix(arm.shoulder, arm.elbow, body.SLEEVE)
        sleeve = [(arm.shoulder, 0.0395), (mix(arm.shoulder, cut, 0.5), 0.0385), (cut, 0.0335)]
        self._group([sleeve], paint.SHIRT if near else paint.SHIRT_FAR)
        self._highlight([sleeve], paint.SHIRT_LIGHT, 0.5 if near else 0.2)

    def _hand(self, arm: Arm, side: str) -> list[list[Ball]]:
        if side in self.fists:
            return [[(arm.wrist, 0.0165), (arm.wrist + arm.fingers * 0.036, body.FIST_RADIUS)]]
        palm = arm.wrist + arm.fingers * 0.038
        knuckle = arm.wrist + arm.fingers * 0.060
        tip = arm.wrist + arm.fingers * (body.HAND - body.FINGER_RADIUS)
        inside = self.pose.trunk.thorax.side(-SIGN[side]) + vec(0, 0.5)
        aside = unit(across(inside, arm.fingers))
        thumb = palm + aside * 0.022 + arm.fingers * 0.014
        return [
            [(arm.wrist, 0.0165), (palm, body.PALM_RADIUS), (knuckle, 0.0155), (tip, 0.0095)],
            [(arm.wrist + arm.fingers * 0.016, 0.013), (thumb, body.THUMB_RADIUS)],
        ]

    def trunk(self) -> None:
        """Draw the pelvis in leggings and the shirt over it."""
        sections = self.pose.trunk.sections
        self._trunk_group(sections[: body.WAIST + 1], paint.LEGGINGS)
        self._trunk_light(sections[: body.WAIST], paint.LEGGINGS_LIGHT, 0.30)
        self._trunk_group(sections[body.WAIST - 1 :], paint.SHIRT)
        self._trunk_light(sections[body.WAIST :], paint.SHIRT_LIGHT, 0.45)

    def _trunk_group(self, sections: Sequence[Section], fill: Colour) -> None:
        rings = [self._ring(s, 1.0, 0.0) for s in sections]
        self.ctx.new_path()
        for a, b in zip(rings, rings[1:], strict=False):
            paint.polygon(self.ctx, paint.hull(a + b))
        paint.stroke_then_fill(self.ctx, fill)

    def _trunk_light(self, sections: Sequence[Section], colour: Colour, alpha: float) -> None:
        rings = [self._ring(s, 0.42, 0.40) for s in sections]
        self.ctx.new_path()
        for a, b in zip(rings, rings[1:], strict=False):
            paint.polygon(self.ctx, paint.hull(a + b))
        self.ctx.set_source_rgba(*colour, alpha)
        self.ctx.fill()

    def _ring(self, section: Section, share: float, lit: float) -> list[Point]:
        """Return an ellipse of the trunk in the picture, shrunk and moved towards the light."""
        shift = unit(LIGHT) * (lit * section.depth)
        x, y = self.camera.xy(section.centre + shift)
        fx, fy = self.camera.flat(section.frame.front * (section.depth * share))
        rx, ry = self.camera.flat(section.frame.right * (section.width * share))
        return [(x + fx * c + rx * s, y + fy * c + ry * s) for c, s in _TURNS]

    def spine(self, alpha: float) -> None:
        """Draw the lumbar line on its pale base; not when the front faces the viewer."""
        if not self._back_seen():
            return
        scale = self.camera.scale
        back = [self.camera.xy(p) for p in centre_line(self.pose.trunk, 3, 10, 0.60)]
        lumbar = back[:5]
        self.ctx.push_group()
        self.ctx.set_line_cap(1)
        paint.polyline(self.ctx, back)
        self.ctx.set_source_rgba(*paint.SPINE_BASE, 0.75)
        self.ctx.set_line_width(max(1.6, 0.0065 * scale))
        self.ctx.stroke()
        width = min(1.0, scale / 440)
        for colour, line in ((paint.SPINE_BASE, 10), (paint.SPINE, 6)):
            paint.polyline(self.ctx, lumbar)
            self.ctx.set_source_rgb(*colour)
            self.ctx.set_line_width(line * width)
            self.ctx.stroke()
        self.ctx.set_source_rgb(*paint.WHITE)
        for x, y in lumbar:
            self.ctx.arc(x, y, 1.9 * width, 0, 2 * math.pi)
            self.ctx.fill()
        self.ctx.pop_group_to_source()
        self.ctx.paint_with_alpha(alpha)

    def _back_seen(self) -> bool:
        middle = self.pose.trunk.sections[5].frame
        return float(self.camera.towards @ middle.front) < 0.75

    def _group(self, chains: Sequence[Sequence[Ball]], fill: Colour) -> None:
        """Stroke all hulls of neighbouring balls, then fill all: no seams at joints."""
        self.ctx.new_path()
        self._hulls(chains, 1.0, 0.0)
        paint.stroke_then_fill(self.ctx, fill)

    def _highlight(self, chains: Sequence[Sequence[Ball]], colour: Colour, alpha: float) -> None:
        """Lay one light band over a limb; one group, so that joints show no blotches."""
        self.ctx.new_path()
        self._hulls(chains, 0.36, 0.36)
        self.ctx.set_source_rgba(*colour, alpha)
        self.ctx.fill()

    def _hulls(self, chains: Sequence[Sequence[Ball]], share: float, lit: float) -> None:
        scale, light = self.camera.scale, unit(LIGHT)
        for chain in chains:
            spots = [(self.camera.xy(p + light * (r * lit)), r * share * scale) for p, r in chain]
            for (a, ra), (b, rb) in zip(spots, spots[1:], strict=False):
                paint.capsule(self.ctx, a, ra, b, rb)


_TURNS = tuple(
    (math.cos(2 * math.pi * i / RING), math.sin(2 * math.pi * i / RING)) for i in range(RING)
)

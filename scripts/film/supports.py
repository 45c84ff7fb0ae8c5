"""What a keyframe rests on, and where that puts the hips."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.film import body
from scripts.film.geometry import Vec, norm, unit, vec
from scripts.film.limbs import DOWN, Leg, flat, free_arm, free_leg
from scripts.film.script import Exercise, Keyframe
from scripts.film.trunk import Trunk

LYING = ("back", "belly", "side", "shoulders")
FORWARD = vec(1, 0)


@dataclass
class Anchors:
    """Points fixed where a part first met its support."""

    points: dict[str, Vec] = field(default_factory=dict)

    def x(self, part: str, default: float) -> float:
        """Return the kept x of a part, or the default while it has none."""
        return float(self.points[part][0]) if part in self.points else default

    def note(self, part: str, point: Vec) -> None:
        """Keep a point unless the part has one already."""
        self.points.setdefault(part, point)


@dataclass(frozen=True)
class Support:
    """One keyframe's contacts and reaches with the anchors of the whole clip."""

    exercise: Exercise
    frame: Keyframe
    anchors: Anchors

    def has(self, part: str) -> bool:
        """Return whether this part is a contact."""
        return part in self.frame.contact

    @property
    def floor(self) -> float:
        """Return the height of the surface."""
        return self.exercise.surface

    @property
    def lying(self) -> bool:
        """Return whether the trunk rests on the surface."""
        return any(part in self.frame.contact for part in LYING)

    def rule(self) -> tuple[str, ...]:
        """Return what decides the root: two supports with the same rule share one root."""
        return tuple(part for part in self.frame.contact if not part.startswith("hand"))


def root_for(support: Support, trunk: Trunk, angles: Mapping[str, float]) -> Vec:
    """Return the hip centre: the first rule of the figure's contacts that applies."""
    if support.lying:
        return _lying_root(support, trunk, angles)
    if support.has("seat"):
        height = body.BED_HEIGHT if support.exercise.bed else body.SEAT_HEIGHT
        return vec(0.0, height - body.SEAT_SINK - trunk.pelvis_lowest())
    if support.has("lowfoot"):
        return vec(0.0, -min(foot_lowest(free_leg(trunk, angles, side)) for side in "RL"))
    return _elbow_kept(support, trunk, angles, _limb_root(support, trunk, angles))


def _lying_root(support: Support, trunk: Trunk, angles: Mapping[str, float]) -> Vec:
    y = support.floor - trunk.lowest()
    if support.has("shoulders"):
        now = float(trunk.shoulder_mid[0])
        return vec(support.anchors.x("shoulders", now) - now, y)
    if support.has("side"):
        return _elbow_kept(support, trunk, angles, vec(0.0, y))
    return vec(0.0, y)


def _limb_root(support: Support, trunk: Trunk, angles: Mapping[str, float]) -> Vec:
    """Return the root that puts the leading knee or foot on its spot."""
    for kind in ("shin", "knee", "foot", "toes"):
        for part in support.frame.contact:
            if part[:-1] == kind:
                leg = free_leg(trunk, angles, part[-1])
                point, height = _leading_point(kind, leg, angles, part[-1])
                x = support.anchors.x(part, float(point[0])) - float(point[0])
                return vec(x, support.floor + height - float(point[1]))
    return vec(0.0, support.floor - trunk.lowest())


def _leading_point(
    kind: str, leg: Leg, angles: Mapping[str, float], side: str
) -> tuple[Vec, float]:
    if kind in ("shin", "knee"):
        return leg.knee, body.KNEE_UP
    if kind == "foot":
        return leg.ankle, body.ANKLE_UP
    return toes_ball(leg, angles[f"heel{side}"]), body.BALL_RADIUS


def _elbow_kept(support: Support, trunk: Trunk, angles: Mapping[str, float], root: Vec) -> Vec:
    """Shift the root so that a planted elbow stays where it was."""
    for part in support.frame.contact:
        if part.startswith("forearm") and part in support.anchors.points:
            carried = trunk.moved(root)
            elbow = elbow_on_floor(carried, angles, part[-1], support.floor)
            return root + vec(support.anchors.x(part, 0.0) - float(elbow[0]), 0.0)
    return root


def elbow_on_floor(trunk: Trunk, angles: Mapping[str, float], side: str, floor: float) -> Vec:
    """Return the elbow lowered to the floor on the side the angles say."""
    arm = free_arm(trunk, angles, side)
    drop = min(float(arm.shoulder[1]) - floor - body.ELBOW_UP, body.UPPER_ARM)
    level = vec(float(arm.elbow[0] - arm.shoulder[0]), 0.0, float(arm.elbow[2] - arm.shoulder[2]))
    sideways = math.sqrt(max(0.0, body.UPPER_ARM**2 - drop**2))
    heading = unit(level) if norm(level) > 1e-6 else FORWARD
    return arm.shoulder + heading * sideways + DOWN * drop


def foot_forward(leg: Leg) -> Vec:
    """Return the horizontal direction of a foot that stands flat or on its toes."""
    level = vec(float(leg.toes[0]), 0.0, float(leg.toes[2]))
    return flat(level) if norm(level) > 0.35 else FORWARD


def toes_axes(forward: Vec, heel: float) -> tuple[Vec, Vec]:
    """Return (toes, sole) of a foot whose heel is raised by `heel` degrees."""
    c, s = math.cos(math.radians(heel)), math.sin(math.radians(heel))
    return forward * c + DOWN * s, DOWN * c - forward * s


def ankle_above_ball(ball: Vec, toes: Vec, sole: Vec) -> Vec:
    """Return the ankle of a foot turned about its ball."""
    return ball - toes * body.BALL_FRONT - sole * (body.ANKLE_UP - body.BALL_RADIUS)


def toes_ball(leg: Leg, heel: float) -> Vec:
    """Return the ball of the foot for this ankle and heel raise."""
    toes, sole = toes_axes(FORWARD, heel)
    return leg.ankle - ankle_above_ball(vec(0, 0), toes, sole)


def foot_lowest(leg: Leg) -> float:
    """Return the height of the lowest point of the foot."""
    return min(
        float(leg.heel[1]) - body.HEEL_RADIUS,
        float(leg.ball[1]) - body.BALL_RADIUS,
        float(leg.tip[1]) - body.TOE_RADIUS,
    )

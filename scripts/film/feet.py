"""One leg of a pose: standing, on its toes, kneeling, lying on the other leg, or free."""

import math
from collections.abc import Mapping

from scripts.film import body
from scripts.film.geometry import Vec, mix, norm, unit, vec
from scripts.film.limbs import DOWN, Leg, aimed_leg, blend_legs, flat, free_leg
from scripts.film.places import ankle_aim
from scripts.film.supports import (
    FORWARD,
    Support,
    ankle_above_ball,
    foot_forward,
    toes_axes,
    toes_ball,
)  # fmt: skip
from scripts.film.trunk import Trunk

TOGETHER = 0.050  # gap between the ankles of legs that lie on each other


def solve_legs(
    trunk: Trunk, angles: Mapping[str, float], a: Support, b: Support, weight: float
) -> dict[str, Leg]:
    """Return both legs between the supports `a` and `b`; a leg that leans on the other is last."""
    order = sorted("LR", key=lambda side: _leans(a, side) or _leans(b, side))
    legs: dict[str, Leg] = {}
    for side in order:
        first = _leg(trunk, angles, a, side, legs)
        if a is b or _same(a, b, side):
            legs[side] = first
            continue
        second = _leg(trunk, angles, b, side, legs)
        legs[side] = _between(trunk, angles, side, first, second, weight, a, b)
    return legs


def _leans(support: Support, side: str) -> bool:
    return f"ankle{side}" in support.frame.reach or mode(support, side) == "together"


def _same(a: Support, b: Support, side: str) -> bool:
    knee = f"knee{side}"
    return mode(a, side) == mode(b, side) and a.has(knee) == b.has(knee)


def mode(support: Support, side: str) -> str:
    """Return how this leg is held: a contact, `reach`, `together` or `free`."""
    for kind in ("foot", "toes", "heel", "shin"):
        if support.has(kind + side):
            return kind
    if f"ankle{side}" in support.frame.reach:
        return "reach"
    lies = support.exercise.view == "side_lying_front" and abs(support.frame.angles["roll"]) < 1
    if side == "R" and lies and not support.has("seat"):
        return "together"
    return "free"


def _between(
    trunk: Trunk, angles: Mapping[str, float], side: str, first: Leg, second: Leg,
    weight: float, a: Support, b: Support,
) -> Leg:  # fmt: skip
    if "shin" in (mode(a, side), mode(b, side)):
        return blend_legs(first, second, weight)
    toes = unit(mix(first.toes, second.toes, weight))
    sole = unit(mix(first.sole, second.sole, weight))
    ankle = mix(first.ankle, second.ankle, weight)
    pole = mix(first.knee + first.kneecap * 0.06, second.knee + second.kneecap * 0.06, weight)
    return aimed_leg(free_leg(trunk, angles, side), ankle, toes, sole, pole)


def _leg(
    trunk: Trunk, angles: Mapping[str, float], support: Support, side: str, legs: dict[str, Leg]
) -> Leg:
    leg = free_leg(trunk, angles, side)
    how = mode(support, side)
    if how == "foot":
        forward = foot_forward(leg)
        spot = _spot(support, f"foot{side}", leg.ankle, body.ANKLE_UP)
        return aimed_leg(leg, spot, forward, DOWN)
    if how == "toes":
        return _on_toes(leg, angles, support, side)
    if how == "heel":
        up = body.HEEL_RADIUS - float(leg.heel[1] - leg.ankle[1])
        return aimed_leg(leg, _spot(support, f"heel{side}", leg.ankle, up), leg.toes, leg.sole)
    if how == "shin":
        return _kneeling(leg, support.floor)
    if how == "reach":
        aim = ankle_aim(str(support.frame.reach[f"ankle{side}"]), trunk, legs, side)
        return _crossed(leg, aim.point, aim.elbow)
    if how == "together":
        return _stacked(trunk, angles, legs["L"], leg)
    return leg


def _spot(support: Support, part: str, point: Vec, height: float) -> Vec:
    kept = support.anchors.points.get(part, point)
    return vec(float(kept[0]), support.floor + height, float(kept[2]))


def _on_toes(leg: Leg, angles: Mapping[str, float], support: Support, side: str) -> Leg:
    heel = angles[f"heel{side}"]
    toes, sole = toes_axes(FORWARD, heel)
    # a knee on the floor shortens the leg: the toes roll a little until the knee has left it
    part = "" if support.has(f"knee{side}") else f"toes{side}"
    ball = _spot(support, part, toes_ball(leg, heel), body.BALL_RADIUS)
    return aimed_leg(leg, ankle_above_ball(ball, toes, sole), toes, sole)


def _kneeling(leg: Leg, floor: float) -> Leg:
    """Return the leg with knee and ankle on the floor and the foot stretched."""
    knee = _lowered(leg.hip, leg.knee, body.THIGH, floor + body.KNEE_UP)
    ankle = _lowered(knee, knee + (leg.ankle - leg.knee), body.SHIN, floor + body.SHIN_ANKLE_UP)
    away = flat(ankle - knee)
    toes = unit(away + DOWN * 0.20)
    return Leg(leg.hip, knee, ankle, toes, unit(away * 0.20 - DOWN), leg.kneecap)


def _lowered(start: Vec, end: Vec, length: float, height: float) -> Vec:
    """Return the end of a bone lowered to a height, in the direction it had from above."""
    rise = max(-length, min(length, height - float(start[1])))
    level = vec(float(end[0] - start[0]), 0.0, float(end[2] - start[2]))
    heading = unit(level) if norm(level) > 1e-6 else -FORWARD
    return start + heading * math.sqrt(length * length - rise * rise) + vec(0, rise)


def _crossed(leg: Leg, ankle: Vec, outward: Vec) -> Leg:
    """Return a leg whose ankle lies on the other thigh with the knee turned out."""
    pole = mix(leg.hip, ankle, 0.5) + outward * 0.3 + leg.kneecap * 0.06
    solved = aimed_leg(leg, ankle, leg.toes, leg.sole, pole)
    shin = unit(solved.ankle - solved.knee)
    toes = unit(leg.kneecap - shin * float(leg.kneecap @ shin))
    return Leg(solved.hip, solved.knee, solved.ankle, toes, shin, solved.kneecap)


def _stacked(trunk: Trunk, angles: Mapping[str, float], lower: Leg, leg: Leg) -> Leg:
    """Return the upper leg on the lower one; abduction turns it about the hip-ankle line."""
    ankle = lower.ankle - DOWN * TOGETHER
    opened = math.radians(angles["abdR"])
    out = trunk.pelvis.front * math.cos(opened) + trunk.pelvis.right * math.sin(opened)
    back_bend = lower.knee - mix(lower.hip, lower.ankle, 0.5)
    pole = mix(leg.hip, ankle, 0.5) + out * 0.2 + unit(back_bend) * (0.02 * math.cos(opened))
    return aimed_leg(leg, ankle, lower.toes, lower.sole, pole)

"""Where a reaching hand or ankle goes, and on which side its elbow or knee bends."""

from dataclasses import dataclass

from scripts.film import body
from scripts.film.geometry import Vec, across, mix, unit, vec
from scripts.film.limbs import SIGN, Leg
from scripts.film.script import Target
from scripts.film.trunk import Trunk

STICK_BACK = 0.092  # H behind the pitch axis: the stick touches sacrum, upper back and head
STICK_HANDS = {"stick_top": 0.385, "stick_low": 0.075}
BOX_HANDS_APART = 0.11


@dataclass(frozen=True)
class Aim:
    """A point for the middle of the palm and the direction in which the elbow points."""

    point: Vec
    elbow: Vec


def hand_aim(target: Target, side: str, trunk: Trunk, legs: dict[str, Leg]) -> Aim:
    """Return where the hand of `side` goes; targets move with trunk and legs."""
    sign = SIGN[side]
    out, front, up = trunk.thorax.side(sign), trunk.thorax.front, trunk.thorax.up
    if not isinstance(target, str):
        return Aim(vec(*target), out * 0.5 - front * 0.6)
    if target.startswith("thigh"):
        return Aim(_on_thigh(target, legs, sign, trunk), out * 0.8 - front * 0.4)
    if target in STICK_HANDS:
        axis = trunk.pitch_frame
        point = trunk.hip + axis.up * STICK_HANDS[target] - axis.front * STICK_BACK
        high = target == "stick_top"
        return Aim(point, up * 0.9 + out * 0.5 + front * 0.5 if high else out - front * 0.8)
    if target == "strap":
        return Aim(_on_strap(trunk, legs, sign), out * 0.5 - front * 0.8 - up * 0.3)
    if target == "box":
        point = trunk.sections[5].centre + front * 0.235 + trunk.thorax.right * (sign * 0.11)
        return Aim(point, out * 0.25 - front * 0.9)
    return Aim(_on_body(target, sign, trunk), out * 0.9 - front * 0.4)


def _on_thigh(target: str, legs: dict[str, Leg], sign: int, trunk: Trunk) -> Vec:
    """Return a point on or behind a thigh, e.g. `thighR_back_62`."""
    part, face, percent = target.split("_")
    owner = part[-1]
    leg = legs[owner]
    share = int(percent) / 100
    away = leg.kneecap if face == "front" else -leg.kneecap
    point = mix(leg.hip, leg.knee, share) + away * (0.056 - 0.016 * share + 0.018)
    inward = 0.020 if SIGN[owner] != sign else 0.0
    return point + trunk.pelvis.right * (sign * (0.012 - inward if inward else 0.014))


def _on_strap(trunk: Trunk, legs: dict[str, Leg], sign: int) -> Vec:
    leg = max(legs.values(), key=lambda each: float(each.ankle[1]))
    return strap_point(trunk, leg, sign)


def strap_point(trunk: Trunk, leg: Leg, sign: int) -> Vec:
    """Return where a hand holds the strap that runs round the ball of the foot."""
    line = unit(leg.ball - trunk.shoulder_mid)
    return trunk.shoulder_mid + line * 0.30 + trunk.thorax.right * (sign * 0.035)


# section of the trunk, forward (+) or backward, sideways in H, gap to the skin in H
BODY_PLACES = {
    "belly": (5, 1, 0.010, 0.016),
    "chest": (8, 1, 0.022, 0.016),
    "asis": (4, 1, 0.066, 0.010),
    "lowback": (4, -1, 0.052, 0.012),
    "underback": (5, -1, 0.050, 0.004),
}


def _on_body(target: str, sign: int, trunk: Trunk) -> Vec:
    index, face, sideways, gap = BODY_PLACES[target]
    section = trunk.sections[index]
    depth = section.depth * (1 - (sideways / section.width) ** 2) ** 0.5 + gap
    right = section.frame.right * (sign * sideways)
    place: Vec = section.centre + section.frame.front * (face * depth) + right
    return place


def ankle_aim(target: str, trunk: Trunk, legs: dict[str, Leg], side: str) -> Aim:
    """Return where the ankle of `side` lies on the other thigh; its knee points outwards."""
    part, _, percent = target.split("_")
    leg = legs[part[-1]]
    point = mix(leg.hip, leg.knee, int(percent) / 100)
    lift = across(leg.kneecap, unit(leg.knee - leg.hip))
    out = trunk.pelvis.side(SIGN[side])
    return Aim(point + unit(lift) * (0.040 + body.ANKLE_UP * 0.6) + out * 0.004, out)

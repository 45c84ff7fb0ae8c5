"""Arms and legs: joints from angles, and joints from a point that must be reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.film import body
from scripts.film.geometry import Frame, Vec, across, mix, norm, two_bone, unit, vec
from scripts.film.trunk import Trunk

SIGN = {"R": 1, "L": -1}
DOWN = vec(0, -1)


@dataclass(frozen=True)
class Leg:
    """Hip joint, knee, ankle; direction of the toes and of the sole."""

    hip: Vec
    knee: Vec
    ankle: Vec
    toes: Vec
    sole: Vec
    kneecap: Vec

    @property
    def ball(self) -> Vec:
        """Return the centre of the ball of the foot."""
        sole = self.sole * (body.ANKLE_UP - body.BALL_RADIUS)
        return self.ankle + self.toes * body.BALL_FRONT + sole

    @property
    def heel(self) -> Vec:
        """Return the centre of the heel."""
        sole = self.sole * (body.ANKLE_UP - body.HEEL_RADIUS)
        return self.ankle - self.toes * body.HEEL_BACK + sole

    @property
    def tip(self) -> Vec:
        """Return the centre of the big toe's tip."""
        sole = self.sole * (body.ANKLE_UP - body.TOE_RADIUS)
        return self.ankle + self.toes * body.TOE_FRONT + sole


@dataclass(frozen=True)
class Arm:
    """Shoulder joint, elbow, wrist; direction of the fingers and of the palm."""

    shoulder: Vec
    elbow: Vec
    wrist: Vec
    fingers: Vec
    palm: Vec

    @property
    def hand(self) -> Vec:
        """Return the middle of the palm."""
        return self.wrist + self.fingers * body.PALM


def free_leg(trunk: Trunk, angles: Mapping[str, float], side: str) -> Leg:
    """Return the leg as its angles alone put it; hips are measured from the pitch axis."""
    hip = trunk.hip_joint(SIGN[side])
    lifted = trunk.pitch_frame.back(180 + angles[f"hip{side}"])
    thigh, front = lifted.up, -lifted.front
    thigh = _abducted(thigh, trunk.pitch_frame.side(SIGN[side]), angles[f"abd{side}"])
    bent = Frame(thigh, across(front, thigh), vec(0, 0)).back(angles[f"knee{side}"])
    shin, instep = bent.up, unit(bent.front)
    foot = Frame(shin, instep, vec(0, 0)).back(-angles[f"ank{side}"])
    knee = hip + thigh * body.THIGH
    ankle = knee + shin * body.SHIN
    return Leg(hip, knee, ankle, unit(foot.front), foot.up, unit(across(front, thigh)))


def _abducted(direction: Vec, outward: Vec, degrees: float) -> Vec:
    """Return a limb direction swung outwards; a limb already sideways stays."""
    turned = Frame(direction, vec(0, 0), unit(across(outward, direction))).bend(degrees)
    return turned.up


def free_arm(trunk: Trunk, angles: Mapping[str, float], side: str, lift: float = 0.0) -> Arm:
    """Return the arm as its angles alone put it; `lift` raises a shoulder that is lain on."""
    shoulder = trunk.shoulder(SIGN[side])
    if lift:
        shoulder = shoulder + vec(0, lift) + trunk.thorax.front * (lift * 0.8)
    raised = trunk.thorax.back(180 + angles[f"sho{side}"])
    upper, front = raised.up, -raised.front
    upper = _abducted(upper, trunk.thorax.side(SIGN[side]), angles[f"sabd{side}"])
    front = unit(across(front, upper))
    bent = Frame(upper, front, vec(0, 0)).back(-angles[f"elb{side}"])
    elbow = shoulder + upper * body.UPPER_ARM
    wrist = elbow + bent.up * body.FOREARM
    inward = trunk.thorax.side(-SIGN[side])
    return Arm(shoulder, elbow, wrist, bent.up, unit(across(inward, bent.up)))


def aimed_leg(leg: Leg, ankle: Vec, toes: Vec, sole: Vec, pole: Vec | None = None) -> Leg:
    """Return the leg with its ankle on a point; the knee bends where the angles bend it."""
    towards = pole if pole is not None else leg.knee + leg.kneecap * 0.06
    knee, end = two_bone(leg.hip, ankle, body.THIGH, body.SHIN, towards)
    return Leg(leg.hip, knee, end, toes, sole, _kneecap(leg, knee, end))


def _kneecap(leg: Leg, knee: Vec, ankle: Vec) -> Vec:
    thigh = unit(knee - leg.hip)
    bend = across(knee - ankle, thigh)
    return unit(across(leg.kneecap + bend * (6.0 * norm(bend) / body.SHIN), thigh))


def blend_legs(a: Leg, b: Leg, weight: float) -> Leg:
    """Return the leg between two solutions with its bone lengths kept."""
    knee = a.hip + unit(mix(a.knee, b.knee, weight) - a.hip) * body.THIGH
    ankle = knee + unit(mix(a.ankle, b.ankle, weight) - knee) * body.SHIN
    toes = unit(mix(a.toes, b.toes, weight))
    sole = unit(across(mix(a.sole, b.sole, weight), toes))
    return Leg(a.hip, knee, ankle, toes, sole, unit(mix(a.kneecap, b.kneecap, weight)))


def blend_arms(a: Arm, b: Arm, weight: float) -> Arm:
    """Return the arm between two solutions with its bone lengths kept."""
    elbow = a.shoulder + unit(mix(a.elbow, b.elbow, weight) - a.shoulder) * body.UPPER_ARM
    wrist = elbow + unit(mix(a.wrist, b.wrist, weight) - elbow) * body.FOREARM
    fingers = unit(mix(a.fingers, b.fingers, weight))
    return Arm(a.shoulder, elbow, wrist, fingers, unit(mix(a.palm, b.palm, weight)))


def flat(direction: Vec) -> Vec:
    """Return the horizontal direction nearest to `direction`."""
    return unit(vec(float(direction[0]), 0.0, float(direction[2])))

"""A whole pose from angles, contacts and reaches: trunk, root, legs, arms, in that order.

Two neighbouring keyframes may rest on different parts. Both answers are computed for the current
angles and blended with the eased weight, so nothing jumps where the support changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scripts.film.feet import mode as leg_mode
from scripts.film.feet import solve_legs
from scripts.film.geometry import Vec, mix
from scripts.film.hands import solve_arm
from scripts.film.limbs import Arm, Leg
from scripts.film.script import Exercise, Keyframe, mirrored
from scripts.film.supports import Anchors, Support, root_for
from scripts.film.trunk import Trunk, build_trunk


@dataclass(frozen=True)
class Pose:
    """The solved figure in world coordinates (H), with the angles that made it."""

    trunk: Trunk
    legs: dict[str, Leg]
    arms: dict[str, Arm]
    angles: Mapping[str, float]


class Choreography:
    """The keyframes of one side of an exercise with their anchors noted."""

    def __init__(self, exercise: Exercise, other_side: bool = False) -> None:
        swap = other_side and exercise.view != "side_lying_front"
        self.exercise = exercise
        self.frames: tuple[Keyframe, ...] = (
            tuple(mirrored(f) for f in exercise.keyframes) if swap else exercise.keyframes
        )
        anchors = Anchors()
        self.supports = [Support(exercise, frame, anchors) for frame in self.frames]
        for support in self.supports:
            _note(support, solve(support.frame.angles, support, support, 0.0))

    def pose(self, segment: int, weight: float) -> Pose:
        """Return the pose between keyframe `segment` and the next at an eased weight in 0…1."""
        a = self.supports[segment]
        b = self.supports[min(segment + 1, len(self.supports) - 1)]
        start, end = a.frame.angles, b.frame.angles
        return solve({k: start[k] + (end[k] - start[k]) * weight for k in start}, a, b, weight)

    def pose_with(self, angles: Mapping[str, float]) -> Pose:
        """Return the pose for any angles on the support of the first keyframe."""
        return solve(angles, self.supports[0], self.supports[0], 0.0)


def solve(angles: Mapping[str, float], a: Support, b: Support, weight: float) -> Pose:
    """Return the pose for these angles between the supports `a` and `b`."""
    trunk = build_trunk(a.exercise.view, angles)
    root = root_for(a, trunk, angles)
    if a.rule() != b.rule():
        root = mix(root, root_for(b, trunk, angles), weight)
    trunk = trunk.moved(root)
    legs = solve_legs(trunk, angles, a, b, weight)
    arms = {side: solve_arm(trunk, legs, angles, side, a, b, weight) for side in "RL"}
    return Pose(trunk, legs, arms, angles)


def _note(support: Support, pose: Pose) -> None:
    """Keep the spot of every part that is a contact for the first time."""
    for part in support.frame.contact:
        point = _spot(part, support, pose)
        if point is not None:
            support.anchors.note(part, point)


def _spot(part: str, support: Support, pose: Pose) -> Vec | None:
    kind, side = part[:-1], part[-1]
    if part == "shoulders":
        return pose.trunk.shoulder_mid
    if kind == "toes":
        kneels = support.has(f"knee{side}")
        return None if kneels else pose.legs[side].ball
    if kind in ("foot", "heel"):
        return pose.legs[side].ankle if leg_mode(support, side) == kind else None
    if kind in ("shin", "knee"):
        return pose.legs[side].knee
    if kind == "hand":
        return pose.arms[side].wrist
    return pose.arms[side].elbow if kind == "forearm" else None

"""The figure as balls: for shadows, for the camera, for the arrow's way and for tests."""

from collections.abc import Sequence

from scripts.film import body
from scripts.film.geometry import Vec, mix
from scripts.film.solver import Pose

Ball = tuple[Vec, float]  # centre and radius in H


def profile(start: Vec, end: Vec, radii: Sequence[tuple[float, float]]) -> list[Ball]:
    """Return the balls of one bone from pairs of (share of the way, radius)."""
    return [(mix(start, end, share), radius) for share, radius in radii]


def balls_of(pose: Pose) -> list[Ball]:
    """Return the balls that make the figure."""
    balls = [(s.centre, s.depth) for s in pose.trunk.sections]
    balls.append((pose.trunk.head, 0.055))
    for leg in pose.legs.values():
        balls += profile(leg.hip, leg.knee, body.THIGH_PROFILE)
        balls += profile(leg.knee, leg.ankle, body.SHIN_PROFILE)
        balls += profile(leg.knee, leg.ankle, ((0.55, 0.033), (0.78, 0.027)))
        balls += [(leg.heel, 0.021), (leg.ball, body.BALL_RADIUS), (leg.tip, body.TOE_RADIUS)]
    for arm in pose.arms.values():
        balls += profile(arm.shoulder, arm.elbow, body.UPPER_ARM_PROFILE)
        balls += profile(arm.elbow, arm.wrist, body.FOREARM_PROFILE)
        balls += profile(arm.elbow, arm.wrist, ((0.65, 0.021),))
        balls.append((arm.hand, body.PALM_RADIUS))
    return balls

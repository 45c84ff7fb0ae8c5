"""An orthographic camera, fitted once a clip and never moved."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scripts.film import body
from scripts.film.geometry import Vec, vec
from scripts.film.solver import Pose

WIDTH, HEIGHT = 640, 480
TOP_BAND = 70
"""px at the top that the drawing leaves to the captions: two lines of a player's own size."""
LARGEST_SCALE = 560.0  # px per H


@dataclass(frozen=True)
class Camera:
    """Screen axes in the world, scale in px per H and the picture point of the origin."""

    across: Vec
    upward: Vec
    towards: Vec
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def xy(self, point: Vec) -> tuple[float, float]:
        """Return where a point of the world lies in the picture, in px."""
        return (
            self.left + self.scale * float(self.across @ point),
            self.top - self.scale * float(self.upward @ point),
        )

    def flat(self, direction: Vec) -> tuple[float, float]:
        """Return a direction of the world in the picture, in px per H."""
        return self.scale * float(self.across @ direction), -self.scale * float(
            self.upward @ direction
        )

    def depth(self, point: Vec) -> float:
        """Return how near a point is to the viewer, in H."""
        return float(self.towards @ point)


def look(azimuth: float, elevation: float) -> Camera:
    """Return an unfitted camera; negative azimuth turns the viewer towards +x."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return Camera(
        across=vec(math.cos(a), 0.0, math.sin(a)),
        upward=vec(math.sin(a) * math.sin(e), math.cos(e), -math.cos(a) * math.sin(e)),
        towards=vec(-math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)),
    )


def fit(
    camera: Camera, points: Iterable[tuple[Vec, float]], area: tuple[float, float, float, float]
) -> Camera:
    """Return the camera scaled and placed so that all (point, radius) lie in the area.

    `area` is left, top, right, bottom in px.
    """
    spans = np.array(
        [
            (float(camera.across @ p) - r, float(camera.across @ p) + r,
             float(camera.upward @ p) - r, float(camera.upward @ p) + r)
            for p, r in points
        ]
    )  # fmt: skip
    low_x, high_x = spans[:, 0].min(), spans[:, 1].max()
    low_y, high_y = spans[:, 2].min(), spans[:, 3].max()
    left, top, right, bottom = area
    scale = min((right - left) / (high_x - low_x), (bottom - top) / (high_y - low_y), LARGEST_SCALE)
    middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
    slack = (bottom - top) - scale * (high_y - low_y)
    return Camera(
        camera.across, camera.upward, camera.towards, scale,
        (left + right) / 2 - scale * middle_x,
        (top + bottom) / 2 + slack * 0.18 + scale * middle_y,
    )  # fmt: skip


def outline(pose: Pose) -> list[tuple[Vec, float]]:
    """Return the outermost balls of a pose: what must stay in the picture."""
    trunk = pose.trunk
    balls: list[tuple[Vec, float]] = [(trunk.head, 0.075)]
    balls += [(s.centre, s.width) for s in trunk.sections[::3]]
    for leg in pose.legs.values():
        balls += [(leg.knee, 0.045), (leg.ankle, 0.03), (leg.tip, 0.02), (leg.heel, 0.025)]
    for arm in pose.arms.values():
        tip = arm.wrist + arm.fingers * body.HAND
        balls += [(arm.elbow, 0.035), (arm.wrist, 0.03), (tip, 0.015)]
    return balls

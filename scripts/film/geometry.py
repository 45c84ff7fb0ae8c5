"""Vectors, body frames and easing; lengths in body heights (H), angles in degrees.

World axes: x along the mat (standing figures face +x), y up from the floor, z towards the viewer.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vec = npt.NDArray[np.float64]

UP = np.array([0.0, 1.0, 0.0])


def vec(x: float, y: float, z: float = 0.0) -> Vec:
    """Return a point or direction."""
    return np.array([x, y, z], dtype=np.float64)


def norm(v: Vec) -> float:
    """Return the length of a three-component vector."""
    return math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])


def unit(v: Vec) -> Vec:
    """Return `v` with length 1; a vector too short to have a direction points up."""
    length = norm(v)
    return v / length if length > 1e-9 else UP.copy()


def cross(a: Vec, b: Vec) -> Vec:
    """Return the vector product (faster than numpy's for single vectors)."""
    return np.array(
        [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
    )


def across(v: Vec, axis: Vec) -> Vec:
    """Return the part of `v` square to the unit vector `axis`."""
    return v - axis * float(v @ axis)


def turn(v: Vec, axis: Vec, degrees: float) -> Vec:
    """Return `v` turned about the unit vector `axis` by the right-hand rule."""
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    return v * c + cross(axis, v) * s + axis * (float(axis @ v) * (1.0 - c))


def ease(u: float) -> float:
    """Return the quintic ease of `u` in 0…1: at rest and without jerk at both ends."""
    u = min(1.0, max(0.0, u))
    return u * u * u * (10.0 + u * (6.0 * u - 15.0))


def mix(a: Vec, b: Vec, weight: float) -> Vec:
    """Return the point `weight` of the way from `a` to `b`."""
    return a + (b - a) * weight


@dataclass(frozen=True)
class Frame:
    """Orientation of one body part: towards the head, the front and the right side."""

    up: Vec
    front: Vec
    right: Vec

    def back(self, degrees: float) -> "Frame":
        """Lean backwards (extension); negative leans forwards."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return Frame(self.up * c - self.front * s, self.front * c + self.up * s, self.right)

    def bend(self, degrees: float) -> "Frame":
        """Bend to the right side."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return Frame(self.up * c + self.right * s, self.front, self.right * c - self.up * s)

    def twist(self, degrees: float) -> "Frame":
        """Turn about the long axis, front towards the right side."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return Frame(self.up, self.front * c + self.right * s, self.right * c - self.front * s)

    def side(self, sign: int) -> Vec:
        """Return the outward direction of the right (+1) or left (-1) side."""
        return self.right * float(sign)


def base_frame(view: str, pitch: float, roll: float) -> Frame:
    """Return the frame of the pitch axis for a view; hips are measured from it."""
    c, s = math.cos(math.radians(pitch)), math.sin(math.radians(pitch))
    if view.startswith("supine"):
        up, front = vec(-c, s), vec(s, c)
    elif view == "side_lying_front":
        up, front = vec(c, s), vec(0, 0, 1)
    else:
        up, front = vec(c, s), vec(s, -c)
    return Frame(up, front, cross(front, up)).twist(roll)


def two_bone(root: Vec, target: Vec, first: float, second: float, pole: Vec) -> tuple[Vec, Vec]:
    """Return (middle joint, end) of a two-bone chain that reaches for `target`.

    `pole` is a point on the side to which the middle joint bends. A target out of reach is
    approached along its direction.
    """
    line = target - root
    reach = min(max(norm(line), abs(first - second) + 1e-4), (first + second) * 0.9995)
    along = unit(line)
    side = across(pole - root, along)
    if norm(side) < 1e-6:
        side = across(UP, along)
    near = (first * first - second * second + reach * reach) / (2.0 * reach)
    height = math.sqrt(max(0.0, first * first - near * near))
    return root + along * near + unit(side) * height, root + along * reach

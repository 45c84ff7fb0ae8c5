"""The trunk chain: pelvis, five lumbar and three thoracic joints, neck and head."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scripts.film import body
from scripts.film.geometry import Frame, Vec, base_frame


@dataclass(frozen=True)
class Section:
    """One elliptical slice of the trunk."""

    centre: Vec
    frame: Frame
    depth: float
    width: float

    def lowest(self) -> float:
        """Return the height of its lowest point."""
        sag = math.hypot(self.depth * self.frame.front[1], self.width * self.frame.right[1])
        return float(self.centre[1]) - sag


@dataclass(frozen=True)
class Trunk:
    """Pelvis to head; `hip` is the point between the hip joints."""

    hip: Vec
    pitch_frame: Frame
    pelvis: Frame
    thorax: Frame
    sections: tuple[Section, ...]
    shoulder_mid: Vec
    neck: tuple[Vec, Vec]
    head: Vec
    head_frame: Frame

    def lowest(self) -> float:
        """Return the height of the lowest point of all sections."""
        return min(section.lowest() for section in self.sections)

    def pelvis_lowest(self) -> float:
        """Return the height of the lowest point of the pelvis."""
        return min(section.lowest() for section in self.sections[:4])

    def moved(self, shift: Vec) -> "Trunk":
        """Return the trunk carried along by `shift`."""
        sections = tuple(replace(s, centre=s.centre + shift) for s in self.sections)
        neck = (self.neck[0] + shift, self.neck[1] + shift)
        return Trunk(
            self.hip + shift, self.pitch_frame, self.pelvis, self.thorax, sections,
            self.shoulder_mid + shift, neck, self.head + shift, self.head_frame,
        )  # fmt: skip

    def shoulder(self, sign: int) -> Vec:
        """Return the right (+1) or left (-1) shoulder joint."""
        return self.shoulder_mid + self.thorax.right * (sign * body.SHOULDER_SIDE)

    def hip_joint(self, sign: int) -> Vec:
        """Return the right (+1) or left (-1) hip joint."""
        return self.hip + self.pelvis.right * (sign * body.HIP_SIDE)


def build_trunk(view: str, angles: Mapping[str, float]) -> Trunk:
    """Return the trunk for these angles with the hip centre at the origin."""
    base = base_frame(view, angles["pitch"], angles["roll"])
    frame = base.back(angles["pel"])
    hip = base.up * 0.0
    joints = sorted(body.LUMBAR_JOINTS + body.THORACIC_JOINTS)
    at, height, pending = hip, 0.0, list(joints)
    sections = []
    shoulder_mid = at
    for index, level in enumerate(body.SECTION_HEIGHTS):
        while pending and pending[0] <= level:
            joint = pending.pop(0)
            at, height = at + frame.up * (joint - height), joint
            frame = _bent(frame, joint, angles)
        sections.append(_section(index, at + frame.up * (level - height), frame, angles))
        if level < body.SHOULDER_UP:
            shoulder_mid = at + frame.up * (body.SHOULDER_UP - height)
    neck_foot = at + frame.up * (body.NECK_BASE - height) - frame.front * 0.004
    neck_frame = frame.back(-angles["neck"] / 2)
    neck_top = neck_foot + neck_frame.up * body.NECK
    head_frame = neck_frame.back(-angles["neck"] / 2).twist(angles["headrot"])
    head = neck_top + head_frame.up * body.HEAD_UP + head_frame.front * 0.010
    return Trunk(
        hip, base, base.back(angles["pel"]), frame, tuple(sections), shoulder_mid,
        (neck_foot, neck_top), head, head_frame,
    )  # fmt: skip


def _bent(frame: Frame, joint: float, angles: Mapping[str, float]) -> Frame:
    """Return the frame above one spinal joint."""
    if joint in body.LUMBAR_JOINTS:
        frame = frame.back(-angles["lum"] / 5).bend(angles["lat"] / 5)
    else:
        frame = frame.back(-angles["tho"] / 3)
    return frame.twist(angles["rot"] / 8)


def _section(index: int, centre: Vec, frame: Frame, angles: Mapping[str, float]) -> Section:
    level = body.SECTION_HEIGHTS[index]
    offset, depth = body.SECTION_OFFSETS[index], body.SECTION_DEPTHS[index]
    offset -= body.LUMBAR_PUSH * max(0.0, angles["lum"]) * _bump(level, 0.03, 0.20)
    swell = body.BELLY_REACH * angles["belly"] * _bump(level, *body.BELLY_SPAN)
    return Section(
        centre + frame.front * (offset + swell / 2),
        frame,
        depth + swell / 2,
        body.SECTION_WIDTHS[index],
    )


def _bump(level: float, low: float, high: float) -> float:
    """Return 0 outside low…high and 1 in its middle, without corners."""
    if not low < level < high:
        return 0.0
    return math.sin(math.pi * (level - low) / (high - low)) ** 2


def centre_line(trunk: Trunk, first: int, last: int, behind: float) -> list[Vec]:
    """Return points along the spine, `behind` of the way to the skin of the back."""
    return [s.centre - s.frame.front * (s.depth * behind) for s in trunk.sections[first : last + 1]]

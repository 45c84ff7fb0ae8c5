"""Read exercise facts into frozen records; refuse keyframes outside the limits of the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modules.errors import CourseError
from modules.text import Text
from scripts.film import body

SIDED = ("hip", "knee", "ank", "elb", "sho", "sabd", "abd", "heel")
SINGLE = ("pitch", "pel", "lum", "tho", "lat", "neck", "headrot", "rot", "roll", "belly", "tension")
ANGLES = tuple(f"{joint}{side}" for joint in SIDED for side in "RL") + SINGLE
CAMERAS: dict[str, tuple[float, float]] = {
    "standing": (-22, 7),
    "sitting": (-22, 9),
    "supine": (-10, 13),
    "prone": (-14, 12),
    "quadruped": (-16, 12),
    "side_lying_front": (18, 24),
    "supine_top": (-20, 52),
}
SHOWN_DOSE = ("reps", "release_s")
Target = str | tuple[float, float, float]


class ScriptFault(CourseError):
    """An exercise file cannot be filmed; names the exercise, the field and the reason."""

    code = "film_script_fault"

    def __init__(self, exercise: str, field: str, reason: str) -> None:
        super().__init__(f"{exercise}: {field}: {reason}")
        self.exercise, self.field, self.reason = exercise, field, reason


@dataclass(frozen=True)
class Keyframe:
    """One complete pose instruction: every angle, the contacts and the reaching hands."""

    t: float
    label: str
    angles: Mapping[str, float]
    contact: tuple[str, ...]
    reach: Mapping[str, Target]


@dataclass(frozen=True)
class Exercise:
    """The facts of one exercise that its clip needs."""

    id: str
    cue: Text
    view: str
    camera: tuple[float, float]
    keyframes: tuple[Keyframe, ...]
    props: tuple[str, ...]
    focus: tuple[str, ...]
    track: str
    dose: Mapping[str, Any]
    mirrored: bool
    fade: bool
    bed: bool
    fists: tuple[str, ...]
    plant: float | None
    wall_x: float
    arrow_off: float
    groups: tuple[Mapping[str, Any], ...]
    paced: bool

    @property
    def walking(self) -> bool:
        """Whether the feet alternate without a fixed contact."""
        return "lowfoot" in self.keyframes[0].contact

    @property
    def surface(self) -> float:
        """Height of the support in H."""
        return body.BED_HEIGHT if self.bed else 0.0


def load_exercises(path: Path) -> dict[str, Exercise]:
    """Read the exercise file; raise `ScriptFault` for the first wrong entry."""
    with path.open(encoding="utf-8") as stream:
        rows = yaml.safe_load(stream)["exercises"]
    return {row["id"]: _exercise(row) for row in rows}


def _exercise(row: Mapping[str, Any]) -> Exercise:
    name, view = row["id"], row["view"]
    if view not in CAMERAS:
        raise ScriptFault(name, "view", f"unknown view {view}")
    azimuth, elevation = row.get("camera") or CAMERAS[view]
    return Exercise(
        id=name,
        cue=Text(row["cue_es"], row.get("cue_en", row["movement"])),
        view=view,
        camera=(float(azimuth), float(elevation)),
        keyframes=_keyframes(row),
        props=tuple(row.get("prop", ())),
        focus=tuple(row.get("focus", ())),
        track=row.get("track", "none"),
        dose={k: row["dose"][k] for k in SHOWN_DOSE if k in row["dose"]},
        mirrored=row.get("mirror") == "alternate",
        fade=row.get("loop") == "fade",
        bed=row.get("surface") == "bed",
        fists=tuple(row.get("fists", ())),
        plant=(row.get("plant") or {}).get("hands"),
        wall_x=float(row.get("wall_x", 0.4)),
        arrow_off=float(row.get("arrow_off", 0.115)),
        groups=tuple(row.get("show_groups", ())),
        paced=row["family"] == "breathing" or row.get("pacer", row.get("track") == "breath"),
    )


def _keyframes(row: Mapping[str, Any]) -> tuple[Keyframe, ...]:
    """Fill every keyframe from the one before it."""
    angles = dict.fromkeys(ANGLES, 0.0)
    contact = tuple(row.get("contact", ()))
    reach = _reach(row.get("reach", {}))
    frames = []
    for entry in row["keyframes"]:
        for field in entry.keys() - {"t", "label", "contact", "reach"}:
            angles[field] = checked_angle(row["id"], field, entry[field])
        contact = tuple(entry.get("contact", contact))
        reach = _reach(entry["reach"]) if "reach" in entry else reach
        frames.append(Keyframe(float(entry["t"]), entry["label"], dict(angles), contact, reach))
    return tuple(frames)


def _reach(raw: Mapping[str, Any]) -> dict[str, Target]:
    return {
        part: aim if isinstance(aim, str) else (aim[0], aim[1], aim[2] if len(aim) > 2 else 0.0)
        for part, aim in raw.items()
    }


def checked_angle(exercise: str, field: str, value: float) -> float:
    """Return the angle, or raise `ScriptFault` when the body cannot take it."""
    joint = field[:-1] if field[:-1] in SIDED and field[-1] in "RL" else field
    if field not in ANGLES:
        raise ScriptFault(exercise, field, "unknown joint")
    low, high = body.LIMITS[joint]
    if not low <= value <= high:
        raise ScriptFault(exercise, field, f"{value} is outside {low}…{high} degrees")
    return float(value)


def swap_side(name: str) -> str:
    """Return the name of the same part on the other side: `handR` for `handL`."""
    head, mark, tail = name.partition("_")
    flip = {"R": "L", "L": "R"}
    if head[-1:] in flip and (head[:-1] in SIDED or head[:-1] in PARTS):
        return head[:-1] + flip[head[-1]] + mark + tail
    return name


PARTS = (
    "hand", "foot", "toes", "shin", "knee", "heel", "forearm", "ankle", "thigh", "glute", "calf",
    "hamstring", "quadriceps", "hipfront", "hipside", "flank", "upperarm",
)  # fmt: skip


def mirrored(frame: Keyframe) -> Keyframe:
    """Return the keyframe for the other side of the body."""
    turned = {"rot", "roll", "lat", "headrot"}
    angles = {swap_side(k): -v if k in turned else v for k, v in frame.angles.items()}
    return Keyframe(
        frame.t,
        frame.label,
        angles,
        tuple(swap_side(part) for part in frame.contact),
        {swap_side(k): _mirror_target(v) for k, v in frame.reach.items()},
    )


def _mirror_target(aim: Target) -> Target:
    return swap_side(aim) if isinstance(aim, str) else (aim[0], aim[1], -aim[2])

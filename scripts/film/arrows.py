"""The movement arrow: where it runs, clear of the body, and how it is drawn."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from scripts.film import paint
from scripts.film.camera import HEIGHT, TOP_BAND, WIDTH, Camera
from scripts.film.geometry import Vec
from scripts.film.paint import Context, Point
from scripts.film.solver import Pose
from scripts.film.timing import Loop, Phase
from scripts.film.volume import balls_of

SAMPLES = 13
SHORTEST = 44.0  # px
FAR_ENOUGH = 40.0  # px: a shorter path passes the arrow on to the next tracked part
CLEAR = 9.0  # px between arrow and body
STANDARD = ("tilt", "belly", "lumbar", "forward")


def tracked(pose: Pose, part: str) -> Vec:
    """Return the point of the body an arrow follows."""
    if part == "head":
        return pose.trunk.head
    if part == "pelvis":
        return pose.trunk.hip
    side = part[-1]
    if part.startswith("knee"):
        return pose.legs[side].knee
    return pose.legs[side].ball if part.startswith("foot") else pose.arms[side].hand


def arrow_for(loop: Loop, phase: Phase, camera: Camera, track: str) -> list[Point]:
    """Return the arrow's line for a movement, or no points when there is none to show."""
    if phase.kind != "move" or track in ("none", "breath"):
        return []
    poses = [loop.pose(phase, i / (SAMPLES - 1) * 0.999) for i in range(SAMPLES)]
    if track in STANDARD:
        return _standard(poses, camera, track)
    for part in track.split():
        path = np.array([camera.xy(tracked(pose, part)) for pose in poses])
        length = float(np.sum(np.hypot(*np.diff(path, axis=0).T)))
        if length > FAR_ENOUGH:
            break
    if length < 5:
        return []
    return _placed(_long_enough(path, length), poses, camera, loop.exercise.arrow_off)


def _long_enough(path: Vec, length: float) -> Vec:
    if length >= SHORTEST:
        return path
    middle = path.mean(axis=0)
    longer: Vec = middle + (path - middle) * (SHORTEST / length)
    return longer


def _placed(path: Vec, poses: Sequence[Pose], camera: Camera, off: float) -> list[Point]:
    """Shift the path the least way that keeps it clear of the body and inside the picture."""
    shown = [poses[0], poses[SAMPLES // 2], poses[-1]]
    balls = [(*camera.xy(p), r * camera.scale) for pose in shown for p, r in balls_of(pose)]
    rows = np.array(balls)
    best, best_score = path, -1e9
    for step in (0.55, 0.8, 1.0, 1.3, 1.7, 2.2):
        for k in range(24):
            angle = 2 * math.pi * k / 24
            shift = np.array([math.cos(angle), math.sin(angle)]) * (step * off * camera.scale)
            moved = path + shift
            score = _clearance(moved, rows) - step * 2.0
            if score > best_score:
                best, best_score = moved, score
        if best_score > CLEAR - step * 2.0:
            break
    return [(float(x), float(y)) for x, y in best]


def _clearance(path: Vec, balls: Vec) -> float:
    """Return the room between path and body in px, capped; outside the picture counts badly."""
    gaps = np.hypot(path[:, None, 0] - balls[None, :, 0], path[:, None, 1] - balls[None, :, 1])
    room = float((gaps - balls[None, :, 2]).min())
    low, high = path.min(axis=0), path.max(axis=0)
    high_enough, low_enough = low[1] - TOP_BAND - 4, HEIGHT - 12 - high[1]
    inside = min(low[0] - 12, WIDTH - 12 - high[0], high_enough, low_enough)
    return min(room, CLEAR + 3) + min(0.0, float(inside)) * 3


def _standard(poses: Sequence[Pose], camera: Camera, track: str) -> list[Point]:
    first, last = poses[0], poses[-1]
    makers: dict[str, Callable[[Pose, Pose], list[Vec]]] = {
        "tilt": _tilt, "belly": _belly, "lumbar": _lumbar, "forward": _forward,
    }  # fmt: skip
    return [camera.xy(p) for p in makers[track](first, last)]


def _tilt(first: Pose, last: Pose) -> list[Vec]:
    """Return an arc over the pelvis from the legs towards the ribs, or back."""
    frame, hip = first.trunk.pitch_frame, first.trunk.hip
    turns = [math.radians(-38 + 100 * i / 12) for i in range(13)]
    arc = [hip + (frame.front * math.cos(t) + frame.up * math.sin(t)) * 0.165 for t in turns]
    return arc if last.angles["pel"] >= first.angles["pel"] else arc[::-1]


def _belly(first: Pose, last: Pose) -> list[Vec]:
    section = first.trunk.sections[4]
    out = section.frame.front
    skin = section.centre + out * section.depth
    line = [skin + out * (0.075 + 0.012 * i) for i in range(11)]
    inwards = last.angles["belly"] < first.angles["belly"]
    return line[::-1] if inwards else line


def _lumbar(first: Pose, last: Pose) -> list[Vec]:
    section = first.trunk.sections[5]
    out = -section.frame.front
    skin = section.centre + out * section.depth
    line = [skin + out * (0.045 + 0.012 * i) for i in range(11)]
    return line if last.angles["lum"] > first.angles["lum"] else line[::-1]


def _forward(first: Pose, last: Pose) -> list[Vec]:
    start = np.array([0.22, 0.72, 0.0])
    return [start + np.array([0.014 * i, 0.0, 0.0]) for i in range(11)]


def draw_arrow(ctx: Context, line: Sequence[Point], alpha: float) -> None:
    """Draw the arrow with its white edge."""
    if len(line) < 2 or alpha <= 0.01:
        return
    (x0, y0), (x1, y1) = line[-3], line[-1]
    heading = math.atan2(y1 - y0, x1 - x0)
    tip = [(x1 + 11 * math.cos(heading), y1 + 11 * math.sin(heading))]
    for turn in (2.45, -2.45):
        tip.append((x1 + 9.5 * math.cos(heading + turn), y1 + 9.5 * math.sin(heading + turn)))
    ctx.push_group()
    ctx.set_line_cap(1)
    ctx.set_line_join(1)
    for colour, body_line, edge in ((paint.WHITE, 9.0, 4.0), (paint.ARROW, 5.0, 0.6)):
        paint.polyline(ctx, line)
        ctx.set_source_rgb(*colour)
        ctx.set_line_width(body_line)
        ctx.stroke()
        ctx.new_path()
        paint.polygon(ctx, [tip[0], tip[1], tip[2]])
        ctx.fill_preserve()
        ctx.set_line_width(edge)
        ctx.stroke()
    ctx.pop_group_to_source()
    ctx.paint_with_alpha(alpha)


def fade_of(share: float) -> float:
    """Return the arrow's strength within its movement: in over 1/6, out over 1/5."""
    return max(0.0, min(1.0, share * 6, (1 - share) * 5))

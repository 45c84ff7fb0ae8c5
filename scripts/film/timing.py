"""The order and length of a loop's phases, from keyframes and dose."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from scripts.film.geometry import ease
from scripts.film.script import Exercise, Keyframe
from scripts.film.solver import Choreography, Pose

RATE = 24  # frames a second
LONGEST_MOVE, LONGEST_HOLD, SHORTENED_HOLD, LONGEST_GROUP_HOLD = 6.0, 10.0, 4.0, 1.8
"""Seconds. A hold is shown as long as it lasts, up to ten; a longer one is only shown."""
SHORTEST_HOLD = 2.0  # seconds: a shorter one is a turn, not a hold to name
SHORTEST_LOOP = 7.0
STRAIGHT = 1.1  # a way this much longer than what it gains is still straight
FADE, LAST_LOOK = 0.5, 2.0  # a loop that does not close ends with a look and a cross-fade
SIDE_FADE = 1 / 3  # where the two sides start from different pictures
WALK_CYCLES = 6


@dataclass(frozen=True)
class Phase:
    """One stretch of a loop: a movement, a hold or a rest between two keyframes."""

    kind: str  # move, hold, rest
    segment: int
    frames: int
    real_seconds: float
    rep: int
    variant: int  # index into `Loop.choreographies`

    @property
    def seconds(self) -> float:
        """Return how long the phase is shown."""
        return self.frames / RATE

    @property
    def in_real_time(self) -> bool:
        """Return whether it is shown as long as it lasts."""
        return abs(self.seconds - self.real_seconds) < 1 / RATE


class Loop:
    """One exercise in time: which pose and which phase each frame shows."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.variants = _variants(exercise)
        self.choreographies = [Choreography(v, side) for v, side in self.variants]
        self.phases = _phases(self)
        self.starts = [sum(p.frames for p in self.phases[:i]) for i in range(len(self.phases))]

    @property
    def frames(self) -> int:
        """Return the number of frames of one loop."""
        return self.starts[-1] + self.phases[-1].frames

    @property
    def flipped(self) -> list[bool]:
        """Return, for each variant, whether its picture is mirrored instead of its pose."""
        lying = self.exercise.view == "side_lying_front"
        return [other and lying for _, other in self.variants]

    def at(self, frame: int) -> tuple[Phase, float]:
        """Return the phase of a frame and how far it is, from 0 up to 1 (not included)."""
        index = max(i for i, start in enumerate(self.starts) if start <= frame)
        phase = self.phases[index]
        return phase, (frame - self.starts[index]) / phase.frames

    def pose(self, phase: Phase, share: float) -> Pose:
        """Return the pose at a share of a phase."""
        choreography = self.choreographies[phase.variant]
        if self.exercise.walking:
            return choreography.pose_with(_stride(self.exercise.keyframes, share))
        return choreography.pose(phase.segment, ease(share))

    def weight(self, phase: Phase, share: float) -> float:
        """Return how active the pose is: 0 at the start pose, 1 at the furthest."""
        if self.exercise.walking:
            return 0.0
        activity = self.activity
        first, second = activity[phase.segment], activity[min(phase.segment + 1, len(activity) - 1)]
        return first + (second - first) * ease(share)

    @cached_property
    def activity(self) -> list[float]:
        """Return for each keyframe its distance from the first one, the furthest being 1."""
        far = self.distances
        most = max(far) or 1.0
        return [min(1.0, 1.6 * d / most) for d in far]

    @cached_property
    def distances(self) -> list[float]:
        """Return how far each keyframe's angles are from the first one's."""
        frames = self.variants[0][0].keyframes
        return [_distance(frames[0], frame) for frame in frames]

    def homeward(self, segment: int) -> bool:
        """Return whether the way from a keyframe to the next leads straight towards the first."""
        frames, far = self.variants[0][0].keyframes, self.distances
        gained = far[segment] - far[segment + 1]
        return _distance(frames[segment], frames[segment + 1]) <= STRAIGHT * gained + 1e-9


def _distance(a: Keyframe, b: Keyframe) -> float:
    scale = {"belly": 30.0, "tension": 60.0, "headrot": 0.1}
    return sum(abs(a.angles[k] - b.angles[k]) * scale.get(k, 1.0) for k in a.angles)


def _variants(exercise: Exercise) -> list[tuple[Exercise, bool]]:
    """Return the exercise once for each side or muscle group that a loop shows."""
    if exercise.groups:
        return [(_grouped(exercise, group), False) for group in exercise.groups]
    if exercise.mirrored:
        return [(exercise, False), (exercise, True)]
    return [(exercise, False)]


def _grouped(exercise: Exercise, group: Mapping[str, Any]) -> Exercise:
    """Return the exercise with the tension laid on one muscle group."""
    rest = exercise.keyframes[0]
    tense = {**rest.angles, "tension": 1.0, **group.get("angles", {})}
    frames = tuple(
        Keyframe(f.t, f.label, tense if f.angles["tension"] else rest.angles, f.contact, f.reach)
        for f in exercise.keyframes
    )
    focus, fists = tuple(group["focus"]), tuple(group.get("fists", ()))
    return replace(exercise, keyframes=frames, focus=focus, fists=fists, groups=())


def _phases(loop: Loop) -> list[Phase]:
    exercise = loop.exercise
    if exercise.walking:
        cycle = exercise.keyframes[-1].t
        return [Phase("move", 0, round(cycle * RATE), cycle, i, 0) for i in range(WALK_CYCLES)]
    last = len(exercise.keyframes) - 1
    once = [_phase(exercise, i) for i in range(last)]
    if exercise.fade:
        once.append(Phase("rest", last, round(LAST_LOOK * RATE), LAST_LOOK, 0, 0))
    rounds = len(loop.variants)
    seconds = sum(p.frames for p in once) / RATE
    if rounds == 1 and not exercise.fade and exercise.dose.get("reps", 1) > 1:
        rounds = max(1, math.ceil((SHORTEST_LOOP - 0.5) / seconds))
    elif rounds == 1 and seconds < SHORTEST_LOOP - 0.5 and not exercise.fade:
        rounds = math.ceil((SHORTEST_LOOP - 0.5) / seconds)
    sides = len(loop.variants)
    return [replace(p, rep=i, variant=i % sides) for i in range(rounds) for p in once]


def _phase(exercise: Exercise, segment: int) -> Phase:
    a, b = exercise.keyframes[segment : segment + 2]
    real = b.t - a.t
    still = a.angles == b.angles and a.contact == b.contact and a.reach == b.reach
    if still:
        kind = "rest" if a.angles == exercise.keyframes[0].angles else "hold"
        return Phase(kind, segment, round(_shown(exercise, real) * RATE), real, 0, 0)
    return Phase("move", segment, round(min(real, LONGEST_MOVE) * RATE), real, 0, 0)


def _shown(exercise: Exercise, real: float) -> float:
    """Return for how many seconds a hold or rest of `real` seconds is shown."""
    if exercise.groups:
        return min(real, LONGEST_GROUP_HOLD)
    return real if real <= LONGEST_HOLD else SHORTENED_HOLD


def _stride(frames: tuple[Keyframe, ...], share: float) -> dict[str, float]:
    """Return walking angles on a smooth closed curve through the keyframes."""
    count = len(frames) - 1
    place = share * count
    i, u = int(place) % count, place - int(place)
    p, q, r, s = (frames[(i + k) % count].angles for k in (-1, 0, 1, 2))
    return {k: _spline(p[k], q[k], r[k], s[k], u) for k in q}


def _spline(p: float, q: float, r: float, s: float, u: float) -> float:
    slope_q, slope_r = (r - p) / 2, (s - q) / 2
    a = 2 * q - 2 * r + slope_q + slope_r
    b = -3 * q + 3 * r - 2 * slope_q - slope_r
    return ((a * u + b) * u + slope_q) * u + q

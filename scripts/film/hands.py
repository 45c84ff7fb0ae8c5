"""One arm of a pose: planted hand, forearm support, reaching hand, or free."""

from collections.abc import Mapping

from scripts.film import body
from scripts.film.geometry import Vec, mix, norm, turn, two_bone, unit, vec
from scripts.film.limbs import DOWN, Arm, Leg, blend_arms, flat, free_arm
from scripts.film.places import Aim, hand_aim
from scripts.film.supports import Support, elbow_on_floor
from scripts.film.trunk import Trunk

SHOULDER_ROOM = 0.036  # a shoulder that is lain on stays this far above the surface
REST_RANGE = 24.0  # an arm flexed less than this lies down beside a lying trunk


def solve_arm(
    trunk: Trunk, legs: dict[str, Leg], angles: Mapping[str, float], side: str,
    a: Support, b: Support, weight: float,
) -> Arm:  # fmt: skip
    """Return the arm of one side between the supports `a` and `b`."""
    arm = _free(trunk, angles, side, a)
    first = _aim(a, arm, side, trunk, legs)
    if a is b:
        return _place(arm, first, a, trunk, angles, side)
    second = _aim(b, arm, side, trunk, legs)
    if first is not None and second is not None and _planted(a, side) == _planted(b, side):
        aim = Aim(mix(first.point, second.point, weight), mix(first.elbow, second.elbow, weight))
        return _place(arm, aim, a, trunk, angles, side)
    if first is None and second is None and mode(a, side) == mode(b, side):
        return _place(arm, None, a, trunk, angles, side)
    start = _place(arm, first, a, trunk, angles, side)
    end = _place(_free(trunk, angles, side, b), second, b, trunk, angles, side)
    return _above(blend_arms(start, end, weight), a.floor)


def mode(support: Support, side: str) -> str:
    """Return how this arm is held: `hand`, `forearm`, `reach` or `free`."""
    for kind in ("hand", "forearm"):
        if support.has(kind + side):
            return kind
    return "reach" if f"hand{side}" in support.frame.reach else "free"


def _planted(support: Support, side: str) -> bool:
    return mode(support, side) == "hand"


def _free(trunk: Trunk, angles: Mapping[str, float], side: str, support: Support) -> Arm:
    lift = 0.0
    if support.exercise.view == "side_lying_front":
        height = float(trunk.shoulder(1 if side == "R" else -1)[1])
        lift = max(0.0, support.floor + SHOULDER_ROOM - height) if not support.has("seat") else 0.0
    return free_arm(trunk, angles, side, lift)


def _aim(support: Support, arm: Arm, side: str, trunk: Trunk, legs: dict[str, Leg]) -> Aim | None:
    how = mode(support, side)
    if how == "hand":
        return Aim(planted_wrist(support, arm, side), vec(0, 0))
    if how == "reach":
        return hand_aim(support.frame.reach[f"hand{side}"], side, trunk, legs)
    return None


def planted_wrist(support: Support, arm: Arm, side: str) -> Vec:
    """Return the spot of a flat hand: its anchor, `plant` where given, or below the angles."""
    kept = support.anchors.points.get(f"hand{side}")
    if kept is not None:
        return kept
    x = support.exercise.plant
    where = float(arm.wrist[0]) if x is None else x
    return vec(where, support.floor + body.WRIST_UP, float(arm.wrist[2]))


def _place(
    arm: Arm, aim: Aim | None, support: Support, trunk: Trunk,
    angles: Mapping[str, float], side: str,
) -> Arm:  # fmt: skip
    how = mode(support, side)
    if how == "forearm":
        return _forearm(arm, support, trunk, angles, side)
    if aim is None:
        return _resting(arm, support, angles[f"sho{side}"])
    if how == "hand":
        out = trunk.thorax.side(1 if side == "R" else -1)
        pole = arm.elbow - trunk.thorax.up * 0.05 - trunk.thorax.front * 0.03 + out * 0.02
        elbow, wrist = two_bone(arm.shoulder, aim.point, body.UPPER_ARM, body.FOREARM, pole)
        fingers = flat(trunk.thorax.up) if support.exercise.view != "supine" else arm.fingers
        return _above(Arm(arm.shoulder, elbow, wrist, fingers, DOWN), support.floor)
    return _above(_reaching(arm, aim), support.floor)


def _reaching(arm: Arm, aim: Aim) -> Arm:
    """Return the arm whose palm is on the aim, the hand in line with the forearm."""
    pole = mix(arm.shoulder, aim.point, 0.5) + aim.elbow * 0.2
    long = body.FOREARM + body.PALM
    elbow, end = two_bone(arm.shoulder, aim.point, body.UPPER_ARM, long, pole)
    along = unit(end - elbow)
    return Arm(arm.shoulder, elbow, elbow + along * body.FOREARM, along, arm.palm)


def _forearm(
    arm: Arm, support: Support, trunk: Trunk, angles: Mapping[str, float], side: str
) -> Arm:
    """Return the arm with its elbow on the floor and the forearm flat."""
    elbow = elbow_on_floor(trunk, angles, side, support.floor)
    if norm(arm.shoulder - trunk.shoulder(1 if side == "R" else -1)) > 1e-9:
        elbow = arm.shoulder + unit(elbow - arm.shoulder) * body.UPPER_ARM
    towards = trunk.thorax.front if support.exercise.view == "side_lying_front" else trunk.thorax.up
    along = flat(towards)
    drop = vec(0, support.floor + body.WRIST_UP - float(elbow[1]))
    wrist = elbow + unit(along * body.FOREARM + drop) * body.FOREARM
    return Arm(arm.shoulder, elbow, wrist, along, DOWN)


def _resting(arm: Arm, support: Support, flexion: float) -> Arm:
    """Return a free arm; beside a lying trunk it lies down, and it never sinks into the floor."""
    low = support.floor + body.WRIST_UP
    height = float(arm.wrist[1])
    if support.lying and support.exercise.view in ("supine", "supine_top", "prone"):
        share = max(0.0, 1.0 - abs(flexion) / REST_RANGE)
        height += (min(height, low) - height) * min(1.0, share * 1.5)
    height = max(height, low)
    if abs(height - float(arm.wrist[1])) < 1e-6:
        return _above(arm, support.floor)
    target = vec(float(arm.wrist[0]), height, float(arm.wrist[2]))
    pole = arm.elbow + vec(0, 0.02)
    elbow, wrist = two_bone(arm.shoulder, target, body.UPPER_ARM, body.FOREARM, pole)
    fingers = arm.fingers
    if float(wrist[1]) < low + 0.02:
        fingers = unit(vec(float(fingers[0]), max(0.0, float(fingers[1])), float(fingers[2])))
    return _above(Arm(arm.shoulder, elbow, wrist, fingers, arm.palm), support.floor)


def _above(arm: Arm, floor: float) -> Arm:
    """Swing an elbow below the floor about the shoulder-wrist line to the first place above."""
    low = floor + body.ELBOW_UP - 0.004
    if float(arm.elbow[1]) >= low:
        return arm
    axis = unit(arm.wrist - arm.shoulder)
    offset = arm.elbow - arm.shoulder
    for degrees in range(3, 181, 3):
        for sign in (1, -1):
            elbow = arm.shoulder + turn(offset, axis, sign * degrees)
            if float(elbow[1]) >= low:
                return Arm(arm.shoulder, elbow, arm.wrist, arm.fingers, arm.palm)
    return arm

"""Every pose of every exercise keeps to its support, its bones and its limits."""

import math

import numpy as np
import pytest

from scripts.film import body
from scripts.film.feet import mode as leg_mode
from scripts.film.geometry import ease, norm
from scripts.film.hands import mode as arm_mode
from scripts.film.supports import foot_lowest
from tests.film.table import EXERCISE_IDS, every

STEPS = 25
LARGEST_STEP = 0.06  # H in 1/25 of a segment: only the roll out of bed comes near
DEEPEST = 0.04


def poses(loop, choreography):
    """Yield (segment, step, pose) through all keyframes of one side."""
    for segment in range(len(choreography.frames) - 1):
        for step in range(STEPS + 1):
            yield segment, step, choreography.pose(segment, ease(step / STEPS))


def lowest_points(pose):
    """Return the height of the lowest point of every part."""
    parts = {"trunk": pose.trunk.lowest()}
    frame = pose.trunk.head_frame
    sag = math.hypot(*(r * float(axis[1]) for r, axis in zip(
        body.HEAD_RADII, (frame.front, frame.up, frame.right), strict=True)))  # fmt: skip
    parts["head"] = float(pose.trunk.head[1]) - sag
    for side in "RL":
        leg, arm = pose.legs[side], pose.arms[side]
        parts[f"knee{side}"] = float(leg.knee[1]) - 0.0365
        parts[f"foot{side}"] = foot_lowest(leg)
        parts[f"elbow{side}"] = float(arm.elbow[1]) - 0.0255
        parts[f"hand{side}"] = float(arm.hand[1]) - body.PALM_RADIUS
    return parts


def extremities(pose):
    """Return the points whose steps are measured."""
    points = {"head": pose.trunk.head}
    for side in "RL":
        points[f"foot{side}"] = pose.legs[side].tip
        points[f"hand{side}"] = pose.arms[side].hand
    return points


@every("exercise_id", EXERCISE_IDS)
def test_nothing_sinks_into_the_floor(loops, exercise_id):
    loop = loops[exercise_id]
    floor = 0.0 if loop.exercise.bed else loop.exercise.surface
    for choreography in loop.choreographies:
        for segment, step, pose in poses(loop, choreography):
            low = {k: v for k, v in lowest_points(pose).items() if v < floor - DEEPEST}
            assert not low, (segment, step, low)


@every("exercise_id", EXERCISE_IDS)
def test_nothing_jumps(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        before = None
        for segment, step, pose in poses(loops[exercise_id], choreography):
            now = extremities(pose)
            for part, point in now.items():
                far = norm(point - before[part]) if before else 0.0
                assert far < LARGEST_STEP, (part, segment, step, far)
            before = now


@every("exercise_id", EXERCISE_IDS)
def test_the_loop_closes_unless_it_fades(loops, exercise_id):
    loop = loops[exercise_id]
    for choreography in loop.choreographies:
        first = extremities(choreography.pose(0, 0.0))
        last = extremities(choreography.pose(len(choreography.frames) - 2, 1.0))
        gap = max(norm(first[part] - last[part]) for part in first)
        assert (gap > 0.05) if loop.exercise.fade else (gap < 1e-6)


@every("exercise_id", EXERCISE_IDS)
def test_contacts_hold_at_their_keyframes(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        for index, support in enumerate(choreography.supports):
            pose = choreography.pose(index, 0.0)
            for part, error in contact_errors(support, pose):
                assert error < 0.012, (index, part, error)


def contact_errors(support, pose):
    """Yield (part, distance from its fixed spot) for planted hands and feet."""
    for side in "RL":
        spots = support.anchors.points
        if leg_mode(support, side) == "foot":
            yield f"foot{side}", norm(pose.legs[side].ankle - spots[f"foot{side}"])
            yield f"sole{side}", abs(float(pose.legs[side].ankle[1]) - body.ANKLE_UP)
        if leg_mode(support, side) == "shin":
            yield f"shin{side}", abs(float(pose.legs[side].knee[1]) - body.KNEE_UP)
        if arm_mode(support, side) == "hand":
            spot = spots[f"hand{side}"]
            reach = norm(spot - pose.arms[side].shoulder)
            slack = max(0.0, reach - body.UPPER_ARM - body.FOREARM)
            yield f"hand{side}", norm(pose.arms[side].wrist - spot) - slack


@every("exercise_id", EXERCISE_IDS)
def test_planted_feet_stay_during_a_movement(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        supports = choreography.supports
        for segment, (a, b) in enumerate(zip(supports, supports[1:], strict=False)):
            for side in "RL":
                if leg_mode(a, side) == leg_mode(b, side) == "foot":
                    spots = [choreography.pose(segment, w).legs[side].ankle for w in (0, 0.5, 1)]
                    assert max(norm(spot - spots[0]) for spot in spots) < 0.01


@every("exercise_id", EXERCISE_IDS)
def test_planted_hands_stay_during_a_movement(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        supports = choreography.supports
        for segment, (a, b) in enumerate(zip(supports, supports[1:], strict=False)):
            for side in "RL":
                if arm_mode(a, side) == arm_mode(b, side) == "hand":
                    spots = [choreography.pose(segment, w).arms[side].wrist for w in (0, 0.5, 1)]
                    assert max(norm(spot - spots[0]) for spot in spots) < 0.02


@every("exercise_id", EXERCISE_IDS)
def test_bones_keep_their_length(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        for _, _, pose in poses(loops[exercise_id], choreography):
            for side in "RL":
                leg, arm = pose.legs[side], pose.arms[side]
                assert norm(leg.knee - leg.hip) == pytest.approx(body.THIGH, abs=1e-6)
                assert norm(leg.ankle - leg.knee) == pytest.approx(body.SHIN, abs=1e-6)
                assert norm(arm.elbow - arm.shoulder) == pytest.approx(body.UPPER_ARM, abs=1e-6)
                assert norm(arm.wrist - arm.elbow) == pytest.approx(body.FOREARM, abs=1e-6)


@every("exercise_id", EXERCISE_IDS)
def test_elbows_do_not_fold_beyond_flesh(loops, exercise_id):
    for choreography in loops[exercise_id].choreographies:
        for segment, step, pose in poses(loops[exercise_id], choreography):
            for side in "RL":
                arm = pose.arms[side]
                straight = (arm.elbow - arm.shoulder) @ (arm.wrist - arm.elbow)
                bend = math.degrees(math.acos(np.clip(
                    straight / body.UPPER_ARM / body.FOREARM, -1, 1)))  # fmt: skip
                assert bend <= body.SOLVED_ELBOW_LIMIT + 0.5, (segment, step, side, bend)


def test_a_bridge_lifts_the_pelvis(loops):
    choreography = loops["c3_bridge"].choreographies[0]
    down, up = choreography.pose(0, 0.0), choreography.pose(1, 0.0)
    assert up.trunk.hip[1] > down.trunk.hip[1] + 0.08


def test_the_pelvis_stays_down_in_a_press_up(loops):
    choreography = loops["m3_press_up"].choreographies[0]
    down, top = choreography.pose(0, 0.0), choreography.pose(2, 0.0)
    assert abs(top.trunk.hip[1] - down.trunk.hip[1]) < 0.02
    assert top.trunk.head[1] > down.trunk.head[1] + 0.2


def test_a_rounding_low_back_moves_backwards(loops):
    choreography = loops["s1_cat_camel"].choreographies[0]
    cat, camel = choreography.pose(1, 0.0), choreography.pose(2, 0.0)
    assert cat.trunk.sections[6].centre[1] > camel.trunk.sections[6].centre[1] + 0.05


def test_the_other_side_is_the_mirror_image(loops):
    loop = loops["c6_bird_dog"]
    a, b = (choreography.pose(1, 0.0) for choreography in loop.choreographies)
    flip = np.array([1, 1, -1])
    assert np.allclose(a.legs["R"].ankle, b.legs["L"].ankle * flip, atol=1e-9)
    assert np.allclose(a.arms["L"].hand, b.arms["R"].hand * flip, atol=1e-9)

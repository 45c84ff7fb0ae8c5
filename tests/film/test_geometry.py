"""Vectors, frames, easing and the two-bone chain."""

import numpy as np
import pytest

from scripts.film.geometry import base_frame, ease, norm, two_bone, vec


def test_easing_starts_and_ends_at_rest():
    assert ease(0) == 0
    assert ease(1) == pytest.approx(1)
    assert ease(0.01) < 1e-4
    assert ease(0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("view", ["standing", "sitting", "supine", "prone", "side_lying_front"])
def test_the_right_side_is_where_front_and_up_put_it(view):
    frame = base_frame(view, 20, 0)
    assert np.allclose(np.cross(frame.front, frame.up), frame.right)


def test_an_upright_figure_faces_right():
    frame = base_frame("standing", 90, 0)
    assert np.allclose(frame.up, [0, 1, 0])
    assert np.allclose(frame.front, [1, 0, 0])


def test_a_supine_figure_lies_with_its_head_at_the_left():
    frame = base_frame("supine", 0, 0)
    assert np.allclose(frame.up, [-1, 0, 0])
    assert np.allclose(frame.front, [0, 1, 0])


def test_roll_ninety_turns_side_lying_onto_the_back():
    assert np.allclose(base_frame("side_lying_front", 0, 90).front, [0, 1, 0])


def test_leaning_back_lowers_the_front_of_a_supine_pelvis_towards_the_head():
    assert base_frame("supine", 0, 0).back(20).front[0] < 0


def test_a_reachable_target_is_met_with_both_bones_whole():
    middle, end = two_bone(vec(0, 0), vec(0.3, 0.1), 0.245, 0.246, vec(0, 1))
    assert np.allclose(end, [0.3, 0.1, 0])
    assert norm(middle) == pytest.approx(0.245)
    assert norm(end - middle) == pytest.approx(0.246)


def test_the_middle_joint_bends_towards_the_pole():
    above, _ = two_bone(vec(0, 0), vec(0.3, 0), 0.2, 0.2, vec(0.1, 1))
    below, _ = two_bone(vec(0, 0), vec(0.3, 0), 0.2, 0.2, vec(0.1, -1))
    assert above[1] > 0 > below[1]


def test_a_target_out_of_reach_is_approached():
    _, end = two_bone(vec(0, 0), vec(2, 0), 0.2, 0.2, vec(0, 1))
    assert end[0] == pytest.approx(0.4, abs=1e-3)

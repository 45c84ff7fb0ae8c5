"""The camera is fitted once and keeps every key pose in the picture."""

import pytest

from scripts.film.camera import HEIGHT, LARGEST_SCALE, TOP_BAND, WIDTH, fit, look, outline
from scripts.film.clip import AREA, Clip
from scripts.film.geometry import vec
from tests.film.table import EXERCISE_IDS, every

FURNITURE = {"bed", "wall", "mat"}  # has to be seen too


def test_the_viewer_of_a_front_view_sees_x_to_the_right_and_y_upwards():
    camera = fit(look(0, 0), [(vec(0, 0), 0.0), (vec(1, 1), 0.0)], AREA)
    low, high = camera.xy(vec(0, 0)), camera.xy(vec(1, 1))
    assert high[0] > low[0]
    assert high[1] < low[1]


def test_a_negative_azimuth_turns_the_viewer_towards_the_feet_end():
    assert look(-30, 0).depth(vec(1, 0)) > 0


def test_a_small_thing_is_not_magnified_without_end():
    camera = fit(look(0, 0), [(vec(0, 0), 0.01), (vec(0.05, 0.05), 0.01)], AREA)
    assert camera.scale == LARGEST_SCALE


@every("exercise_id", EXERCISE_IDS)
def test_all_poses_of_a_loop_stay_inside_the_picture(loops, exercise_id):
    loop = loops[exercise_id]
    poses = [loop.pose(phase, share) for phase in loop.phases for share in (0.0, 0.35, 0.5, 0.65)]
    camera = fit(look(*loop.exercise.camera), [b for p in poses for b in outline(p)], AREA)
    for phase in loop.phases:
        for share in (0.1, 0.25, 0.8):
            for point, _ in outline(loop.pose(phase, share)):
                x, y = camera.xy(point)
                assert AREA[0] - 12 < x < AREA[2] + 12
                assert AREA[1] - 12 < y < AREA[3] + 12


@every("exercise_id", EXERCISE_IDS)
def test_the_figure_fills_the_height_or_the_width_that_captions_leave(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    poses = [clip.loop.pose(phase, share) for phase in clip.loop.phases for share in (0.0, 0.5)]
    spots = [clip.camera.xy(point) for pose in poses for point, _ in outline(pose)]
    wide, high = (max(each) - min(each) for each in zip(*spots, strict=True))
    assert wide > 0.72 * WIDTH or high > 0.72 * (HEIGHT - TOP_BAND) or clip.props.names & FURNITURE


@pytest.mark.parametrize("azimuth", [-40, 0, 18])
@pytest.mark.parametrize("elevation", [7, 24, 64])
def test_the_screen_axes_are_square_to_each_other(azimuth, elevation):
    camera = look(azimuth, elevation)
    assert camera.across @ camera.upward == pytest.approx(0)
    assert camera.across @ camera.towards == pytest.approx(0)
    assert camera.upward @ camera.towards == pytest.approx(0)

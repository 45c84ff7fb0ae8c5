"""How long a loop's phases are and which pose each frame shows."""

import pytest

from scripts.film.geometry import norm
from scripts.film.timing import LONGEST_HOLD, LONGEST_MOVE, RATE, SHORTENED_HOLD
from tests.film.table import EXERCISE_IDS, every


@every("exercise_id", EXERCISE_IDS)
def test_a_loop_lasts_between_seven_and_thirty_one_seconds(loops, exercise_id):
    assert 6.9 <= loops[exercise_id].frames / RATE <= 31


@every("exercise_id", EXERCISE_IDS)
def test_no_phase_is_longer_than_shown_time_allows(loops, exercise_id):
    for phase in loops[exercise_id].phases:
        longest = LONGEST_MOVE if phase.kind == "move" else LONGEST_HOLD
        assert phase.seconds <= longest + 1 / RATE


@every("exercise_id", EXERCISE_IDS)
def test_a_hold_of_up_to_ten_seconds_is_shown_as_long_as_it_lasts(loops, exercise_id):
    loop = loops[exercise_id]
    for phase in loop.phases:
        if phase.kind == "hold" and not loop.exercise.groups:
            assert phase.in_real_time == (phase.real_seconds <= LONGEST_HOLD)


def test_a_longer_hold_is_shortened_and_knows_its_real_seconds(loops):
    hold = next(p for p in loops["c3_bridge"].phases if p.kind == "hold")
    assert (hold.seconds, hold.real_seconds) == (SHORTENED_HOLD, 15.0)
    assert not hold.in_real_time


@pytest.mark.parametrize(
    ("name", "segment", "homeward"),
    [("c3_bridge", 0, False), ("c3_bridge", 2, True), ("s2_lumbar_rotation", 3, False),
     ("s1_cat_camel", 1, False), ("s1_cat_camel", 2, True)],
)  # fmt: skip
def test_a_way_leads_home_when_it_goes_straight_to_the_first_pose(loops, name, segment, homeward):
    assert loops[name].homeward(segment) is homeward


@pytest.mark.parametrize("name", ["r1_diaphragmatic", "r2_paced", "r5_cue_controlled"])
def test_breathing_runs_in_real_time(loops, name):
    assert all(p.seconds == p.real_seconds for p in loops[name].phases)
    assert loops[name].frames == 10 * RATE


@every("exercise_id", EXERCISE_IDS)
def test_alternate_exercises_show_each_side_once(loops, exercise_id):
    loop = loops[exercise_id]
    if loop.exercise.mirrored:
        assert {p.variant for p in loop.phases} == {0, 1}


def test_walking_repeats_its_cycle_at_least_four_times(loops):
    assert len(loops["e5_walk"].phases) >= 4


@every("exercise_id", EXERCISE_IDS)
def test_the_last_frame_is_the_one_before_the_first(loops, exercise_id):
    loop = loops[exercise_id]
    if loop.exercise.fade:
        return
    first, last = loop.pose(*loop.at(0)), loop.pose(*loop.at(loop.frames - 1))
    assert norm(first.trunk.head - last.trunk.head) < 0.03


def test_a_side_lying_exercise_mirrors_the_picture_instead_of_the_pose(loops):
    loop = loops["c12_clam"]
    assert loop.flipped == [False, True]
    assert loop.choreographies[0].frames == loop.choreographies[1].frames


def test_tension_groups_follow_each_other(loops):
    loop = loops["r3_jacobson_16"]
    assert [v.focus for v, _ in loop.variants][:2] == [("handR",), ("upperarmR",)]

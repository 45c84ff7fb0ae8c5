"""The exercise file as the clips read it."""

import pytest
import yaml

from scripts.film.script import ScriptFault, load_exercises, mirrored, swap_side
from tests.film.table import EXERCISE_IDS, every


def written(tmp_path, content_root, **changes):
    """Write a file with one exercise whose second keyframe has other angles."""
    rows = yaml.safe_load((content_root / "exercises.yaml").read_text(encoding="utf-8"))
    row = rows["exercises"][0]
    row["keyframes"][1].update(changes)
    path = tmp_path / "exercises.yaml"
    path.write_text(yaml.safe_dump({"exercises": [row]}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("field", "value"),
    [("hipR", 141), ("hipL", -36), ("kneeR", 156), ("ankL", 36), ("elbR", 151), ("lum", 56),
     ("lum", -51), ("tho", 36), ("neck", 46), ("pel", 31), ("pel", -21)],
)  # fmt: skip
def test_a_joint_beyond_its_limit_is_refused_by_name(tmp_path, content_root, field, value):
    path = written(tmp_path, content_root, **{field: value})
    with pytest.raises(ScriptFault) as caught:
        load_exercises(path)
    assert (caught.value.exercise, caught.value.field) == ("w1_pelvic_tilt", field)
    assert str(value) in str(caught.value)


def test_a_joint_on_its_limit_is_taken(tmp_path, content_root):
    path = written(tmp_path, content_root, hipR=140)
    assert load_exercises(path)["w1_pelvic_tilt"].keyframes[1].angles["hipR"] == 140


def test_an_unknown_joint_is_refused(tmp_path, content_root):
    with pytest.raises(ScriptFault, match="unknown joint"):
        load_exercises(written(tmp_path, content_root, wing=3))


def test_all_forty_two_exercises_are_read(exercises):
    assert len(exercises) == 42


def test_a_joint_not_named_keeps_its_value(exercises):
    frames = exercises["w2_single_knee_chest"].keyframes
    assert frames[2].angles["kneeR"] == frames[1].angles["kneeR"] == 128


@every("exercise_id", EXERCISE_IDS)
def test_every_exercise_speaks_both_languages(exercises, exercise_id):
    exercise = exercises[exercise_id]
    assert exercise.cue.es
    assert exercise.cue.en
    assert exercise.cue.es != exercise.cue.en


@pytest.mark.parametrize(
    ("name", "other"),
    [("handR", "handL"), ("thighR_back_62", "thighL_back_62"), ("gluteL", "gluteR"),
     ("lumbar", "lumbar"), ("pelvis", "pelvis"), ("chest", "chest")],
)  # fmt: skip
def test_sides_swap_only_where_there_are_sides(name, other):
    assert swap_side(name) == other


@every("exercise_id", EXERCISE_IDS)
def test_mirroring_twice_gives_the_same_pose(exercises, exercise_id):
    frame = exercises[exercise_id].keyframes[-1]
    assert mirrored(mirrored(frame)) == frame

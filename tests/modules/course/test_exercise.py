"""The facts of an exercise: what it asks of the spine, and its easier and harder form."""

from dataclasses import replace

import pytest

from modules.course import content
from modules.course.curriculum import misfits_of_facts
from modules.course.exercise import Direction, Family, Phase, SpinalLoad, misfits_of_chains

COURSE = content.load()
SHIPPED = dict(COURSE.exercises)


def changed(exercise_id, **facts):
    return SHIPPED | {exercise_id: replace(SHIPPED[exercise_id], **facts)}


def faults(exercises):
    return [(*place, reason) for place, reason in misfits_of_chains(exercises)]


class TestShipped:
    def test_the_chains_fit(self):
        assert faults(SHIPPED) == []

    def test_strength_and_both_directions_have_three_levels(self):
        for groups in (["level_1", "level_2", "level_3"], ["flexion"], ["extension"]):
            module = COURSE.module("core" if len(groups) == 3 else "directional")
            ids = [each for key in groups for each in module.group(key).exercises]
            assert {SHIPPED[each].level for each in ids} - {None} == {1, 2, 3}

    def test_above_level_1_only_two_exercises_have_no_easier_form(self):
        """A patient for whom it is too much has somewhere to go."""
        above = [each for each in COURSE.family(Family.CORE) if (each.level or 0) > 1]
        without = {each.id for each in above if each.easier is None}
        assert without == {"c8_half_plank", "c11_curl_up"}

    def test_what_bends_is_contraindicated_where_bending_hurts(self):
        bends = [each for each in SHIPPED.values() if each.direction is Direction.FLEXION]
        assert {each.id for each in bends if "C6" not in each.contra} == {"w1_pelvic_tilt"}

    def test_what_arches_is_contraindicated_where_arching_hurts(self):
        arches = [each for each in SHIPPED.values() if each.direction is Direction.EXTENSION]
        assert arches
        assert all("C7" in each.contra for each in arches)

    def test_the_highest_load_comes_from_superman_alone(self):
        high = [each.id for each in SHIPPED.values() if each.load is SpinalLoad.HIGH]
        assert high == ["c7_superman"]

    def test_every_phase_of_a_session_has_neutral_exercises(self):
        """Whoever has no direction yet still has a whole session."""
        neutral = {e.phase for e in SHIPPED.values() if e.direction is Direction.NEUTRAL}
        assert neutral == set(Phase)

    def test_names_are_plain_and_the_team_keeps_its_own(self):
        assert SHIPPED["m1_prone_lying"].staff_name.es == "Decúbito prono en reposo"
        assert SHIPPED["m1_prone_lying"].name.es == "Descansar boca abajo"
        assert SHIPPED["w7_squat"].staff_name.es == "Sentadilla"


class TestChains:
    @pytest.mark.parametrize(
        ("exercise_id", "facts", "fault"),
        [
            ("c3_bridge", {"harder": "c99"}, "c99 is not in this file"),
            (
                "c3_bridge",
                {"harder": None},
                "c3_bridge does not name c4_single_leg_bridge as its harder form",
            ),
            (
                "c3_bridge",
                {"load": SpinalLoad.HIGH},
                "c3_bridge loads the spine more than c4_single_leg_bridge",
            ),
            (
                "c3_bridge",
                {"level": 3},
                "c3_bridge is of a higher level than c4_single_leg_bridge",
            ),
            (
                "c3_bridge",
                {"direction": Direction.EXTENSION},
                "c3_bridge goes in another direction than c4_single_leg_bridge",
            ),
        ],
    )
    def test_a_form_that_does_not_fit_is_named(self, exercise_id, facts, fault):
        assert fault in [each[-1] for each in faults(changed(exercise_id, **facts))]

    def test_a_circle_is_named_at_each_of_its_exercises(self):
        first = replace(SHIPPED["c3_bridge"], easier="c4_single_leg_bridge")
        second = replace(SHIPPED["c4_single_leg_bridge"], harder="c3_bridge")
        found = faults(SHIPPED | {first.id: first, second.id: second})
        round_ = [each[1] for each in found if each[-1] == "leads back to itself"]
        assert round_ == ["c3_bridge", "c4_single_leg_bridge"]

    def test_a_circle_that_is_entered_ends_the_search(self):
        exercises = dict(SHIPPED)
        for one, harder in (("c1_hollowing_supine", "c3_bridge"), ("c3_bridge", "c3_bridge")):
            exercises[one] = replace(exercises[one], harder=harder)
        assert any(each[-1] == "leads back to itself" for each in faults(exercises))


class TestGroups:
    def test_a_group_holds_one_level(self):
        exercises = changed("c12_clam", level=2)
        assert [reason for _, reason in misfits_of_facts(COURSE.module("core"), exercises)] == [
            "has exercises of different levels"
        ]

    def test_a_direction_holds_nothing_that_goes_the_other_way(self):
        exercises = changed("m1_prone_lying", direction=Direction.FLEXION)
        (found,) = misfits_of_facts(COURSE.module("directional"), exercises)
        assert found == (("groups", "extension", "exercises", 0), "m1_prone_lying goes flexion")

    def test_a_choice_is_named_by_its_direction(self):
        module = COURSE.module("directional")
        groups = (replace(module.groups[0], key="williams"), module.groups[1])
        found = [reason for _, reason in misfits_of_facts(replace(module, groups=groups), SHIPPED)]
        assert "must be one of flexion, extension" in found

"""Today's list for every protocol, direction, level, week and contraindication."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content, plan
from modules.course.exercise import Direction, Family, Phase, SpinalLoad
from modules.course.plan import LeftOut, LeftOutReason, Standing
from modules.course.prescription import NOTHING, Prescription
from modules.study import protocol

COURSE = content.load()
PROTOCOLS = protocol.load()
CODES = tuple(each.code for each in COURSE.safety.contraindications)
IDS = tuple(COURSE.exercises)
DIRECTIONS = (None, "flexion", "extension")
LEVELS = tuple(product((1, 2, 3), repeat=2))


def modules_of(key):
    return PROTOCOLS[key].modules


def open_in(key, week):
    return frozenset(each.key for each in modules_of(key) if each.unlock.week <= week)


def standing(key, week, direction=None, levels=(1, 1), codes=(), **facts):
    held = facts.pop("held", NOTHING)
    chosen = {"directional": direction} if direction else {}
    return Standing(
        week,
        facts.pop("open_modules", open_in(key, week)),
        replace(held, directions=chosen),
        dict(zip(("directional", "core"), levels, strict=True)),
        frozenset(codes),
    )


def list_of(key, week, *args, **facts):
    return plan.of_day(COURSE, modules_of(key), standing(key, week, *args, **facts))


def every_standing():
    """Every protocol, week, direction, level and contraindication, and none of them."""
    for key, shipped in PROTOCOLS.items():
        weeks = range(1, shipped.duration_weeks + 1)
        for week, direction, levels, code in product(weeks, DIRECTIONS, LEVELS, (None, *CODES)):
            yield key, week, direction, levels, (code,) if code else ()


EVERY = [(each, list_of(*each)) for each in every_standing()]


def breaks(promise):
    """Return where a promise about one standing and its list is broken, a few of them."""
    return [(where, made.ids) for where, made in EVERY if not promise(where, made)][:3]


class TestEveryStanding:
    def test_all_of_them_are_asked(self):
        assert len(EVERY) == len(PROTOCOLS) * 6 * 3 * 9 * (1 + len(CODES))

    def test_until_a_direction_is_chosen_only_the_neutral_set_is_given(self):
        series = {e for g in COURSE.module("directional").groups for e in g.exercises}
        assert breaks(lambda where, p: where[2] or not set(p.ids) & series) == []

    def test_walking_goes_on_in_every_week(self):
        """Lesson «step_by_step»; only an unchecked warning sign or growing weakness forbids it."""
        assert breaks(lambda w, p: {"C1", "C2"} & set(w[4]) or "e5_walk" in p.ids) == []

    def test_breathing_or_a_relaxation_ends_every_list(self):
        """Lessons «slow_breathing» and «go_up_by_levels»."""

        def kept(where, made):
            return "C12" in where[4] or not made.ids or made.exercises[-1].phase is Phase.BREATHING

        assert breaks(kept) == []

    def test_the_levels_are_never_mixed(self):
        """Card and lesson of module 4: one level, and the gentle control of level 1."""

        def kept(where, made):
            strength = [e for e in made.exercises if e.family is Family.CORE]
            levels = {e.level for e in strength if e.phase is not Phase.CONTROL or e.level != 1}
            return len(levels) <= 1 and all(level <= where[3][1] for level in levels)

        assert breaks(kept) == []

    def test_superman_comes_last_of_what_is_held(self):
        def kept(_, made):
            held = [each for each in made.exercises if each.phase is Phase.HOLD]
            return all(each.load is not SpinalLoad.HIGH for each in held[:-1])

        assert breaks(kept) == []

    def test_sitting_flexion_of_the_series_is_given_by_staff_alone(self):
        """Lesson «bending_series»."""
        assert breaks(lambda _, made: "m6_flexion_sitting" not in made.ids) == []

    def test_whatever_is_left_out_is_not_on_the_list_and_says_why(self):
        def kept(_, made):
            out = {each.exercise for each in made.left_out}
            coded = all(bool(e.codes) == (e.reason == "contraindicated") for e in made.left_out)
            return coded and not out & set(made.ids)

        assert breaks(kept) == []


class TestLessons:
    """What lessons promise of a list, without a contraindication."""

    @pytest.mark.parametrize("key", PROTOCOLS)
    def test_the_forward_series_begins_with_its_first_three(self, key):
        week = PROTOCOLS[key].module("directional").unlock.week
        listed = list_of(key, week, "flexion").ids
        first = COURSE.module("directional").group("flexion").exercises
        assert set(first[:3]) <= set(listed)
        assert not set(first[3:]) & set(listed)

    @pytest.mark.parametrize("key", PROTOCOLS)
    def test_the_backward_series_begins_with_its_first_step(self, key):
        week = PROTOCOLS[key].module("directional").unlock.week
        listed = list_of(key, week, "extension").ids
        steps = COURSE.module("directional").group("extension").exercises
        assert [each for each in listed if each in steps] == ["m1_prone_lying"]

    @pytest.mark.parametrize("key", PROTOCOLS)
    @pytest.mark.parametrize("direction", ["flexion", "extension"])
    @pytest.mark.parametrize("level", [1, 2, 3])
    def test_a_session_of_strength_has_all_its_parts(self, key, direction, level):
        """Lesson «go_up_by_levels»: warm up, gentle control, your level, stretch, breathe."""
        begins = PROTOCOLS[key].module("core").unlock.week
        for week in range(begins, PROTOCOLS[key].duration_weeks + 1):
            made = list_of(key, week, direction, (level, level))
            assert {each.phase for each in made.exercises} == set(Phase)
            assert "s1_cat_camel" in made.ids
            assert "c1_hollowing_supine" in made.ids
            assert level in {e.level for e in made.exercises if e.family is Family.CORE}

    @pytest.mark.parametrize("direction", ["flexion", "extension"])
    @pytest.mark.parametrize("key", PROTOCOLS)
    def test_the_direction_goes_on_to_the_last_week(self, key, direction):
        listed = list_of(key, 6, direction, (3, 3))
        series = COURSE.module("directional").group(direction).exercises
        assert set(listed.ids) & set(series)

    def test_short_breathing_comes_from_week_1_before_its_module(self):
        made = list_of("imss-nct07248813", 1)
        assert {"r1_diaphragmatic", "r2_paced"} <= set(made.ids)
        assert "relaxation" not in open_in("imss-nct07248813", 1)

    def test_the_care_programme_shows_levels_1_to_3_of_strength(self):
        for level, week in ((1, 3), (2, 4), (3, 5)):
            held = [
                e.level
                for e in list_of("care", week, "extension", (1, level)).exercises
                if e.family is Family.CORE and e.phase is Phase.HOLD
            ]
            assert set(held) == {level}


class TestLate:
    def test_a_late_module_4_begins_at_level_1(self):
        made = list_of("imss-nct07248813", 6, "flexion", (3, 1))
        levels = {e.level for e in made.exercises if e.family is Family.CORE}
        assert levels == {1}

    def test_a_module_that_is_shut_gives_nothing(self):
        opened = frozenset({"education"})
        made = list_of("care", 6, "flexion", open_modules=opened)
        assert set(made.ids) == {"e5_walk", "r1_diaphragmatic", "r2_paced"}

    def test_a_module_that_staff_open_early_brings_its_first_groups(self):
        everything = frozenset(COURSE.keys)
        made = list_of("imss-nct07248813", 1, "extension", open_modules=everything)
        assert {"s1_cat_camel", "c3_bridge"} <= set(made.ids)


class TestStaff:
    def test_what_staff_add_is_on_the_list_whatever_the_level(self):
        held = Prescription(added=("c10_front_plank",))
        assert "c10_front_plank" in list_of("care", 3, "flexion", held=held).ids

    def test_what_staff_add_is_never_contraindicated(self):
        held = Prescription(added=("c10_front_plank",))
        assert "c10_front_plank" not in list_of("care", 3, codes=["C8"], held=held).ids

    def test_what_is_paused_says_so(self):
        made = list_of("care", 1, held=Prescription(paused=("e5_walk",)))
        assert LeftOut("e5_walk", LeftOutReason.PAUSED) in made.left_out

    def test_doses_are_those_of_the_prescription(self):
        held = Prescription(doses={"c3_bridge": {"sets": 2}})
        made = list_of("care", 3, "flexion", held=held)
        assert next(e for e in made.exercises if e.id == "c3_bridge").dose.sets == 2

    def test_where_a_level_is_wholly_forbidden_the_level_below_stands_in(self):
        held = Prescription(paused=("c9_side_plank_knees", "c10_front_plank"))
        made = list_of("care", 5, "flexion", (1, 3), held=held)
        assert {2} <= {e.level for e in made.exercises if e.family is Family.CORE}


class TestReasons:
    def test_a_contraindication_names_its_codes(self):
        made = list_of("care", 3, "extension", codes=["C7"])
        assert LeftOut("m1_prone_lying", LeftOutReason.CONTRAINDICATED, ("C7",)) in made.left_out

    def test_the_other_direction_is_named_in_every_module(self):
        out = {e.exercise: e.reason for e in list_of("care", 4, "flexion").left_out}
        assert out["c7_superman"] is LeftOutReason.OTHER_DIRECTION
        assert out["s7_lumbar_extension_prone"] is LeftOutReason.OTHER_DIRECTION

    def test_a_missing_direction_is_named(self):
        out = {e.exercise: e.reason for e in list_of("care", 2).left_out}
        assert out["m1_prone_lying"] is out["w7_squat"] is LeftOutReason.NO_DIRECTION

    def test_a_short_list_repeats_what_is_timed(self):
        made = list_of("imss-nct07248813", 1, codes=["C12"])
        assert made.repeated == {"e5_walk"}
        assert made.exercises[0].dose.sessions_per_day.low == 2
        assert made.minutes == 21


facts = st.fixed_dictionaries(
    {
        "added": st.lists(st.sampled_from(IDS), unique=True, max_size=6).map(tuple),
        "paused": st.lists(st.sampled_from(IDS), unique=True, max_size=12).map(tuple),
    }
)


@given(
    key=st.sampled_from(sorted(PROTOCOLS)),
    week=st.integers(1, 6),
    direction=st.sampled_from(DIRECTIONS),
    levels=st.sampled_from(LEVELS),
    codes=st.sets(st.sampled_from(CODES)),
    opened=st.sets(st.sampled_from(COURSE.keys)),
    held=facts,
)
def test_no_prescription_brings_back_what_is_forbidden(
    key, week, direction, levels, codes, opened, held
):
    here = standing(
        key,
        week,
        direction,
        levels,
        codes,
        open_modules=frozenset(opened),
        held=Prescription(**held),
    )
    made = plan.of_day(COURSE, modules_of(key), here)
    for each in made.exercises:
        assert not set(each.contra) & codes
        assert each.direction in (Direction.NEUTRAL, direction)
        assert each.id not in held["paused"]
    assert len(set(made.ids)) == len(made.ids)
    shown = plan.may_be_shown(COURSE, modules_of(key), here)
    assert set(made.ids) <= set(shown) | set(held["added"])

"""The prescription: what is different for one participant, and never both directions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content, prescription
from modules.course.levels import LevelSet
from modules.course.prescription import NOTHING, Change, DoseNumber, Prescription
from modules.errors import InvalidEntry

COURSE = content.load()
DIRECTED = COURSE.module("directional")
GROUPS = {group.key: set(group.exercises) for group in DIRECTED.groups}
IDS = sorted(COURSE.exercises)

anything = st.builds(
    Prescription,
    directions=st.dictionaries(st.just("directional"), st.sampled_from(sorted(GROUPS))),
    doses=st.dictionaries(
        st.sampled_from(IDS), st.dictionaries(st.sampled_from(["sets", "reps"]), st.integers(1, 9))
    ),
    added=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
    paused=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
)


def test_a_new_direction_takes_off_what_was_added_of_the_old_one():
    chosen = prescription.with_direction(NOTHING, DIRECTED, "flexion")
    added = prescription.with_state(chosen, "w1_pelvic_tilt", "added")
    turned = prescription.with_direction(added, DIRECTED, "extension")
    assert turned.added == ()
    assert turned.directions == {"directional": "extension"}


class TestDose:
    @pytest.fixture
    def exercise(self):
        return next(e for e in COURSE.exercises.values() if e.dose.minutes is None)

    def test_a_changed_dose_is_said_in_words(self, exercise):
        wanted = prescription.with_dose(NOTHING, exercise, {"sets": 7, "reps": 9})
        assert (
            prescription.dosed(exercise, wanted).dose.sets,
            prescription.dosed(exercise, wanted).dose.reps,
        ) == (7, 9)

    def test_the_dose_of_the_course_is_no_change(self, exercise):
        same = {"sets": exercise.dose.sets, "reps": exercise.dose.reps}
        assert prescription.with_dose(NOTHING, exercise, same) == NOTHING

    def test_without_a_prescription_the_course_counts(self, exercise):
        assert prescription.dosed(exercise, NOTHING) is exercise

    def test_a_timed_exercise_has_neither_sets_nor_repetitions(self):
        timed = next(e for e in COURSE.exercises.values() if e.dose.minutes is not None)
        assert list(prescription.numbers_of(timed.dose)) == ["minutes", "freq_per_week"]

    def test_a_walk_is_prescribed_in_minutes(self):
        walk = COURSE.exercise("e5_walk")
        wanted = prescription.with_dose(NOTHING, walk, {"minutes": 15, "freq_per_week": 5})

        assert list(prescription.numbers_of(walk.dose)) == ["minutes", "freq_per_week"]
        assert prescription.number_of(walk.dose, DoseNumber.MINUTES) == 10
        assert prescription.dosed(walk, wanted).dose.summary("es_MX") == "15 minutos"
        prescription.check(wanted, COURSE)

    @pytest.mark.parametrize("minutes", [2, 5, 30])
    def test_a_short_walk_stays_one_of_minutes(self, minutes):
        walk = COURSE.exercise("e5_walk")
        wanted = prescription.with_dose(NOTHING, walk, {"minutes": minutes, "freq_per_week": 5})
        dose = prescription.dosed(walk, wanted).dose

        assert prescription.number_of(dose, DoseNumber.MINUTES) == minutes
        assert list(prescription.numbers_of(dose)) == ["minutes", "freq_per_week"]

    def test_the_bounds_of_minutes_are_those_that_can_be_kept(self):
        walk = COURSE.exercise("e5_walk")
        _low, most = prescription.numbers_of(walk.dose)[DoseNumber.MINUTES]

        prescription.check(prescription.with_dose(NOTHING, walk, {"minutes": most}), COURSE)

    @pytest.mark.parametrize("identifier", IDS)
    def test_the_numbers_of_a_dose_give_it_back(self, identifier):
        exercise = COURSE.exercise(identifier)
        own = {
            name: prescription.number_of(exercise.dose, name)
            for name in prescription.numbers_of(exercise.dose)
        }

        assert prescription.with_dose(NOTHING, exercise, own) == NOTHING


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Prescription(directions={"directional": "sideways"}), "direction"),
        (Prescription(directions={"core": "level_1"}), "direction"),
        (Prescription(added=("no_such",)), "exercise"),
        (Prescription(doses={"w1_pelvic_tilt": {"sets": 11}}), "sets"),
        (Prescription(doses={"w1_pelvic_tilt": {"per_side": 1}}), "per_side"),
        (Prescription(added=("w7_squat",), paused=("w7_squat",)), "state"),
        (Prescription(added=("w7_squat",)), "state"),
        (Prescription(contraindications=("C99",)), "contraindications"),
        (Prescription(levels={"core": LevelSet(4, date(2026, 3, 2))}), "level"),
        (Prescription(levels={"education": LevelSet(1, date(2026, 3, 2))}), "level"),
        (Prescription(directions={"directional": "extension"}, added=("w7_squat",)), "state"),
    ],
)
def test_what_cannot_be_prescribed_is_named(wanted, field):
    with pytest.raises(InvalidEntry) as refused:
        prescription.check(wanted, COURSE)
    assert field in refused.value.fields


@given(anything, anything)
def test_changes_are_empty_only_for_the_same_prescription(before, after):
    same = (
        before.directions == after.directions
        and before.doses == after.doses
        and all(
            prescription.state_of(before, each) == prescription.state_of(after, each)
            for each in IDS
        )
    )
    assert bool(prescription.changes(before, after)) is not same


def test_a_level_and_contraindications_are_part_of_the_history():
    core, since = COURSE.module("core"), date(2026, 3, 2)
    leveled = prescription.with_level(NOTHING, core, LevelSet(2, since))
    told = replace(leveled, contraindications=("C8",))
    assert prescription.changes(NOTHING, told) == [
        Change("level", "core", 2),
        Change("contraindications", "", ("C8",)),
    ]
    assert prescription.with_level(leveled, core, None) == NOTHING


def test_levels_belong_to_the_modules_whose_exercises_have_them():
    assert prescription.levelled(COURSE) == ("directional", "core")

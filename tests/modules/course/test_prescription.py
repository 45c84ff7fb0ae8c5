"""The prescription: what is different for one participant, and never both directions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content, prescription, steps
from modules.course.prescription import NOTHING, DoseNumber, Prescription
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
weeks = st.integers(1, 6)
how_many = st.integers(0, len(COURSE))


def open_until(number: int):
    """Return the first modules of the course."""
    return list(COURSE)[:number]


@given(anything, weeks, how_many)
def test_nobody_is_given_both_directions(wanted, week, number):
    listed = set(prescription.today(open_until(number), week, wanted))
    only = [GROUPS[a] - GROUPS[b] for a, b in (("flexion", "extension"), ("extension", "flexion"))]
    assert not all(listed & exclusive for exclusive in only)


@given(weeks, how_many)
def test_without_a_choice_nobody_is_given_either_direction(week, number):
    listed = set(prescription.today(open_until(number), week))
    assert not listed & set.union(*GROUPS.values())


@given(anything, weeks, how_many)
def test_what_is_paused_is_not_on_the_list_unless_added_too(wanted, week, number):
    listed = set(prescription.today(open_until(number), week, wanted))
    assert not listed & (set(wanted.paused) - set(wanted.added))


@given(anything, weeks, how_many)
def test_nothing_of_a_shut_module_is_on_the_list(wanted, week, number):
    reachable = {each for module in open_until(number) for each in module.exercises}
    assert set(prescription.today(open_until(number), week, wanted)) <= reachable


def test_the_chosen_direction_is_on_the_list():
    wanted = prescription.with_direction(NOTHING, DIRECTED, "extension")
    assert GROUPS["extension"] <= set(prescription.today(open_until(3), 3, wanted))


OPEN_IN_WEEK = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 5}
"""How many modules are open in a week of the six-week map."""


def planned(week: int, direction: str) -> tuple[str, ...]:
    """Return the day's list of somebody who keeps to the map."""
    wanted = prescription.with_direction(NOTHING, DIRECTED, direction)
    return prescription.today(open_until(OPEN_IN_WEEK[week]), week, wanted)


@pytest.mark.parametrize("direction", GROUPS)
@pytest.mark.parametrize(
    ("week", "kept"), [(2, "education"), (3, "ergonomics"), (4, "directional"), (6, "core")]
)
def test_a_week_keeps_exercises_of_the_module_before(week, kept, direction):
    """The column «keeps» of the week map: walking, daily movements, the direction, strength."""
    assert set(planned(week, direction)) & set(COURSE.module(kept).exercises)


@pytest.mark.parametrize("direction", GROUPS)
@pytest.mark.parametrize("week", OPEN_IN_WEEK)
def test_a_session_takes_no_longer_than_forty_minutes(week, direction):
    listed = [COURSE.exercises[each] for each in planned(week, direction)]
    seconds = [step.seconds for each in listed for step in steps.of_exercise(each)]
    assert 15 <= sum(seconds) / 60 <= 40


@pytest.mark.parametrize("week", [4, 5])
def test_a_session_of_strength_begins_with_a_warm_up_and_ends_with_a_stretch(week):
    strength = [each for each in planned(week, "extension") if COURSE.exercises[each].module == 4]
    assert COURSE.exercises[strength[0]].family.value == "mobility"
    assert COURSE.exercises[strength[-1]].family.value in ("stretch", "mobility")


@given(anything, weeks, how_many)
def test_the_list_keeps_the_order_of_the_course(wanted, week, number):
    order = list(dict.fromkeys(e for module in COURSE for e in module.exercises))
    places = [order.index(each) for each in prescription.today(open_until(number), week, wanted)]
    assert places == sorted(places)


def test_an_added_exercise_does_not_push_out_those_of_the_week():
    plain = prescription.today(open_until(2), 2)
    extra = next(e for e in COURSE.module("education").exercises)
    wanted = prescription.with_state(NOTHING, extra, "added")
    assert set(plain) <= set(prescription.today(open_until(2), 2, wanted))


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


@pytest.mark.parametrize(("left", "filled"), [(3, False), (2, True)])
def test_a_list_of_three_stands_alone_and_a_shorter_one_is_filled_from_the_module_before(
    left, filled
):
    before, newest = open_until(2)
    alone = [each for each in newest.exercises if each not in before.exercises]
    bare = replace(newest, keeps=())
    paused = Prescription(paused=tuple(alone[left:]))
    listed = prescription.today([before, bare], 2, paused)
    assert bool(set(listed) & set(before.exercises)) is filled

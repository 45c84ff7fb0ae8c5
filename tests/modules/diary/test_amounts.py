"""How much was done: as prescribed unless said otherwise, and never more certain than entered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content
from modules.course.dose import Dose
from modules.diary import amounts
from modules.diary.amounts import BOUNDS, Amount
from modules.errors import InvalidEntry

COURSE = content.load()
number = st.one_of(st.none(), st.integers(-3, 400))
doses = st.builds(
    Dose,
    sets=st.integers(1, 10),
    reps=st.integers(1, 50),
    freq_per_week=st.integers(1, 7),
    hold_s=st.integers(0, 1800),
    minutes=st.one_of(st.none(), st.integers(1, 90)),
)
asked_and_sent = doses.map(amounts.asked_of).flatmap(
    lambda asked: st.tuples(
        st.just(asked), st.fixed_dictionaries({}, optional=dict.fromkeys(asked, number))
    )
)


@given(asked_and_sent)
def test_what_is_stored_is_what_the_form_said(pair):
    amount = amounts.amount_of(*pair)
    kept = json.loads(json.dumps(amounts.stored({"bridge": amount})))
    assert amounts.read(kept) == {"bridge": amount}


@given(asked_and_sent)
def test_every_number_is_the_one_sent_or_else_the_one_asked_for(pair):
    asked, sent = pair
    assert amounts.amount_of(asked, sent).done == asked | sent


@given(asked_and_sent)
def test_a_number_counts_as_said_only_where_it_differs(pair):
    asked, sent = pair
    said = amounts.amount_of(asked, sent).said
    assert said == {name: value for name, value in sent.items() if value != asked[name]}


@given(asked_and_sent)
def test_what_was_taken_out_stays_unknown(pair):
    asked, sent = pair
    amount = amounts.amount_of(asked, sent)
    unknown = {name for name, value in sent.items() if value is None}
    assert {name for name, value in amount.done.items() if value is None} == unknown
    assert amounts.figures(amount)[0].count("?") == len(unknown)


@given(asked_and_sent)
def test_a_number_out_of_bounds_is_named_and_never_clipped(pair):
    asked, sent = pair
    wrong = {
        name
        for name, value in sent.items()
        if value is not None
        and value != asked[name]
        and not BOUNDS[name][0] <= value <= BOUNDS[name][1]
    }
    assert set(amounts.faults(amounts.amount_of(asked, sent))) == wrong


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize(("step", "may"), [(-1, False), (0, True)])
def test_bounds_hold_at_both_ends(name, step, may):
    low, high = BOUNDS[name]
    for value in (low + step, high - step):
        assert (amounts.faults(Amount({name: 2}, {name: value})) == {}) is may


@given(doses)
def test_what_a_dose_asks_for_makes_that_dose_again(dose):
    assert amounts.dosed(dose, amounts.asked_of(dose)) == dose


@pytest.mark.parametrize(
    ("exercise", "names"),
    [
        ("w1_pelvic_tilt", ["sets", "reps", "hold_s"]),
        ("w7_squat", ["sets", "reps"]),
        ("c3_bridge", ["sets", "hold_s"]),
        ("m1_prone_lying", ["minutes"]),
        ("e5_walk", ["minutes"]),
        ("r1_diaphragmatic", ["minutes"]),
    ],
)
def test_asks_only_for_numbers_that_mean_something(exercise, names):
    assert list(amounts.asked_of(COURSE.exercise(exercise).dose)) == names


@pytest.mark.parametrize("exercise", sorted(COURSE.exercises))
def test_every_dose_of_the_course_lies_within_the_bounds(exercise):
    asked = amounts.asked_of(COURSE.exercise(exercise).dose)
    assert all(BOUNDS[name][0] <= value <= BOUNDS[name][1] for name, value in asked.items())


@pytest.mark.parametrize(
    ("asked", "said", "figures"),
    [
        ({"sets": 3, "reps": 10}, {"sets": 2, "reps": 8}, ("2 × 8", "3 × 10")),
        ({"sets": 3, "reps": 10, "hold_s": 5}, {"reps": 8}, ("3 × 8", "3 × 10")),
        ({"sets": 3, "reps": 10, "hold_s": 5}, {"hold_s": 3}, ("3 × 10 × 3 s", "3 × 10 × 5 s")),
        ({"sets": 4, "hold_s": 15}, {"sets": 2}, ("2 × 15 s", "4 × 15 s")),
        ({"minutes": 10}, {"minutes": 4}, ("4 min", "10 min")),
        ({"sets": 3, "reps": 10}, {"reps": None}, ("3 × ?", "3 × 10")),
    ],
)
def test_done_and_asked_stand_side_by_side(asked, said, figures):
    assert amounts.figures(Amount(asked, said)) == figures


@pytest.mark.parametrize(("reps", "unusual"), [(30, False), (31, True), (None, False)])
def test_more_than_three_times_as_much_is_asked_about(reps, unusual):
    assert amounts.is_unusual(Amount({"sets": 2, "reps": 10}, {"reps": reps})) is unusual


def test_an_exercise_that_was_not_ticked_has_no_amount():
    with pytest.raises(InvalidEntry):
        amounts.check({"walk": Amount({"minutes": 10})}, ("bridge",))


@pytest.mark.parametrize("said", [{"minutes": 0}, {"minutes": 181}, {"reps": 5}])
def test_what_cannot_be_taken_is_refused(said):
    with pytest.raises(InvalidEntry):
        amounts.check({"walk": Amount({"minutes": 10}, said)}, ("walk",))

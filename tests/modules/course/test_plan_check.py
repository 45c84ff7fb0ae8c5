"""Every list of every shipped protocol keeps its promises; one that is broken is named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content, plan, plan_check
from modules.course.plan import Plan, Standing
from modules.course.plan_check import PROMISES
from modules.course.prescription import Prescription
from modules.study import protocol

COURSE = content.load()
PROTOCOLS = protocol.load()
CARE = PROTOCOLS["care"]
CODES = tuple(each.code for each in COURSE.safety.contraindications)
WEEKS, DIRECTIONS, LEVELS = 6, 3, 3 * 3
TIME, SAFE, DIRECTION, ORDER = PROMISES


@pytest.mark.parametrize("key", PROTOCOLS)
def test_no_list_of_a_shipped_protocol_breaks_a_promise(key):
    assert [str(each) for each in plan_check.breaches(COURSE, PROTOCOLS[key])] == []


@given(st.sets(st.sampled_from(CODES)), st.data())
def test_any_contraindications_together_keep_every_promise(codes, data):
    key = data.draw(st.sampled_from(sorted(PROTOCOLS)))
    ones = list(plan_check.every_standing(COURSE, PROTOCOLS[key]))
    if not ones:
        return
    here = replace(data.draw(st.sampled_from(ones)), contraindications=frozenset(codes))
    made = plan.of_day(COURSE, PROTOCOLS[key].modules, here)

    broken = [
        promise for promise, holds in PROMISES.items() if not holds(here, made, COURSE.safety)
    ]
    assert broken == []


def test_what_stops_every_exercise_opens_none_also_not_one_added():
    for code in COURSE.safety.stopping:
        held = Prescription(added=("e5_walk",))
        here = Standing(3, frozenset(COURSE.keys), held, contraindications=frozenset({code}))

        assert plan.of_day(COURSE, CARE.modules, here).ids == ()
        assert plan.may_be_shown(COURSE, CARE.modules, here) == ()


def test_an_unchecked_warning_sign_and_growing_weakness_stop_every_exercise():
    """Contraindications C1 and C2 of the safety plan are absolute."""
    assert COURSE.safety.stopping == {"C1", "C2"}


def test_every_week_direction_level_and_contraindication_is_asked():
    codes = 1 + len(COURSE.safety.contraindications)
    asked = list(plan_check.every_standing(COURSE, CARE))

    assert len(asked) == WEEKS * DIRECTIONS * LEVELS * codes
    assert len({repr(each) for each in asked}) == len(asked)


def test_a_protocol_without_modules_has_nothing_to_ask():
    bare = CARE.model_copy(update={"modules": ()})

    assert list(plan_check.every_standing(COURSE, bare)) == []


def a_list(*ids):
    return Plan(tuple(COURSE.exercise(each) for each in ids), ())


GOOD = plan.of_day(
    COURSE,
    CARE.modules,
    Standing(3, frozenset({"education"}), Prescription(directions={"directional": "flexion"})),
)


@pytest.mark.parametrize(
    ("promise", "here", "made"),
    [
        (TIME, Standing(1, frozenset()), a_list()),
        (TIME, Standing(1, frozenset()), a_list("e5_walk")),
        (TIME, Standing(1, frozenset(), contraindications=frozenset({"C2"})), GOOD),
        (SAFE, Standing(1, frozenset(), contraindications=frozenset({"C1"})), a_list("e5_walk")),
        (DIRECTION, Standing(3, frozenset()), a_list("m3_press_up")),
        (ORDER, Standing(1, frozenset()), replace(GOOD, exercises=GOOD.exercises[::-1])),
    ],
)
def test_each_promise_can_be_broken(promise, here, made):
    assert not PROMISES[promise](here, made, COURSE.safety)


def test_a_breach_says_how_often_and_where_first(monkeypatch):
    monkeypatch.setitem(PROMISES, "is short", lambda _here, made, _safety: made.minutes < 0)
    (found,) = plan_check.breaches(COURSE, CARE)

    assert found.number == len(list(plan_check.every_standing(COURSE, CARE)))
    assert "break “is short”, the first in week 1, direction none" in str(found)

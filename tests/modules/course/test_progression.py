"""Opening of modules: never early, never shut beyond the longest wait, unless staff say so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course.progression import (
    LockReason,
    ModuleStatus,
    Override,
    OverrideAction,
    states_of,
)
from modules.study.protocol import HoldIf, ModulePlan, Unlock

FIRST = date(2026, 11, 2)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three")
LESSONS = {key: ["a", "b"] for key in KEYS}


def day(number: int) -> date:
    """Return a study day; the first is 1."""
    return FIRST + DAY * (number - 1)


@st.composite
def plans(draw):
    """Return three modules with any weeks, order, waits and pain rules."""
    found = []
    for number, key in enumerate(KEYS):
        after = draw(st.sampled_from([None, *KEYS[:number]]))
        rule = draw(
            st.none()
            | st.builds(
                HoldIf,
                pain_mm_at_least=st.integers(1, 100),
                entries=st.integers(1, 4),
                longest_wait_days=st.integers(1, 14),
            )
        )
        week, wait = draw(st.integers(1, 6)), draw(st.integers(0, 14))
        unlock = Unlock(week=week, after=after, longest_wait_days=wait, hold_if=rule)
        found.append(ModulePlan(key=key, unlock=unlock))
    return found


days_of_study = st.integers(-3, 60).map(day)
ticks = st.dictionaries(
    st.sampled_from(KEYS), st.dictionaries(st.sampled_from(["a", "b"]), days_of_study)
)
pains = st.lists(st.tuples(days_of_study, st.integers(0, 100)), max_size=20)
overrides = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(
        Override,
        st.sampled_from(OverrideAction),
        days_of_study,
        st.none() | days_of_study,
        st.just("check"),
    ),
)


def latest(plan: ModulePlan) -> date:
    """Return the day on which a module is open at the latest."""
    unlock = plan.unlock
    wait = unlock.longest_wait_days + (unlock.hold_if.longest_wait_days if unlock.hold_if else 0)
    return day(7 * (unlock.week - 1) + 1) + DAY * wait


@given(plans(), ticks, days_of_study, pains, overrides)
def test_a_module_never_opens_before_its_week_unless_staff_opened_it(
    made, done, today, noted, decided
):
    for plan, state in zip(
        made, states_of(made, LESSONS, done, FIRST, today, decided, noted), strict=True
    ):
        chosen = decided.get(plan.key)
        opened = chosen and chosen.action is OverrideAction.OPEN and chosen.since <= today
        if state.is_open and not opened:
            assert today >= day(7 * (plan.unlock.week - 1) + 1)


@given(plans(), ticks, days_of_study, pains, overrides)
def test_a_module_never_stays_shut_beyond_its_longest_wait_unless_staff_hold_it(
    made, done, today, noted, decided
):
    for plan, state in zip(
        made, states_of(made, LESSONS, done, FIRST, today, decided, noted), strict=True
    ):
        chosen = decided.get(plan.key)
        held = chosen and chosen.action is OverrideAction.HOLD and chosen.since <= today
        if today >= latest(plan) and not held:
            assert state.is_open


@given(plans(), ticks, days_of_study, pains)
def test_every_lock_says_why_and_when_it_ends(made, done, today, noted):
    for state in states_of(made, LESSONS, done, FIRST, today, {}, noted):
        if state.status is ModuleStatus.LOCKED:
            assert state.reason is not None
            assert state.opens_on is not None
            assert today < state.opens_on <= state.latest_on


@given(plans(), ticks, ticks, st.integers(-3, 58), pains, pains)
def test_no_lock_lasts_longer_than_it_says_whatever_happens_until_then(
    made, done, later_done, number, noted, later_noted
):
    """What is ticked and felt after the page was read cannot move the day it named."""
    today = day(number)
    known = {
        key: {lesson: on for lesson, on in lessons.items() if on <= today}
        for key, lessons in done.items()
    }
    now = states_of(made, LESSONS, known, FIRST, today, {}, [p for p in noted if p[0] <= today])
    for place, state in enumerate(now):
        if state.status is ModuleStatus.LOCKED:
            both = {key: later_done.get(key, {}) | known.get(key, {}) for key in KEYS}
            felt = [p for p in noted if p[0] <= today] + [p for p in later_noted if p[0] > today]
            then = states_of(made, LESSONS, both, FIRST, state.latest_on, {}, felt)[place]
            assert then.is_open
            if state.reason is LockReason.WEEK:
                eve = states_of(made, LESSONS, both, FIRST, state.opens_on - DAY, {}, felt)[place]
                assert not eve.is_open


@given(ticks, days_of_study, pains)
def test_the_kinds_of_lock_each_keep_to_their_own_dates(done, today, noted):
    """Locked by week alone, by completion, and by pain: open exactly from the day of the rule."""
    by_week, by_completion = Unlock(week=3), Unlock(week=2, after="one", longest_wait_days=7)
    rule = HoldIf(pain_mm_at_least=70, entries=2, longest_wait_days=5)
    by_pain = Unlock(week=2, hold_if=rule)
    made = [
        ModulePlan(key=key, unlock=unlock)
        for key, unlock in zip(
            ("one", "two", "three"), (by_week, by_completion, by_pain), strict=True
        )
    ]
    known = {
        key: {lesson: on for lesson, on in lessons.items() if on <= today}
        for key, lessons in done.items()
    }
    felt = [p for p in noted if p[0] <= today]
    one, two, three = states_of(made, LESSONS, known, FIRST, today, {}, felt)
    assert one.is_open is (today >= day(15))
    # Whoever has done a module finds it open, also where the one before was never finished.
    done_with = 2 in (len(known.get("one", {})), len(known.get("two", {})))
    assert two.is_open is (today >= day(15) or (today >= day(8) and done_with))
    if today < day(8) or today >= day(13) or len(known.get("three", {})) > 0:
        assert three.is_open is (today >= day(8))
    elif not three.is_open:
        assert min(mm for _on, mm in sorted(felt)[-2:]) >= 70


@given(plans(), ticks, st.integers(-3, 58), pains)
def test_a_module_that_has_opened_stays_open(made, done, number, noted):
    """Pain that comes later, or an unfinished module, shuts nothing again."""
    today, tomorrow = day(number), day(number + 1)
    known = {
        key: {lesson: on for lesson, on in lessons.items() if on <= today}
        for key, lessons in done.items()
    }
    now = states_of(made, LESSONS, known, FIRST, today, {}, [p for p in noted if p[0] <= today])
    later = states_of(made, LESSONS, done, FIRST, tomorrow, {}, noted)
    for before, after in zip(now, later, strict=True):
        assert after.is_open or not before.is_open


@given(plans(), ticks, days_of_study, pains)
def test_without_a_decision_staff_change_nothing(made, done, today, noted):
    released = {key: Override(OverrideAction.RELEASE, FIRST) for key in KEYS}
    plain = states_of(made, LESSONS, done, FIRST, today, {}, noted)
    assert states_of(made, LESSONS, done, FIRST, today, released, noted) == plain


PLAN = [
    ModulePlan(key="one", unlock=Unlock(week=1)),
    ModulePlan(
        key="two",
        unlock=Unlock(
            week=2,
            after="one",
            longest_wait_days=7,
            hold_if=HoldIf(pain_mm_at_least=70, entries=2, longest_wait_days=5),
        ),
    ),
]
ALL = {"one": {"a": day(3), "b": day(4)}}


def two(today: date, *, done=None, decided=None, noted=(), frozen=None):
    """Return the second module."""
    return states_of(PLAN, LESSONS, done or {}, FIRST, today, decided, noted, frozen)[1]


class TestPain:
    HIGH = ((day(6), 80), (day(7), 75))

    def test_high_pain_lets_a_module_wait(self):
        state = two(day(8), done=ALL, noted=self.HIGH)
        assert (state.reason, state.opens_on) == (LockReason.PAIN, day(13))

    def test_it_opens_with_the_first_entry_that_is_lower(self):
        assert two(day(9), done=ALL, noted=(*self.HIGH, (day(9), 60))).is_open

    def test_one_high_entry_is_not_enough(self):
        assert two(day(8), done=ALL, noted=self.HIGH[:1]).is_open

    @pytest.mark.parametrize(("number", "opened"), [(12, False), (13, True)])
    def test_it_waits_no_longer_than_its_longest_wait(self, number, opened):
        noted = tuple((day(n), 90) for n in range(5, 20))
        assert two(day(number), done=ALL, noted=noted).is_open is opened

    def test_a_module_that_waited_for_the_one_before_is_judged_from_the_day_that_was_done(self):
        late = {"one": {"a": day(3), "b": day(11)}}
        noted = ((day(9), 80), (day(10), 75))
        state = two(day(11), done=late, noted=noted)
        assert (state.reason, state.opens_on) == (LockReason.PAIN, day(16))

    def test_pain_after_the_opening_shuts_nothing(self):
        noted = ((day(20), 90), (day(21), 90))
        assert two(day(21), done=ALL, noted=noted).is_open


class TestStaff:
    def test_open_it_before_its_week(self):
        decided = {"two": Override(OverrideAction.OPEN, day(2))}
        assert two(day(2), decided=decided).is_open

    def test_opening_counts_from_the_day_it_was_decided(self):
        decided = {"two": Override(OverrideAction.OPEN, day(3))}
        assert not two(day(2), decided=decided).is_open

    def test_hold_it_until_a_day(self):
        decided = {"two": Override(OverrideAction.HOLD, day(8), day(20), "check")}
        state = two(day(15), decided=decided)
        assert (state.reason, state.opens_on) == (LockReason.HELD, day(20))
        assert two(day(20), decided=decided).is_open

    def test_a_lock_of_the_plan_that_lasts_longer_stays_in_front(self):
        decided = {"two": Override(OverrideAction.HOLD, day(8), day(10), "check")}
        state = two(day(9), decided=decided)
        assert (state.reason, state.opens_on) == (LockReason.PREVIOUS, day(15))

    def test_a_module_that_is_done_is_not_held(self):
        decided = {"one": Override(OverrideAction.HOLD, day(5), day(20), "check")}
        state = states_of(PLAN, LESSONS, ALL, FIRST, day(6), decided)[0]
        assert state.status is ModuleStatus.DONE

    def test_nothing_opens_before_the_programme_begins(self):
        decided = {"two": Override(OverrideAction.OPEN, day(1))}
        state = states_of(PLAN, LESSONS, {}, None, day(2), decided)[1]
        assert state.reason is LockReason.NOT_STARTED


class TestFrozen:
    """Pain stays above that before day 1, says an open alert; the module is ready on day 8."""

    def test_a_module_that_was_not_ready_waits_and_says_until_when(self):
        state = two(day(8), done=ALL, frozen=day(7))
        assert (state.reason, state.opens_on) == (LockReason.PAIN, day(15))

    def test_it_opens_when_the_alert_is_closed(self):
        assert two(day(9), done=ALL, frozen=None).is_open

    def test_what_is_open_stays_open(self):
        assert two(day(9), done=ALL, frozen=day(8)).is_open

    def test_what_was_begun_stays_open(self):
        begun = {**ALL, "two": {LESSONS["two"][0]: day(8)}}
        assert two(day(9), done=begun, frozen=day(7)).is_open

    def test_staff_open_it_all_the_same(self):
        decided = {"two": Override(OverrideAction.OPEN, day(8))}
        assert two(day(8), done=ALL, decided=decided, frozen=day(7)).is_open

    @given(st.integers(1, 60), st.integers(1, 60), st.booleans())
    def test_an_alert_that_nobody_closes_never_shuts_it_for_good(self, today, frozen, ready):
        done = ALL if ready else {}
        state = two(day(today), done=done, frozen=day(frozen))
        free = two(day(today), done=done)
        assert free.is_open or not state.is_open
        if not state.is_open:
            assert state.latest_on is not None
            assert two(state.latest_on, done=done, frozen=day(frozen)).is_open

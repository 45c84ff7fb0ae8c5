"""Which visit falls when, and how its window stands on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.study import schedule
from modules.study.protocol import Visit
from modules.study.schedule import VisitStatus
from modules.text import Text
from tests.factories import TRIAL

FIRST = date(2026, 11, 2)
ENROLLED = FIRST - timedelta(days=3)
BOTH = ("odi", "vas_pain")


def visit(**changes: object) -> Visit:
    values = {
        "key": "week_2",
        "title": Text("Control", "Check"),
        "target_day": 14,
        "opens_day": 12,
        "closes_day": 17,
        "instruments": BOTH,
    }
    return Visit(**{**values, **changes})


def state(day: int, done=(), on: int | None = None, first: date | None = FIRST, **changes):
    last = None if on is None else FIRST + timedelta(days=on - 1)
    today = FIRST + timedelta(days=day - 1)
    return schedule.state_of(visit(**changes), done, last, ENROLLED, first, today)


class TestWindow:
    @pytest.mark.parametrize(
        ("day", "status"),
        [
            (1, VisitStatus.UPCOMING),
            (11, VisitStatus.UPCOMING),
            (12, VisitStatus.DUE),
            (14, VisitStatus.DUE),
            (17, VisitStatus.DUE),
            (18, VisitStatus.MISSED),
            (60, VisitStatus.MISSED),
        ],
    )
    def test_both_bounds_belong_to_it(self, day, status):
        assert state(day).status is status

    def test_its_dates_are_counted_from_the_first_day(self):
        found = state(12)

        assert found.opens_on == FIRST + timedelta(days=11)
        assert found.target_on == FIRST + timedelta(days=13)
        assert found.closes_on == FIRST + timedelta(days=16)

    def test_a_blinded_role_knows_no_day_and_not_whether_it_was_late(self):
        late = state(60, done=("odi",), on=59)
        told = late.blinded()

        assert late.late
        assert (told.status, told.late) == (late.status, False)
        assert (told.opens_on, told.target_on, told.closes_on) == (None, None, None)

    def test_without_a_first_day_there_is_no_window(self):
        found = state(14, first=None)

        assert found.status is VisitStatus.UPCOMING
        assert (found.opens_on, found.target_on, found.closes_on) == (None, None, None)

    @given(day=st.integers(-30, 90))
    def test_the_window_and_the_state_agree(self, day):
        if day == 0:
            return
        offset = day - 1 if day > 0 else day
        today = FIRST + timedelta(days=offset)
        found = schedule.state_of(visit(), (), None, ENROLLED, FIRST, today)

        assert (found.status is VisitStatus.DUE) is schedule.in_window(visit(), day)


class TestBaseline:
    BEFORE = {"key": "baseline", "target_day": 1, "opens_day": -7, "closes_day": 1}

    def test_it_is_due_from_enrolment_on(self):
        found = state(-2, first=None, before_start=True, **self.BEFORE)

        assert found.status is VisitStatus.DUE
        assert found.opens_on == ENROLLED

    def test_it_never_closes_before_the_first_day_is_known(self):
        assert state(90, first=None, before_start=True, **self.BEFORE).status is VisitStatus.DUE

    def test_it_is_missed_after_the_first_day(self):
        assert state(2, before_start=True, **self.BEFORE).status is VisitStatus.MISSED


class TestDone:
    def test_all_instruments_make_it_done(self):
        assert state(13, BOTH, 13).status is VisitStatus.DONE

    def test_one_of_two_leaves_the_other(self):
        found = state(13, ("odi",), 13)

        assert found.status is VisitStatus.DUE
        assert found.instruments_left == ("vas_pain",)

    def test_an_instrument_of_another_visit_does_not_count(self):
        assert state(13, ("satisfaction",), 13).instruments_done == frozenset()

    @pytest.mark.parametrize(("on", "late"), [(12, False), (17, False), (18, True)])
    def test_done_after_the_window_is_late(self, on, late):
        assert state(30, BOTH, on).late is late


def test_the_visit_that_closes_first_comes_first():
    early = state(14, closes_day=15)
    later = state(14)
    never = state(14, first=None, before_start=True, **TestBaseline.BEFORE)
    missed = state(14, opens_day=1, target_day=2, closes_day=3)

    assert schedule.due([later, never, missed, early]) == [early, later, never]


class TestBaselineVisit:
    def test_is_the_first_visit_before_day_one_that_asks(self, protocols):
        early = visit(key="early", instruments=("odi",), before_start=True)
        both = visit(key="both", before_start=True)
        trial = protocols[TRIAL].model_copy(update={"visits": (visit(), early, both)})

        found = [schedule.baseline_visit(trial, each) for each in ("odi", "vas_pain", "phq9")]
        assert found == ["early", "both", None]

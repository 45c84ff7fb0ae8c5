"""Adherence as each source protocol counts it: classes, weeks, plans, parts, dose."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from modules.diary.adherence import (
    Engagement,
    Parts,
    ears_adherent,
    load,
    log_rate,
    mean_engagement,
    minutes_met,
    parts,
    plans_made,
    session_class,
    weeks_met,
)

FIRST = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("done", "name"),
    [(18, "full"), (20, "full"), (15, "full"), (14, "partial"), (9, "partial"), (8, "low"),
     (0, "low"), (None, None)],
)  # fmt: skip
def test_classes_of_prescribed_sessions_include_their_bounds(done, name):
    assert session_class(done, 18) == name


def test_exactly_eighty_percent_is_full():
    assert session_class(8, 10) == "full"


def test_without_a_prescription_there_is_no_class():
    assert session_class(3, 0) is None


def test_three_sessions_make_a_week():
    days = [FIRST + timedelta(days=n) for n in (0, 2, 4, 7, 8)]

    assert weeks_met(days, FIRST, 3) == (True, False, False)


def test_sessions_before_and_after_the_programme_do_not_count():
    days = [FIRST - timedelta(days=1)] * 3 + [FIRST + timedelta(days=7)] * 3

    assert weeks_met(days, FIRST, 1) == (False,)


@pytest.mark.parametrize(
    ("minutes", "met"), [(19, False), (20, True), (45, True), (46, False), (None, None)]
)
def test_a_session_lasts_twenty_to_forty_five_minutes(minutes, met):
    assert minutes_met(minutes) is met


def test_a_plan_made_twice_for_a_week_is_one():
    assert plans_made([1, 2, 2, 5]) == 3


def test_engagement_is_a_mean_over_those_who_completed():
    found = mean_engagement([Engagement(40, 9, 2, 6), Engagement(50, 10, 1, 7)])

    assert found is not None
    assert (found.people, found.workouts, found.therapy_sessions) == (2, 45, Fraction(3, 2))


def test_nobody_has_no_mean():
    assert mean_engagement([]) is None
    assert log_rate([]) is None


def test_the_three_parts_stay_apart_and_are_capped():
    found = parts(20, 3, 9, login_target=18, live_offered=6, diary_target=18)

    assert found == Parts(Fraction(100), Fraction(50), Fraction(50))
    assert found.mean() == Fraction(200, 3)


def test_a_part_that_was_not_offered_drops_out():
    assert parts(9, 0, 9, login_target=18, live_offered=0, diary_target=18).mean() == 50
    assert Parts(None, None, None).mean() is None


@pytest.mark.parametrize(("total", "is_so"), [(16, False), (17, True), (None, None)])
def test_the_cutoff_of_ears_counts(total, is_so):
    assert ears_adherent(total) is is_so


def test_the_dose_is_minutes_times_effort():
    assert load([(20, 4), (30, 5)]) == 230

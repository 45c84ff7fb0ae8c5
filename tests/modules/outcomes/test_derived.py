"""Change, responders and adherence: inclusive bounds, unknown stays unknown."""

from fractions import Fraction

import pytest

from modules.outcomes.derived import (
    Recovery,
    Week,
    change_of,
    improved_by,
    log_class,
    mean,
    recovery,
    share,
    weekly,
    worsened,
)
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Direction

ODI, PSEQ, SGPALS = (INSTRUMENTS[key] for key in ("odi", "pseq", "sgpals"))
WORSE = Direction.HIGHER_IS_WORSE


def test_ten_points_between_stored_scores_are_exactly_ten():
    change = change_of(WORSE, 320 / 9, 230 / 9)
    assert improved_by(change, 10) is True


def test_a_little_less_than_the_bound_is_not_enough():
    assert improved_by(change_of(WORSE, 42, 32.01), 10) is False


@pytest.mark.parametrize(("before", "after"), [(None, 30), (30, None)])
def test_half_a_pair_is_no_change(before, after):
    assert improved_by(change_of(WORSE, before, after), 10) is None


@pytest.mark.parametrize(("after", "worse"), [(39, False), (40, True), (20, False), (None, None)])
def test_worsening_by_exactly_the_important_change_counts(after, worse):
    assert worsened(ODI, 30, after) is worse


def test_a_fall_is_the_worsening_where_higher_is_better():
    assert worsened(PSEQ, 40, 30) is True


def test_without_an_important_change_nobody_is_called_worse():
    assert worsened(SGPALS, 3, 1) is None


@pytest.mark.parametrize(("logs", "name"), [(0, "NA"), (5, "IA"), (6, "CA"), (None, None)])
def test_the_class_of_weekend_logs(logs, name):
    assert log_class(logs) == name


def test_published_adherence_of_both_arms():
    assert [share(19, 20), share(13, 20)] == [95, 65]


def test_published_responders_of_the_auk_wechat_trial():
    found = [
        round(float(share(done, of)), 1) for done, of in ((12, 19), (7, 18), (13, 19), (10, 18))
    ]
    assert found == [63.2, 38.9, 68.4, 55.6]


def test_an_uncapped_share_may_exceed_all():
    assert (share(20, 18), float(share(27, 18, capped=False))) == (100, 150.0)


def test_nothing_offered_is_not_a_zero():
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((50, 100), 75), ((30,), 30), ((50, None), None), ((None,), None), ((), None)],
)
def test_a_mean_is_unknown_while_a_part_is(parts, expected):
    exact = [None if part is None else Fraction(part) for part in parts]
    assert mean(exact) == expected


class TestRecovery:
    def recovery(self, *scores, confirm=2):
        """Return the interval for weekly scores (study day 7, 14, ...), recovered from 20 down."""
        weekly = ((7 * week, score) for week, score in enumerate(scores, 1))
        return recovery(weekly, lambda score: score <= 20, confirm)

    def test_it_came_between_the_last_high_and_the_first_of_two_low_scores(self):
        assert self.recovery(40, 30, 20, 18) == Recovery(14, 21)

    def test_one_low_score_between_high_ones_is_none(self):
        assert self.recovery(40, 18, 30, 10, 10) == Recovery(21, 28)

    def test_a_last_low_score_is_not_confirmed_yet(self):
        assert self.recovery(40, 30, 18) == Recovery(14, None)

    def test_a_missing_week_widens_the_interval(self):
        assert self.recovery(40, None, 18, 18) == Recovery(7, 21)

    def test_recovered_from_the_start_has_no_lower_end(self):
        assert self.recovery(10, 10) == Recovery(None, 7)

    def test_one_score_is_enough_where_the_protocol_says_so(self):
        assert self.recovery(40, 20, confirm=1) == Recovery(7, 14)

    def test_without_a_measurement_nothing_is_known(self):
        assert self.recovery(None, None) is None

    def test_measurements_are_taken_in_the_order_of_days(self):
        days = [(28, 10), (7, 40), (21, 15)]
        assert recovery(days, lambda score: score <= 20, 2) == Recovery(7, 21)


class TestWeekly:
    """The short measure a protocol repeats: every week asked has its place, measured or not."""

    def test_each_week_has_its_score_and_its_change_from_the_start(self):
        assert weekly([2, 0, 1], {0: 40, 1: 36, 2: 28}) == (
            Week(0, Fraction(40), Fraction(0)),
            Week(1, Fraction(36), Fraction(-4)),
            Week(2, Fraction(28), Fraction(-12)),
        )

    def test_a_week_without_a_score_stays_empty_and_is_not_carried_forward(self):
        (_, first, second) = weekly([0, 1, 2], {0: 40, 2: 20})
        assert first == Week(1, None, None)
        assert second.change == -20

    def test_without_a_score_at_the_start_there_is_no_change(self):
        assert {each.change for each in weekly([0, 1], {1: 20})} == {None}

    def test_scores_of_other_weeks_are_not_asked_for(self):
        assert [each.week for each in weekly([0, 6], {0: 1, 3: 9, 6: 1})] == [0, 6]

    def test_nothing_asked_is_nothing(self):
        assert weekly([], {1: 5}) == ()

"""Change, responders and adherence: inclusive bounds, unknown stays unknown."""

import pytest

from modules.derived import change_of, improved_by, log_class, share, worsened
from modules.instruments import INSTRUMENTS
from modules.questionnaire import Direction

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

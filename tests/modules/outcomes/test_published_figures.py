"""Figures the source protocols print, computed again from their counts with our own rules."""

from fractions import Fraction
from math import comb, exp, log, sqrt

import pytest

from modules.outcomes.derived import (
    change_of,
    improved_by,
    log_class,
    share,
)
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.scales import half_up
from modules.outcomes.scoring import score

RMDQ = INSTRUMENTS["rmdq"]


def percent(part: int, whole: int) -> float:
    value = share(part, whole)
    assert value is not None
    return float(half_up(value, 1))


def fisher_two_sided(a: int, b: int, c: int, d: int) -> Fraction:
    """Fisher's exact test of a 2 x 2 table: the tables no more probable than the one seen."""
    rows, column, everybody = a + b, a + c, a + b + c + d

    def probability(first: int) -> Fraction:
        ways = comb(rows, first) * comb(everybody - rows, column - first)
        return Fraction(ways, comb(everybody, column))

    seen = probability(a)
    possible = range(max(0, column - (everybody - rows)), min(rows, column) + 1)
    return sum((p for p in map(probability, possible) if p <= seen), Fraction(0))


def freeman_halton(first: tuple[int, ...], second: tuple[int, ...]) -> Fraction:
    """The exact test of a 2 x 3 table with fixed margins."""
    columns = [x + y for x, y in zip(first, second, strict=True)]
    rows, everybody = sum(first), sum(first) + sum(second)

    def probability(one: tuple[int, ...]) -> Fraction:
        ways = 1
        for column, count in zip(columns, one, strict=True):
            ways *= comb(column, count)
        return Fraction(ways, comb(everybody, rows))

    seen = probability(first)
    tables = [
        (x, y, rows - x - y)
        for x in range(columns[0] + 1)
        for y in range(columns[1] + 1)
        if 0 <= rows - x - y <= columns[2]
    ]
    return sum((p for p in map(probability, tables) if p <= seen), Fraction(0))


class TestDingTalk:
    """ChiCTR2000041459, rows 0-23 and 0-24."""

    TREATED = [0] + [3] * 9 + [6] * 10
    CONTROL = [0] * 7 + [2] * 7 + [6] * 6

    def counts(self, logs):
        classes = [log_class(number) for number in logs]
        return tuple(classes.count(name) for name in ("NA", "IA", "CA"))

    def test_classes(self):
        assert self.counts(self.TREATED) == (1, 9, 10)
        assert self.counts(self.CONTROL) == (7, 7, 6)

    def test_adherence_is_95_and_65_percent(self):
        counts = [self.counts(arm) for arm in (self.TREATED, self.CONTROL)]
        rates = [percent(sum(each) - each[0], sum(each)) for each in counts]
        assert rates == [95, 65]

    def test_fishers_test_of_adherent_or_not_gives_044(self):
        p = fisher_two_sided(1, 19, 7, 13)

        assert round(float(p), 4) == 0.0436
        assert round(float(p), 3) == 0.044

    def test_three_classes_would_not_reach_five_percent(self):
        """So the printed figure is that of the two classes; exact, by enumeration."""
        p = freeman_halton(self.counts(self.TREATED), self.counts(self.CONTROL))

        assert round(float(p), 4) == 0.076


class TestAukWeChat:
    """ChiCTR2100042810, rows 1-21 and 1-25: an improvement of 3.5 points in the RMDQ."""

    @pytest.mark.parametrize(
        ("people", "responders", "printed"),
        [(19, 12, 63.2), (18, 7, 38.9), (19, 13, 68.4), (18, 10, 55.6)],
    )
    def test_responders(self, people, responders, printed):
        """4 points or more count and 3 do not: scores are whole, the bound is 3.5."""
        falls = [4] * responders + [3] * (people - responders)
        changes = [change_of(RMDQ.direction, 10, 10 - fall) for fall in falls]
        found = sum(improved_by(change, 3.5) is True for change in changes)

        assert found == responders
        assert percent(found, people) == printed

    def test_the_protocols_bound_is_taken_by_the_command_too(self):
        case = {
            "instrument": "DERIVED-RESPONDER",
            "version": "RMDQ",
            "items": {"baseline": 10, "followup": 6},
            "params": {"mic_abs": 3.5},
        }

        assert score(case)["responder_abs"] is True
        assert score({**case, "params": {"mic_abs": 5}})["responder_abs"] is False

    def test_twenty_percent_leaving_makes_66_into_83_and_166(self):
        each = -(-66 * 100 // 80)

        assert (each, 2 * each) == (83, 166)

    def test_the_rank_sum_correction_makes_63_into_66(self):
        assert half_up(Fraction(63) / Fraction("0.955"), 0) == 66


class TestSelfBack:
    """NCT03798288, rows 2-01 and 2-09."""

    def test_87_percent_were_seen_at_three_months(self):
        assert percent(399, 461) == 86.6
        assert half_up(share(399, 461)) == 87

    def test_the_arms_make_461(self):
        assert 232 + 229 == 461

    def test_the_crude_odds_ratio_of_52_and_39_percent(self):
        odds = Fraction(52, 48) / Fraction(39, 61)

        assert round(float(odds), 2) == 1.69

    def test_the_interval_of_the_adjusted_one_is_symmetric_on_the_log_scale(self):
        assert exp((log(1.15) + log(2.70)) / 2) == pytest.approx(1.76, abs=0.005)


class TestImss:
    """NCT07248813, rows 4-02 and 4-18."""

    def test_forty_percent_leaving_leaves_sixty_an_arm(self):
        assert 200 * Fraction(60, 100) / 2 == 60

    def test_the_deviation_for_ten_points_with_sixty_an_arm(self):
        """d = 10 / SD with (z.975 + z.80)^2 x 2 / d^2 = 60, in the normal approximation."""
        deviation = 10 / ((1.959964 + 0.841621) * sqrt(2 / 60))

        assert deviation == pytest.approx(19.4, abs=0.2)

    @pytest.mark.parametrize(("after", "counts"), [(25.56, True), (25.57, False)])
    def test_exactly_ten_points_count(self, after, counts):
        assert improved_by(change_of(INSTRUMENTS["odi"].direction, 35.56, after), 10) is counts


class TestOtherFigures:
    def test_sixteen_of_fifty_and_of_forty_five(self):
        whole = {f"q{n}": value for n, value in enumerate([2, 2, 2, 2, 2, 2, 2, 2, 0, 0], 1)}
        one_less = {key: value for key, value in whole.items() if key != "q9"}
        case = {"instrument": "ODI", "version": "2.1a", "items": whole}

        assert score(case)["percent"] == 32
        assert score({**case, "items": one_less})["percent"] == 35.56

    @pytest.mark.parametrize(
        ("profile", "name", "index"),
        [
            ("12345", "index_mexico", 0.295),
            ("55555", "index_mexico", -0.596),
            ("21111", "index_spain", 0.916),
            ("55555", "index_spain", -0.416),
        ],
    )
    def test_indices_of_the_value_sets(self, profile, name, index):
        items = {f"q{n}": int(level) for n, level in enumerate(profile, 1)}
        case = {"instrument": "EQ-5D-5L", "version": "5L", "items": items}

        assert score(case)[name] == index

    def test_the_worst_state_of_three_levels_in_spain(self):
        items = {f"q{n}": 3 for n in range(1, 6)}
        case = {"instrument": "EQ-5D-3L", "version": "3L", "items": items}

        assert score(case)["index_spain_tto"] == -0.654

    def test_the_printed_interval_that_is_not_symmetric(self):
        """Row 1-28's protocol: -2.156 [-4.434, -0.122] is symmetric only with +0.122."""
        assert round((-4.434 + 0.122) / 2, 3) == -2.156

"""The figures of the report, against numbers worked out by hand, and the chart that shows them."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import summary, svg
from exports.dataset import dataset
from exports.wording import REPORT

SIZE = svg.Size(160, 60, 0, 100)


def test_a_spread_by_hand():
    made = summary.spread([Fraction(n) for n in (2, 4, 4, 4, 5, 5, 7, 9)])
    assert (made.n, made.mean, made.minimum, made.maximum) == (8, 5, 2, 9)
    assert (made.q1, made.median, made.q3) == (4, Fraction(9, 2), Fraction(11, 2))
    assert float(made.sd) == pytest.approx((32 / 7) ** 0.5, abs=1e-6)


def test_of_nobody_there_is_no_spread_and_of_one_no_deviation():
    assert summary.spread([]) == summary.Spread(0)
    assert summary.spread([Fraction(3)]).sd is None


@given(st.lists(st.fractions(0, 100), min_size=1, max_size=30))
def test_quartiles_lie_in_order(values):
    made = summary.spread(values)
    assert made.minimum <= made.q1 <= made.median <= made.q3 <= made.maximum


def test_the_counts_of_a_visit_add_up_to_everybody(facts, now, secret):
    made = dataset(facts(15, answered=0.6), "assessor", secret, now)
    for slot in summary.slots(made):
        assert sum(slot.counts.values()) == 15
        assert slot.scores.n == slot.counts["done"]


def test_shares_count_only_those_with_both_scores(facts, now, secret):
    made = dataset(facts(15, answered=0.5), "assessor", secret, now)
    rows = list(made.table("responders").records())
    for share in summary.shares(made):
        known = [r for r in rows if r["responder"] == share.responder and r["improved"]]
        assert (share.known, share.everybody) == (len(known), 15)


class TestChart:
    def chart(self, *values):
        points = [
            svg.Point(day, f"d{day}", value, shown="" if value is None else f"{value}")
            for day, value in zip((1, 14, 28), values, strict=True)
        ]
        return ElementTree.fromstring(svg.trend("Pain <now>", points, SIZE))

    def test_its_title_is_its_text_alternative(self):
        chart = self.chart(10, 20, 30)
        assert chart[0].tag.endswith("title")
        assert chart[0].text == "Pain <now>"

    def test_a_missing_value_is_an_empty_ring_and_breaks_the_line(self):
        chart = self.chart(10, None, 30)
        assert len([node for node in chart.iter() if node.get("fill") == "#fff"]) == 1
        assert not [node for node in chart.iter() if node.tag.endswith("polyline")]

    def test_values_next_to_each_other_are_joined(self):
        lines = [n for n in self.chart(10, 20, None).iter() if n.tag.endswith("polyline")]
        assert [len(line.get("points").split()) for line in lines] == [2]

    def test_higher_values_stand_higher(self):
        marks = [n for n in self.chart(0, 50, 100).iter() if n.get("r") == "2.4"]
        low, middle, high = (float(mark.get("cy")) for mark in marks)
        assert low > middle > high


def test_every_word_of_the_report_is_there_in_both_languages():
    assert all(text.es and text.en for text in REPORT.values())

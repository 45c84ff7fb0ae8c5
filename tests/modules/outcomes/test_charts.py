"""Charts are read by everybody: title, words, values; and are the same wherever they stand."""

import re
from xml.etree import ElementTree

import pytest
import weasyprint

from modules.outcomes.charts import (
    Line,
    Point,
    Scale,
    ring,
    trend,
)

MM = Scale(0, 100, 25, "mm")
SVG = "{http://www.w3.org/2000/svg}"


def points(*values: float | None) -> list[Point]:
    return [Point(number, value, f"W{number}") for number, value in enumerate(values, 1)]


def drawn(*lines: Line, **options: object) -> ElementTree.Element:
    picture = trend("pain", "Pain", "From 52 to 38. Less is better.", lines, MM, **options)
    return ElementTree.fromstring(picture)


def texts(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


class TestTrend:
    def test_says_in_words_what_it_shows(self):
        picture = drawn(Line("Pain", points(52, 38)))
        assert picture.find(f"{SVG}title").text == "Pain"
        assert picture.find(f"{SVG}desc").text == "From 52 to 38. Less is better."

    def test_is_named_by_its_title_and_described_by_its_words(self):
        picture = drawn(Line("Pain", points(52, 38)))
        ids = {each.get("id") for each in picture.iter() if each.get("id")}
        assert picture.get("aria-labelledby").split() == ["pain-title", "pain-desc"]
        assert ids == {"pain-title", "pain-desc"}

    def test_writes_the_first_and_the_newest_value_beside_the_line(self):
        assert {"52", "38"} <= set(texts(drawn(Line("Pain", points(52, 45, 38)))))

    def test_breaks_the_line_where_an_answer_is_missing(self):
        whole = list(drawn(Line("Pain", points(52, 45, 40, 38))).iter(f"{SVG}polyline"))
        broken = list(drawn(Line("Pain", points(52, 45, None, 40, 38))).iter(f"{SVG}polyline"))
        assert (len(whole), len(broken)) == (1, 2)

    def test_higher_values_stand_higher(self):
        marks = list(drawn(Line("Pain", points(80, 20))).iter(f"{SVG}circle"))
        assert float(marks[0].get("cy")) < float(marks[1].get("cy"))

    def test_two_lines_differ_by_dash_and_mark_not_by_colour_alone(self):
        picture = drawn(Line("Pain", points(52, 38)), Line("Function", points(40, 24)))
        dashes = [line.get("stroke-dasharray") for line in picture.iter(f"{SVG}polyline")]
        assert dashes == [None, "6 4"]
        assert list(picture.iter(f"{SVG}circle"))
        assert list(picture.iter(f"{SVG}rect"))

    def test_two_lines_are_named_in_a_legend(self):
        picture = drawn(Line("Pain", points(52, 38)), Line("Function", points(40, 24)))
        assert {"Pain", "Function"} <= set(texts(picture))

    def test_a_value_beyond_the_scale_stays_inside_the_picture(self):
        mark = next(drawn(Line("Pain", points(140, 20))).iter(f"{SVG}circle"))
        assert float(mark.get("cy")) >= 0

    def test_labels_that_would_run_into_each_other_are_left_out(self):
        many = [Point(number, 50, f"{number} September") for number in range(40)]
        labels = [text for text in texts(drawn(Line("Pain", many))) if "September" in text]
        assert 1 < len(labels) < 8

    def test_words_cannot_become_markup(self):
        picture = trend("k", "<b>&", "d", [Line("x", points(1, 2))], MM)
        assert "<b>" not in picture
        assert ElementTree.fromstring(picture).find(f"{SVG}title").text == "<b>&"

    def test_carries_no_style_that_a_strict_content_policy_refuses(self):
        picture = trend("k", "t", "d", [Line("x", points(1, 2))], MM)
        assert not re.search(r"style=|<style|<script|on\w+=", picture)

    def test_without_any_value_there_is_no_picture(self):
        nothing = [Line("Pain", points(None, None)), Line("Function", points())]
        assert trend("pain", "Pain", "", nothing, MM) is None

    def test_a_line_without_any_value_stands_beside_one_that_has_some(self):
        picture = drawn(Line("Pain", points(None, None)), Line("Function", points(40, 24)))
        assert {"Pain", "Function", "40", "24"} <= set(texts(picture))

    def test_three_lines_are_refused(self):
        with pytest.raises(ValueError, match="one or two lines"):
            drawn(*[Line("x", points(1, 2))] * 3)

    def test_one_point_stands_in_the_middle(self):
        mark = next(drawn(Line("Pain", points(52))).iter(f"{SVG}circle"))
        assert 140 < float(mark.get("cx")) < 190


class TestRing:
    def dash(self, done: int, total: int) -> str | None:
        picture = ElementTree.fromstring(ring("r", "3 of 5 lessons done", done, total))
        arcs = [each for each in picture.iter(f"{SVG}circle") if each.get("stroke-dasharray")]
        return arcs[0].get("stroke-dasharray") if arcs else None

    def test_fills_in_proportion(self):
        done, whole = map(float, self.dash(3, 6).split())
        assert done / whole == pytest.approx(0.5, abs=0.001)

    def test_is_empty_at_the_start(self):
        assert self.dash(0, 5) is None

    def test_is_empty_where_there_is_nothing_to_do(self):
        assert self.dash(0, 0) is None

    def test_says_the_numbers_inside(self):
        assert ">3/5<" in ring("r", "3 of 5 lessons done", 3, 5)


def test_a_pdf_takes_the_title_as_alternative_text():
    picture = trend("k", "Pain by week", "Less is better.", [Line("x", points(52, 38))], MM)
    html = f"<html lang=en><title>t</title><body>{picture}"
    pdf = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
    assert b"/Alt (Pain by week)" in pdf

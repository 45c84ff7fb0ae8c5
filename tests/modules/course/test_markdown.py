"""Markdown of the content becomes small, clean HTML."""

import pytest

from modules.course.markdown import to_html


def test_headings_lists_and_emphasis_are_kept():
    html = to_html("## Uno\n\n- **dos**\n- *tres*\n")
    assert "<h2>Uno</h2>" in html
    assert "<li><strong>dos</strong></li>" in html
    assert "<em>tres</em>" in html


def test_the_page_keeps_the_only_h1():
    assert to_html("# Mi tarjeta").strip() == "<h2>Mi tarjeta</h2>"


def test_tables_are_kept():
    html = to_html("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert "<th>a</th>" in html
    assert "<td>2</td>" in html


def test_a_numbered_list_keeps_its_first_number():
    assert '<ol start="4">' in to_html("4. cuatro\n5. cinco\n")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "hola <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "<p style='position:fixed' onclick='x()'>hola</p>",
    ],
)
def test_nothing_that_runs_or_loads_survives(text):
    html = to_html(text)
    assert not any(tag in html for tag in ("<script", "<img", "<p style", 'href="javascript'))


def test_raw_html_is_shown_as_the_words_it_is():
    assert "&lt;b&gt;hola&lt;/b&gt;" in to_html("<b>hola</b>")


def test_a_link_out_tells_the_other_side_nothing():
    html = to_html("[OMS](https://www.who.int)")
    assert 'href="https://www.who.int"' in html
    assert 'rel="noopener noreferrer"' in html


def test_a_telephone_link_is_kept():
    assert 'href="tel:911"' in to_html("[911](tel:911)")

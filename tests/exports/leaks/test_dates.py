"""Dates of one day are found as people write them; years, weeks and numbers are none."""

import pytest

from exports.leaks.dates import holds_date
from exports.leaks.folding import plain, vocabulary


def found(text):
    return holds_date(plain(text), vocabulary(plain(text)))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-09",
        "2026-11-09T18:00Z",
        "20261109T180000",
        "20261109",
        "9/11/2026",
        "11/9/2026",
        "9/11/26",
        "09.11.2026",
        "9-11-2026",
        "9 de noviembre",
        "1º de noviembre de 2026",
        "November 9",
        "9th of November",
        "9-nov-2026",
        "Nov 9, 2026",
        "9 may 2026",
    ],
)
def test_a_date_is_found(text):
    assert found(f"x;{text};y")


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "Ostelo 2008",
        "R-2025-1401-018",
        "0.20261109",
        "question 9 may be left out",
        "9/10",
        "day 9, November",
        "noviembre",
        "10/12 points",
        "2.1a",
        "-5..+5",
        "1234-20261109",
    ],
)
def test_what_is_no_date_passes(text):
    assert not found(f"x;{text};y")

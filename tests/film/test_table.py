"""The table names every case that breaks its rule, and fails when there is none to look at."""

import pytest

from tests.film.table import every


def test_every_broken_case_is_named_and_no_other():
    @every("number", [1, 2, 3, 4])
    def test_is_odd(number):
        assert number % 2

    with pytest.raises(AssertionError, match=r"(?s)2 of 4 cases.*\n2: .*\n4: ") as caught:
        test_is_odd()
    assert "\n1: " not in str(caught.value)


def test_a_case_that_raises_is_named_too():
    @every("key", ["there", "lost"])
    def test_is_there(key, known):
        assert known[key]

    with pytest.raises(AssertionError, match=r"lost: KeyError\('lost'\)"):
        test_is_there(known={"there": True})


def test_an_empty_table_is_a_fault():
    @every("case", [])
    def test_nothing(case):
        assert case

    with pytest.raises(AssertionError, match="0 of 0"):
        test_nothing()

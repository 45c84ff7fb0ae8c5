"""What make mutants changes, and what it leaves alone."""

from pathlib import Path

import pytest

from scripts import mutate


def changed(source: str) -> set[str]:
    """Return the texts of all mutants."""
    return {mutant.text for mutant in mutate.mutants(source)}


@pytest.mark.parametrize(
    ("rule", "mutants"),
    [
        ("a < b", {"a <= b"}),
        ("a >= b > c", {"a > b > c", "a >= b >= c"}),
        ("a not in b", {"a in b"}),
        ("a + b", {"a - b"}),
        ("a // b", {"a * b"}),
        ("a and b", {"a or b"}),
        ("not a", {"a"}),
        ("True", {"False"}),
        ("7", {"8", "6"}),
        ("'words'", set()),
    ],
)
def test_one_place_is_changed_at_a_time(rule, mutants):
    assert changed(rule) == mutants


def test_types_are_left_alone():
    assert changed("def f(a: Literal[1]) -> Literal[2]: ...") == set()


def test_a_mutant_says_where_it_is_and_what_became_what():
    (mutant,) = mutate.mutants("x = z\ny = a < b\n")
    assert (mutant.line, mutant.change) == (2, "a < b  →  a <= b")


def test_the_tests_that_import_a_file_are_its_tests():
    found = {test.name for test in mutate.tests_of(Path("scripts/mutate.py"))}
    assert found == {"test_mutate.py"}

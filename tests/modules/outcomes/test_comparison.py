"""Two fillings of one questionnaire differ by what was meant, not by how it was written."""

import pytest

from modules.outcomes.comparison import Filled, differences, plain
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Kind

ODI = INSTRUMENTS["odi"]
FIRST = ODI.items[0].key
WITH_TEXT = next(
    each for each in INSTRUMENTS.values() if any(item.kind is Kind.TEXT for item in each.items)
)
OPEN = next(item.key for item in WITH_TEXT.items if item.kind is Kind.TEXT)


def differing(instrument, one, other):
    """Return the keys of the questions that differ."""
    found = differences(instrument, Filled(*one), Filled(*other))
    return [each.item.key for each in found]


def test_another_answer_differs():
    assert differing(ODI, ({FIRST: 1}, {}), ({FIRST: 2}, {})) == [FIRST]


def test_the_order_of_marks_and_a_single_mark_in_a_list_do_not():
    assert differing(ODI, ({FIRST: [2, 1]}, {}), ({FIRST: [1, 2]}, {})) == []
    assert differing(ODI, ({FIRST: [1]}, {}), ({FIRST: 1}, {})) == []


def test_another_reason_for_none_differs():
    declined = ({}, {FIRST: "declined"})
    assert differing(ODI, declined, ({}, {})) == [FIRST]
    assert differing(ODI, declined, declined) == []


def test_free_text_differs_by_its_words_not_by_the_spaces_between():
    same = ({OPEN: " muy  bien "}, {}), ({OPEN: "muy bien"}, {})
    assert differing(WITH_TEXT, *same) == []
    assert differing(WITH_TEXT, same[0], ({OPEN: "muy mal"}, {})) == [OPEN]


@pytest.mark.parametrize(
    ("answer", "expected"), [([], None), ([3], 3), ((2, 1, 2), (1, 2)), (0, 0), ("a b", "a b")]
)
def test_an_answer_has_one_form(answer, expected):
    assert plain(answer) == expected

"""Names, numbers, codes and accounts are found however they are written, ordinary words pass."""

import uuid

import pytest

from exports.leaks import people
from exports.leaks.search import Forbidden

KEY = uuid.UUID("0c7e1f3a-58d2-4b1c-9a77-2f6d5f0b9e11")


def found(text, forms):
    return Forbidden.of(forms).stands_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "María Dolores Núñez",
        "maria_dolores_nunez",
        "NÚÑEZ, María Dolores",
        "TWFyw61hIERvbG9yZXMgTsO6w7Fleg==",
    ],
)
def test_a_full_name_is_found_in_any_order_and_form(text):
    assert found(text, people.name_forms("María Dolores Núñez"))


@pytest.mark.parametrize("text", ["Sin dolores", "María", "dolores de María", "en paz"])
def test_a_part_of_a_name_passes(text):
    assert not found(text, people.name_forms("María Dolores Núñez"))


@pytest.mark.parametrize("name", ["Dolores", "Paz", "Persona 4", "", "A 1"])
def test_one_word_is_no_full_name(name):
    assert list(people.name_forms(name)) == []


@pytest.mark.parametrize(
    "text", ["+52 55 1234 5678", "55-1234-5678", "(55) 12 34 56 78", "5215512345678"]
)
def test_a_number_is_found_with_and_without_its_country(text):
    assert found(text, people.number_forms("whatsapp:+5215512345678"))


@pytest.mark.parametrize("text", ["1234 5678", "5512345679", "95512345678", "55,12,34,56,78"])
def test_another_number_and_a_row_of_numbers_pass(text):
    assert not found(text, people.number_forms("+525512345678"))


@pytest.mark.parametrize("code", ["K7F-3QX", "k7f3qx", "K7F 3QX"])
def test_a_code_is_found(code):
    assert found(f"row;{code};", people.code_forms("K7F-3QX"))


@pytest.mark.parametrize(
    ("text", "is_found"), [("234.567", False), ("234567", False), ("código 234-567", True)]
)
def test_a_code_of_digits_counts_behind_a_word_for_it(text, is_found):
    assert found(text, people.code_forms("234-567")) is is_found


@pytest.mark.parametrize("text", [str(KEY), KEY.hex.upper(), f"/people/{KEY}/edit"])
def test_a_key_is_found(text):
    assert found(text, people.key_forms(KEY))


@pytest.mark.parametrize(
    ("subject", "text", "is_found"),
    [
        ("101", "101 items", False),
        ("101", "user_id=101", True),
        ("a1b2c3d4e5", "x a1b2c3d4e5 y", True),
    ],
)
def test_an_account_is_found_a_short_one_behind_a_word_for_it(subject, text, is_found):
    assert found(text, people.account_forms(subject)) is is_found

"""Telephone numbers as people write them and as WhatsApp reports them."""

import pytest

from notifications.errors import InvalidAddress
from notifications.phones import TELEPHONE, both_forms, canonical, digest, masked, other_form

ONE = "+525551234567"


@pytest.mark.parametrize(
    "written",
    [
        "5551234567",
        "55 5123 4567",
        "55-5123-4567",
        "(55) 5123-4567",
        "(55)51234567",
        "55.5123.4567",
        "55/5123/4567",
        "55 51 23 45 67",
        "55_5123_4567",
        "+525551234567",
        "+52 55 5123 4567",
        "+52 55 51234567",
        "+52-55-5123-4567",
        "+52 (55) 5123 4567",
        "+52 1 55 5123 4567",
        "+521 55 5123 4567",
        "+52 (1) 55 5123 4567",
        "+52 044 55 5123 4567",
        "+52 045 55 5123 4567",
        "+52 01 55 5123 4567",
        "++52 55 5123 4567",
        "525551234567",
        "52 55 5123 4567",
        "5215551234567",
        "52 1 55 5123 4567",
        "521 55 5123 4567",
        "52 044 55 5123 4567",
        "044 55 5123 4567",
        "(044) 55 5123 4567",
        "045 55 5123 4567",
        "01 55 5123 4567",
        "01 (55) 5123 4567",
        "1 55 5123 4567",
        "0052 55 5123 4567",
        "00 52 1 55 5123 4567",
        "011 52 55 5123 4567",
        "011 52 1 55 5123 4567",
        "+011 52 55 5123 4567",
        "whatsapp:+5215551234567",
        "tel:+52-55-5123-4567",
        "Cel. 55 5123 4567",
        "cel: 55 5123 4567",
        "Móvil: 55 5123 4567",
        "＋５２５５５１２３４５６７",
        "\u00a055\u20115123\u20114567 ",
        "\u202a+52 55 5123 4567\u202c",
        "\u200e55 5123 4567",
        "٥٥ ٥١٢٣ ٤٥٦٧",
    ],
)
def test_every_writing_of_a_mexican_number_is_one(written: str):
    assert canonical(written) == ONE


def test_a_foreign_number_stays_what_it_is():
    assert canonical("+1 415 523 8886") == "+14155238886"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hola",
        "55 512",
        "5123 4567",
        "+521555123456",
        "52 1 55 5123 456",
        "55 5123 4567 / 55 5123 4568",
        "55 5123 45G7",
        "64,5",
        "MX.abc",
        "+52" + "5" * 30,
        "1" * 500,
    ],
)
def test_what_is_no_number_is_refused(written: str):
    with pytest.raises(InvalidAddress):
        canonical(written)


def test_what_is_refused_is_told_what_to_write():
    for language, words in {"es": "diez dígitos con lada", "en": "ten digits with"}.items():
        assert words in TELEPHONE.fault.get(language)


def test_an_extension_is_refused_and_not_dropped():
    with pytest.raises(InvalidAddress):
        canonical("55 5123 4567 ext. 12")


def test_a_mexican_number_has_two_forms_and_a_foreign_one_has_one():
    assert both_forms(ONE) == (ONE, "+5215551234567")
    assert both_forms("+14155238886") == ("+14155238886",)


def test_the_other_form_goes_both_ways():
    assert other_form(ONE) == "+5215551234567"
    assert other_form("+5215551234567") == ONE
    assert other_form("+14155238886") is None


def test_a_masked_number_shows_four_digits():
    assert masked(ONE) == "••••4567"
    assert masked("123") == "••••"


def test_the_digest_is_the_same_for_every_writing_and_shows_no_digit_order():
    assert digest("whatsapp:+5215551234567") == digest("55 5123 4567")
    assert digest(ONE) != digest("+525551234568")
    assert "5551234567" not in digest(ONE)


def test_an_opaque_whatsapp_id_has_a_digest_too():
    assert digest("MX.abc123") == digest(" MX.abc123 ")

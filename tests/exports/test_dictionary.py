"""The codebook comes from the code and is the page in `docs`."""

import dataclasses
from pathlib import Path

from exports import dictionary
from exports.columns import TABLES
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Pack

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_page_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == dictionary.as_markdown(), (
        "run: python -m exports.dictionary > docs/data-dictionary.md"
    )


def test_every_column_is_explained_in_both_languages():
    for _, columns in TABLES.values():
        for column in columns:
            assert column.label.es
            assert column.label.en
            assert bool(column.derivation.es) == bool(column.derivation.en)
            assert bool(column.empty.es) == bool(column.empty.en)


def test_codes_of_our_own_wording_are_named():
    odi = INSTRUMENTS["odi"]
    assert dictionary.item_codes(odi, odi.items[0]).en.startswith("0 = None; 1 = A little")


def test_the_words_of_a_licensed_pack_are_not_repeated():
    odi = INSTRUMENTS["odi"]
    pack = Pack("es", "es-MX", "holder", "ref", "2027-01-01", "0" * 64)
    licensed = dataclasses.replace(odi, packs={"es": pack})
    codes = dictionary.item_codes(licensed, odi.items[0])
    assert codes.es.split("; ")[0] == "0 = "
    assert codes.en.split("; ")[0] == "0 = None"


def test_the_ends_of_a_slider_are_named():
    vas = INSTRUMENTS["vas_pain"]
    assert dictionary.item_codes(vas, vas.items[0]).en.startswith("0 = No pain at all; 100 = ")

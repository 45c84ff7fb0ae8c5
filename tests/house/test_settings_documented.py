"""docs/settings.md says what the tool reads, nothing else and nothing less."""

import re

from plugin.settings import SETTINGS
from tests.house import settings_page


def test_the_page_lists_the_table_of_settings():
    """Made with `python -m tests.house.settings_page`."""
    assert settings_page.PAGE.read_text("utf-8") == settings_page.page()


def test_every_setting_is_explained_in_a_sentence():
    for setting in SETTINGS:
        assert re.fullmatch(r"[A-ZÍ].{8,}\.", setting.note, re.DOTALL), setting.name
        assert setting.example, setting.name


def test_no_page_names_a_setting_that_does_not_exist():
    known = {setting.name for setting in SETTINGS} | {"COLUMNA_SETTINGS"}
    of_the_tests = {
        "COLUMNA_LONG",
        "COLUMNA_MOODLE_TREE",
        "COLUMNA_TESTS_WITHOUT_POSTGRES",
        "COLUMNA_FUZZ_SEED",
        "COLUMNA_EVENING_SEED",
    }
    root = settings_page.PAGE.parents[1]
    for page in [*root.glob("docs/**/*.md"), *root.glob("*.md")]:
        named = set(re.findall(r"\b(?:COLUMNA|TWILIO)_[A-Z][A-Z_]+\b", page.read_text("utf-8")))
        assert named <= known | of_the_tests, page.name

"""A code that somebody meets on a page carries its label; no page keeps a list of its own."""

from pathlib import Path

import pytest
from jinja2 import nodes
from sqlalchemy import Enum

import plugin.models  # noqa: F401 - registers its tables, as those above do
from modules.records.db import Base
from modules.text import LabelledEnum

PAGES = sorted((Path(__file__).parents[2] / "plugin" / "templates").rglob("*.html"))
TRANSLATED = {"_", "gettext", "pgettext", "ngettext"}


def labelled(kind: type[LabelledEnum] = LabelledEnum) -> list[type[LabelledEnum]]:
    """Return every kind of labelled code there is."""
    return [each for sub in kind.__subclasses__() for each in (sub, *labelled(sub))]


def test_every_code_that_is_stored_has_a_label():
    stored = {
        column.type.enum_class
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    }
    assert stored
    assert stored <= set(labelled())


@pytest.mark.parametrize("kind", labelled(), ids=lambda kind: kind.__name__)
def test_every_member_says_what_it_means_in_both_languages(kind):
    assert all(member.label.es.strip() and member.label.en.strip() for member in kind)


@pytest.mark.parametrize(("es", "en"), [("", "Words"), ("Palabras", " ")])
def test_a_code_without_words_in_a_language_cannot_be_defined(es, en):
    with pytest.raises(ValueError, match="both languages"):
        LabelledEnum("Kind", {"CODE": ("code", es, en)})


def words_by_code(template: nodes.Template) -> list[str]:
    """Return the codes for which a template keeps translated words in a dictionary."""
    return [
        pair.key.value
        for made in template.find_all(nodes.Dict)
        for pair in made.items
        for call in (*pair.value.find_all(nodes.Call), pair.value)
        if isinstance(call, nodes.Call) and getattr(call.node, "name", "") in TRANSLATED
    ]


def test_no_page_keeps_the_words_of_codes(app):
    parse = app.jinja_env.parse
    kept = {path: words_by_code(parse(path.read_text("utf-8"))) for path in PAGES}
    assert len(kept) > 1
    assert {path: codes for path, codes in kept.items() if codes} == {}


def test_a_dictionary_of_words_would_be_found(app):
    assert words_by_code(app.jinja_env.parse("{% set w = {'open': _('open')} %}")) == ["open"]

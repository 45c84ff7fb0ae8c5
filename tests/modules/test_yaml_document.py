"""Reading a YAML field returns its value or notes where and why it cannot."""

import pytest

from modules.text import Text
from modules.yaml_document import Document, dotted


def read(text):
    faults = []
    return Document("a.yaml", text, faults).root, faults


def test_a_place_is_written_as_a_person_counts():
    assert dotted(("quiz", 1, "question", "en")) == "quiz[2].question.en"


def test_a_text_has_both_languages():
    node, faults = read("title: {es: hola, en: hello}")
    assert node.text("title") == Text("hola", "hello")
    assert faults == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title: hola", "a.yaml:1: title: must be text in es and en"),
        ("title: {es: hola}", "a.yaml:1: title.en: is missing"),
        ("\ntitle:\n  es: hola\n  en: 3", "a.yaml:4: title.en: must be text"),
        ("title: {es: hola, en: hello, fr: salut}",
         "a.yaml:1: title.fr: unknown field; known are es, en"),
    ],
)  # fmt: skip
def test_a_text_that_is_not_whole_is_a_fault(text, fault):
    node, faults = read(text)
    node.text("title")
    assert [str(each) for each in faults] == [fault]


def test_yes_is_true_but_a_word_is_not():
    node, faults = read("a: yes\nb: perhaps")
    assert node.flag("a")
    assert not node.flag("b")
    assert [str(each) for each in faults] == ["a.yaml:2: b: must be true or false"]


def test_true_is_not_a_number():
    node, faults = read("n: true")
    node.whole("n", 0, 9)
    assert [str(each) for each in faults] == ["a.yaml:1: n: must be a whole number from 0 to 9"]


def test_a_number_left_out_takes_its_default():
    node, faults = read("other: 1")
    assert node.whole("n", 1, 9, default=5) == 5
    assert faults == []


def test_a_list_names_the_entry_that_is_there_twice():
    node, faults = read("ids:\n  - a\n  - b\n  - a\n")
    assert node.strings("ids") == ("a", "b")
    assert [str(each) for each in faults] == ["a.yaml:4: ids[3]: a is in the list twice"]


def test_a_list_that_is_needed_is_not_empty():
    node, faults = read("ids: []")
    node.strings("ids")
    assert [str(each) for each in faults] == [
        "a.yaml:1: ids: must be a list with at least one entry"
    ]


def test_reading_twice_notes_a_fault_once():
    node, faults = read("title: 3")
    node.string("title")
    node.string("title")
    assert len(faults) == 1


def test_a_tag_that_would_build_an_object_is_refused():
    _, faults = read("a: !!python/object/apply:os.getcwd []")
    assert "not valid YAML" in str(faults[0])


def test_a_list_instead_of_a_mapping_is_a_fault():
    node, faults = read("- a\n- b\n")
    node.only("key")
    assert [str(each) for each in faults] == ["a.yaml:1: must be a mapping of fields"]

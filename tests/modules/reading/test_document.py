"""A file is read into a model, or every fault is named with line, field and words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, model_validator

from modules.errors import Fault
from modules.reading.document import STRICT, Document, Key, distinct, dotted, refuse
from modules.text import Text, Words


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    key: Key
    size: Annotated[int, Field(ge=1, le=9)] = 1


class Window(BaseModel):
    model_config = STRICT

    opens: int = Field(ge=0)
    closes: int

    @model_validator(mode="after")
    def _in_order(self):
        refuse([(("closes",), "is before it opens")] if self.closes < self.opens else [])
        return self


@dataclass(frozen=True, slots=True)
class Everything:
    title: Text | None = None
    name: Words = "x"
    flag: bool = False
    share: Annotated[float, Field(gt=0)] = 1.0
    colour: Colour = Colour.RED
    colours: frozenset[Literal["red", "blue"]] = frozenset()
    day: date | None = None
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=3), distinct("key")] = ()
    codes: Annotated[tuple[Words, ...], distinct()] = ()
    labels: dict[int, Words] | None = None
    window: Window | None = None


def read(text, *rules):
    """Return what a file gives, and its faults as lines."""
    document = Document.parse("a.yaml", text.encode())
    found = document.read(Everything, *rules)
    return found, [str(fault) for fault in document.faults]


def test_a_place_is_written_as_a_person_counts():
    assert dotted(("quiz", 1, "question", "en")) == "quiz[2].question.en"


class TestValues:
    def test_each_becomes_what_the_model_says(self):
        found, faults = read(
            "title: {es: ' hola ', en: hello}\nflag: yes\nshare: 2\ncolour: blue\n"
            "colours: [red]\nday: 2027-12-31\nparts: [{key: a}]\nlabels: {-1: no pain, 0: 'no'}\n"
        )
        assert faults == []
        assert found == Everything(
            title=Text("hola", "hello"),
            flag=True,
            share=2.0,
            colour=Colour.BLUE,
            colours=frozenset({"red"}),
            day=date(2027, 12, 31),
            parts=(Part("a"),),
            labels={-1: "no pain", 0: "no"},
        )

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("title: hola", "1: title: must be a mapping with the fields es, en"),
            ("title: {es: hola}", "1: title.en: is missing"),
            ("\ntitle:\n  es: hola\n  en: 3",
             "4: title.en: must be text; put numbers, yes and no in quotes"),
            ("title: {es: hola, en: hello, fr: salut}",
             "1: title.fr: unknown field; known are es, en"),
            ("name: '  '", "1: name: is empty"),
            ("name:", "1: name: has no value"),
            ("flag: perhaps", "1: flag: must be true or false"),
            ("share: 0", "1: share: must be above 0, is 0"),
            ("share: .nan", "1: share: must be a number above 0"),
            ("colour: green", "1: colour: must be one of red, blue"),
            ("colours: [green]", "1: colours[1]: must be one of red, blue"),
            ("colours: red", "1: colours: must be a list"),
            ("day: 2027-13-45", "1: day: must be a date such as 2027-12-31"),
            ("parts: []", "1: parts: needs at least 1, has 0"),
            ("parts:\n  - key: a\n    size: 12", "3: parts[1].size: must be from 1 to 9, is 12"),
            ("parts: [{key: a, size: true}]",
             "1: parts[1].size: must be a whole number from 1 to 9"),
            ("parts: [{key: a, size: '2'}]",
             "1: parts[1].size: must be a whole number from 1 to 9"),
            ("parts: [{key: A}]",
             "1: parts[1].key: must be small letters, digits and underscores, a letter first"),
            ("parts:\n  - key: a\n  - key: b\n  - key: a", "4: parts[3].key: a is used twice"),
            ("codes:\n  - a\n  - b\n  - a\n", "4: codes[3]: a is used twice"),
            ("labels: {0: no}", "1: labels.0: must be text; put numbers, yes and no in quotes"),
            ("labels: {a: x}", "1: labels.a: must be a whole number"),
            ("labels: [x]", "1: labels: must be a mapping"),
            ("window:\n  opens: 3\n  closes: 2", "3: window.closes: is before it opens"),
            ("window: {opens: -1, closes: 2}", "1: window.opens: must be at least 0, is -1"),
            ("window: {opens: 1, closes: 2, size: 1}",
             "1: window.size: unknown field; known are opens, closes"),
            ("- a\n- b\n", "1: must be a mapping with the fields title, name, flag, share, "
             "colour, colours, day, parts, codes, labels, window"),
        ],
    )  # fmt: skip
    def test_another_is_named_by_line_field_and_reason(self, text, fault):
        found, faults = read(text)
        assert faults == [f"a.yaml:{fault}"]
        assert found is None


class TestAllAtOnce:
    def test_an_entry_that_is_wrong_is_counted_all_the_same(self):
        _, faults = read("parts: [{key: a, size: 0}]")
        assert faults == ["a.yaml:1: parts[1].size: must be from 1 to 9, is 0"]

    def test_every_fault_of_a_file_is_named(self):
        found, faults = read("flag: 3\nname: ''\ncolour: green\nsize: 1\n")
        assert found is None
        assert [fault.split(": ")[0] for fault in sorted(faults)] == [
            "a.yaml:1", "a.yaml:2", "a.yaml:3", "a.yaml:4",
        ]  # fmt: skip

    def test_a_rule_names_an_entry_by_its_key(self):
        def rule(found):
            yield ("parts", found.parts[1].key, "size"), "is too small"

        found, faults = read("parts:\n  - key: a\n  - key: b\n    size: 2\n", rule)
        assert faults == ["a.yaml:4: parts[2].size: is too small"]
        assert found is not None

    def test_a_place_that_is_not_written_has_the_line_of_what_is_around_it(self):
        document = Document.parse("a.yaml", b"parts:\n  - key: a\n")
        assert document.at(("parts", 0, "size", "unit"), "x").line == 2

    def test_a_moved_field_is_named_where_it_stands(self):
        document = Document.parse("a.yaml", b"note: a\nnote_es: b\n")
        document.moved[("note", "es")] = ("note_es",)
        assert document.at(("note", "es"), "x") == Fault("a.yaml", 2, "note_es", "x")


class TestNoYaml:
    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", "a.yaml: is empty"),
            ("# only words\n", "a.yaml: is empty"),
            ("a: 1\nb: [1\n", "a.yaml:3: not valid YAML: did not find expected ',' or ']'"),
            ("a: 1\n---\nb: 2\n", "a.yaml:2: not valid YAML: a second document begins"),
            ("a: &x [1]\nb: *x\n", "a.yaml:2: not valid YAML: aliases and tags are not read"),
            ("a: &x [*x]\n", "a.yaml:1: not valid YAML: aliases and tags are not read"),
            ("a: !!python/object/apply:os.getcwd []",
             "a.yaml:1: not valid YAML: aliases and tags are not read"),
            ("a: !!python/name:os.getcwd x", "a.yaml:1: not valid YAML: could not determine"),
            ("a: !!int x", "a.yaml:1: not valid YAML: is not what its tag says"),
            ("? [a]\n: 1", "a.yaml:1: not valid YAML: the name of a field must be plain text"),
            ("a: \x01", "a.yaml: not valid YAML: has a character that is no text"),
            ("[" * 90_000, "a.yaml:1: not valid YAML: exceeded maximum nesting depth"),
            ("[" * 30, "a.yaml:1: not valid YAML: is nested too deeply"),
            ("- " * 90_000, "a.yaml:1: not valid YAML: is nested too deeply"),
        ],
        ids=lambda value: value[:24],
    )  # fmt: skip
    def test_it_is_refused_with_its_line(self, text, fault):
        found, (named,) = read(text)
        assert named.startswith(fault)
        assert found is None

    def test_another_encoding_is_refused(self):
        document = Document.parse("a.yaml", "name: año".encode("latin-1"))
        assert document.read(Everything) is None
        assert [str(fault) for fault in document.faults] == ["a.yaml: is not UTF-8 text"]

    def test_a_field_written_twice_is_a_fault_of_its_second_line(self):
        _, faults = read("flag: true\nname: a\nflag: true\n")
        assert faults == ["a.yaml:3: flag: written twice"]

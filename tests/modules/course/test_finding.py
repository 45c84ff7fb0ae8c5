"""One of many exercises is found by its name and by the position it is done in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course import content, finding
from modules.course.exercise import Position

EXERCISES = tuple(content.load().exercises.values())
SOME = st.lists(st.sampled_from(EXERCISES), unique_by=lambda each: each.id)


@pytest.mark.parametrize("words", ["puente", "PUENTE", "  puénte ", "puen"])
def test_a_name_is_found_without_capitals_and_accents_and_by_a_part_of_it(words):
    assert "c3_bridge" in {each.id for each in finding.named(EXERCISES, words, "es_MX")}


def test_every_word_must_be_in_the_name_in_any_order():
    (bird_dog,) = (each for each in EXERCISES if each.id == "c6_bird_dog")
    first, *_between, last = bird_dog.name.es.split()
    assert bird_dog in finding.named(EXERCISES, f"{last} {first}", "es")
    assert finding.named(EXERCISES, f"{first} nowhere", "es") == []


def test_a_name_is_looked_for_in_the_readers_language():
    assert finding.named(EXERCISES, "puente", "en") == []


@given(SOME)
def test_no_words_find_all(exercises):
    assert finding.named(exercises, " ", "en") == exercises


@given(SOME)
def test_every_exercise_stands_once_under_its_position(exercises):
    found = finding.by_position(exercises)
    assert list(found) == [each for each in Position if each in found]
    assert all(each.position is position for position, those in found.items() for each in those)
    assert sorted(e.id for those in found.values() for e in those) == sorted(
        each.id for each in exercises
    )
    assert all(found.values())

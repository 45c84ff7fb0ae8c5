"""The curriculum keeps the order, finds things by key and never gives both directions."""

import pytest

from modules.course.curriculum import (
    Choice,
    Curriculum,
    Exercise,
    ExerciseGroup,
    Family,
    Lesson,
    Module,
    QuizQuestion,
)
from modules.course.dose import Dose
from modules.course.exercise import Direction, Phase, Position, SpinalLoad
from modules.course.welcome import Privacy, Welcome
from modules.errors import NotFound
from modules.safety.texts import Brochure, Safety, WarningPage
from modules.text import Text

WORDS = Text("hola", "hello")
NO_WELCOME = Welcome((), (), Privacy("1", (), (), ()))
NO_SAFETY = Safety((), (), (), (), (), WarningPage(WORDS, WORDS, WORDS), ())


def exercise(identifier, family=Family.CORE):
    facts = (Direction.NEUTRAL, Position.SUPINE, SpinalLoad.LOW, Phase.CONTROL)
    return Exercise(identifier, 1, family, *facts, WORDS, WORDS, WORDS, WORDS, Dose(1, 10, 3))


def question(key, right):
    choices = tuple(Choice(letter, WORDS, letter == right) for letter in "abc")
    return QuizQuestion(key, WORDS, choices, WORDS)


def module(key, number, **changes):
    fields = {
        "title": WORDS,
        "summary": WORDS,
        "goals": (WORDS,),
        "minutes": 30,
        "lessons": (Lesson("first", WORDS, 5, WORDS), Lesson("second", WORDS, 5, WORDS)),
        "quiz": (question("q1", "a"), question("q2", "c")),
        "card": WORDS,
    }
    return Module(key, number, **(fields | changes))


def curriculum(*modules, exercises=()):
    return Curriculum(
        modules,
        {each.id: each for each in exercises},
        NO_SAFETY,
        Brochure(WORDS, WORDS, ()),
        NO_WELCOME,
    )


class TestOrder:
    def test_modules_come_by_number_whatever_their_place(self):
        course = curriculum(module("third", 3), module("first", 1), module("second", 2))
        assert course.keys == ("first", "second", "third")

    def test_gaps_in_the_numbers_do_not_break_the_chain(self):
        course = curriculum(module("ten", 10), module("two", 2))
        assert course.module_after("two") == course.module("ten")

    def test_no_module_follows_the_last(self):
        assert curriculum(module("first", 1)).module_after("first") is None

    def test_a_lesson_is_followed_by_the_next_and_the_last_by_none(self):
        one = module("one", 1)
        assert one.lesson_after("first") == one.lesson("second")
        assert one.lesson_after("second") is None


class TestFinding:
    def test_an_unknown_module_is_not_found(self):
        with pytest.raises(NotFound):
            curriculum(module("one", 1)).module("two")

    def test_an_unknown_lesson_is_not_found(self):
        with pytest.raises(NotFound):
            module("one", 1).lesson("third")

    def test_an_unknown_exercise_is_not_found(self):
        with pytest.raises(NotFound):
            curriculum(module("one", 1)).exercise("x1")

    def test_exercises_of_a_family_keep_the_order_of_the_file(self):
        bend, hold, arch = (
            exercise("w1", Family.WILLIAMS), exercise("c1"), exercise("w0", Family.WILLIAMS),
        )  # fmt: skip
        course = curriculum(exercises=(bend, hold, arch))
        assert course.family(Family.WILLIAMS) == (bend, arch)


class TestDirectionRule:
    @pytest.fixture
    def course(self):
        groups = (
            ExerciseGroup("flexion", WORDS, WORDS, ("w1",)),
            ExerciseGroup("extension", WORDS, WORDS, ("m1",)),
        )
        directional = module(
            "directional", 3, exercises=("w1", "m1", "walk"), groups=groups, choose_one=True
        )
        return curriculum(directional, exercises=(exercise("w1"), exercise("m1"), exercise("walk")))

    def test_without_a_choice_neither_direction_is_given(self, course):
        assert course.module("directional").everyone() == ("walk",)

    def test_a_choice_gives_one_direction_only(self, course):
        assert course.module("directional").group("extension").exercises == ("m1",)

    def test_groups_that_are_levels_need_no_choice(self):
        levels = (ExerciseGroup("level_1", WORDS, WORDS, ("c1",)),)
        assert module("core", 4, exercises=("c1",), groups=levels).everyone() == ("c1",)


class TestMedia:
    def test_an_exercise_names_its_clip_by_language(self):
        assert exercise("c3_bridge").clip("es_MX").paths() == (
            "media/exercises/c3_bridge.es.mp4",
            "media/exercises/c3_bridge.es.webm",
            "media/exercises/c3_bridge.es.vtt",
            "media/exercises/c3_bridge.es.jpg",
        )

    def test_a_module_names_its_film_by_language(self):
        assert module("core", 4).film("en").captions == "media/lessons/core.en.vtt"

    def test_a_lesson_shows_the_film_of_its_module_one_of_its_own_or_none(self):
        lessons = (
            Lesson("first", WORDS, 5, WORDS, video=True),
            Lesson("second", WORDS, 5, WORDS),
            Lesson("third", WORDS, 5, WORDS, own_film=True),
        )
        core = module("core", 4, lessons=lessons)
        assert core.filmed == (lessons[0], lessons[2])
        assert [film and film.stem for film in (core.film_of(each, "es") for each in lessons)] == [
            "media/lessons/core.es",
            None,
            "media/lessons/core.third.es",
        ]
        assert core.films("en") == (core.film("en"), core.film_of(lessons[2], "en"))

"""The course a patient follows: modules in order, their lessons, checks and exercises.

Pure: frozen dataclasses, no files, no database. `content` reads them from a folder; the annotations
of the fields are what it asks of the files, and are not checked anywhere else.

Curriculum
├── Module              one folder of the content; `number` gives the order
│   ├── Lesson          a short text, with the module's film, one of its own, or none
│   ├── QuizQuestion    formative check: one right choice and an explanation
│   └── ExerciseGroup   a level or a direction; a prescription picks from these
├── Exercise            by id; belongs to a family, carries its dose and its safety codes
├── Safety              red flags, stop rules, the warning sign page
├── Brochure            conventional care, for both arms
└── Welcome             what a participant reads first, line by line for each arm
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from modules.course.exercise import Codes as Codes
from modules.course.exercise import Direction, Number, language_of
from modules.course.exercise import Exercise as Exercise
from modules.course.exercise import Family as Family
from modules.course.exercise import Media as Media
from modules.course.welcome import Welcome
from modules.errors import NotFound
from modules.reading.document import Key, Misfit, distinct
from modules.safety.texts import Brochure, ReplyTemplate, Safety
from modules.text import Markdown, Text

CHOICES = (Direction.FLEXION, Direction.EXTENSION)
"""The directions a participant may have."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One short lesson; `body` is Markdown; `minutes` is reading and watching together.

    `video`: it shows the film of its module. `own_film`: it shows one of its own.
    """

    key: Key
    title: Text
    minutes: Annotated[int, Field(ge=1, le=60)]
    body: Markdown
    video: bool = False
    own_film: bool = False

    @property
    def has_film(self) -> bool:
        """Whether it shows a film."""
        return self.video or self.own_film


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a quiz question; `key` is its letter (`a`, `b`, ...)."""

    key: str
    text: Text
    right: bool = False


def _one_is_right(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    right = sum(choice.right for choice in choices)
    if len(choices) < 2 or right != 1:
        raise ValueError(
            "needs two choices or more and exactly one marked right; "
            f"has {len(choices)}, {right} marked right"
        )
    return choices


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One formative question: one right choice, and an explanation shown to everybody."""

    key: Key
    question: Text
    choices: Annotated[tuple[Choice, ...], AfterValidator(_one_is_right)]
    explanation: Text

    @property
    def right(self) -> str:
        """Key of the right choice."""
        return next(choice.key for choice in self.choices if choice.right)


@dataclass(frozen=True, slots=True)
class ExerciseGroup:
    """Exercises that go together: a level of strength, or one direction of movement.

    In which week of a programme they are given, its protocol says.
    """

    key: Key
    title: Text
    note: Text
    exercises: Annotated[Codes, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the course; `minutes` is all lessons and the check together.

    `choose_one`: a patient gets the exercises of one group only, chosen by or with the therapist
    (the direction rule of module 3); `everyone` never holds such a group.
    """

    key: Key
    number: Number
    title: Text
    summary: Text
    goals: Annotated[tuple[Text, ...], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=240)]
    lessons: Annotated[tuple[Lesson, ...], Field(min_length=1), distinct("key")]
    quiz: Annotated[tuple[QuizQuestion, ...], Field(min_length=1), distinct("key")]
    card: Markdown
    exercises: Codes = ()
    groups: Annotated[tuple[ExerciseGroup, ...], distinct("key")] = ()
    choose_one: bool = False
    stop_if: Codes = ()

    def film(self, locale: str) -> Media:
        """Return the paths of the lesson film in one language."""
        return Media(f"media/lessons/{self.key}.{language_of(locale)}")

    @property
    def filmed(self) -> tuple[Lesson, ...]:
        """Return the lessons that show a film."""
        return tuple(lesson for lesson in self.lessons if lesson.has_film)

    def film_key(self, lesson: Lesson) -> str:
        """Return the key of the film a lesson shows: the module's, or one that names both."""
        return f"{self.key}.{lesson.key}" if lesson.own_film else self.key

    def film_of(self, lesson: Lesson, locale: str) -> Media | None:
        """Return the paths of the film a lesson shows in one language; None without one."""
        key = self.film_key(lesson)
        return Media(f"media/lessons/{key}.{language_of(locale)}") if lesson.has_film else None

    def films(self, locale: str) -> tuple[Media, ...]:
        """Return the paths of every film of its lessons in one language."""
        return tuple(filter(None, (self.film_of(lesson, locale) for lesson in self.lessons)))

    def lesson(self, key: str) -> Lesson:
        """Return a lesson by key; raise NotFound."""
        return _by_key(self.lessons, key)

    def lesson_after(self, key: str) -> Lesson | None:
        """Return the lesson that follows, or None after the last."""
        position = self.lessons.index(self.lesson(key)) + 1
        return self.lessons[position] if position < len(self.lessons) else None

    def group(self, key: str) -> ExerciseGroup:
        """Return a group of exercises by key; raise NotFound."""
        return _by_key(self.groups, key)

    def everyone(self) -> tuple[str, ...]:
        """Return the ids that need no choice: none of a directional module, else all."""
        if not self.choose_one:
            return self.exercises
        grouped = {identifier for group in self.groups for identifier in group.exercises}
        return tuple(identifier for identifier in self.exercises if identifier not in grouped)


def misfits_of_groups(module: Module) -> Iterator[Misfit]:
    """Yield where the groups do not fit the module's exercises or its choice of one."""
    if module.choose_one and len(module.groups) < 2:
        yield ("choose_one",), "needs at least two groups to choose from"
    for group in module.groups:
        for place, identifier in enumerate(group.exercises):
            if identifier not in module.exercises:
                reason = f"{identifier} is not among the exercises of this module"
                yield ("groups", group.key, "exercises", place), reason


def misfits_of_facts(module: Module, exercises: Mapping[str, Exercise]) -> Iterator[Misfit]:
    """Yield where a group mixes levels, or a direction holds what goes the other way."""
    for group in module.groups:
        place = ("groups", group.key)
        known = [exercises[each] for each in group.exercises if each in exercises]
        if len({each.level for each in known}) > 1 and not module.choose_one:
            yield (*place, "exercises"), "has exercises of different levels"
        if module.choose_one and group.key not in CHOICES:
            yield (*place, "key"), f"must be one of {', '.join(CHOICES)}"
        for each in known if module.choose_one else ():
            if each.direction not in (group.key, Direction.NEUTRAL):
                position = group.exercises.index(each.id)
                yield (*place, "exercises", position), f"{each.id} goes {each.direction}"


@dataclass(frozen=True, slots=True)
class Curriculum:
    """All the content of one folder; modules come in the order of their numbers.

    `version` is a digest of the text files: records can say which words a patient saw.
    """

    modules: tuple[Module, ...]
    exercises: Mapping[str, Exercise]
    safety: Safety
    brochure: Brochure
    welcome: Welcome
    version: str = field(default="")
    replies: tuple[ReplyTemplate, ...] = ()
    """Ready-made sentences for replies to a diary."""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.modules, key=lambda module: module.number))
        object.__setattr__(self, "modules", ordered)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules)

    def __len__(self) -> int:
        return len(self.modules)

    @property
    def keys(self) -> tuple[str, ...]:
        """Module keys in order."""
        return tuple(module.key for module in self.modules)

    def module(self, key: str) -> Module:
        """Return a module by key; raise NotFound."""
        return _by_key(self.modules, key)

    def module_after(self, key: str) -> Module | None:
        """Return the module that comes next, or None for the last."""
        position = self.modules.index(self.module(key)) + 1
        return self.modules[position] if position < len(self.modules) else None

    def exercise(self, identifier: str) -> Exercise:
        """Return an exercise by id; raise NotFound."""
        if identifier not in self.exercises:
            raise NotFound(identifier)
        return self.exercises[identifier]

    def reply(self, key: str) -> ReplyTemplate | None:
        """Return a ready-made reply by key; None for one the files no longer have."""
        return next((each for each in self.replies if each.key == key), None)

    def family(self, family: Family) -> tuple[Exercise, ...]:
        """Return all exercises of a family, in the order of the exercise file."""
        return tuple(found for found in self.exercises.values() if found.family is family)


Keyed = TypeVar("Keyed", Module, Lesson, ExerciseGroup)


def _by_key(found: tuple[Keyed, ...], key: str) -> Keyed:
    for entry in found:
        if entry.key == key:
            return entry
    raise NotFound(key)

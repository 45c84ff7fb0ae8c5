"""One exercise: what it asks of the spine, its dose, its safety codes, its easier and harder form.

Pure; the annotations of the fields are what `course.content` asks of `exercises.yaml`. What a
patient is given follows from these facts (`course.plan`), never from an exercise's name or module.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from modules.course.dose import Dose
from modules.reading.document import Key, Misfit, distinct
from modules.text import LabelledEnum, Text, Words

Codes = Annotated[tuple[Words, ...], distinct()]
Number = Annotated[int, Field(ge=1, le=99)]
Level = Annotated[int, Field(ge=1, le=3)]


class Family(StrEnum):
    """The school or kind an exercise belongs to."""

    WILLIAMS = "williams"
    MCKENZIE = "mckenzie"
    CORE = "core"
    MOBILITY = "mobility"
    STRETCH = "stretch"
    ERGONOMICS = "ergonomics"
    AEROBIC = "aerobic"
    BREATHING = "breathing"
    JACOBSON = "jacobson"


class Direction(LabelledEnum):
    """Which way an exercise loads the low back; the two are opposite, neutral goes with both."""

    FLEXION = "flexion", "hacia delante (flexión)", "forward (flexion)"
    EXTENSION = "extension", "hacia atrás (extensión)", "backward (extension)"
    NEUTRAL = "neutral", "neutra", "neutral"


class Position(LabelledEnum):
    """How the body lies, sits or stands at the start."""

    SUPINE = "supine", "boca arriba", "on the back"
    PRONE = "prone", "boca abajo", "on the front"
    SIDE_LYING = "side_lying", "de lado", "on the side"
    QUADRUPED = "quadruped", "en cuatro apoyos", "on hands and knees"
    SITTING = "sitting", "en una silla", "sitting"
    STANDING = "standing", "de pie", "standing"


class SpinalLoad(LabelledEnum):
    """How much an exercise loads the spine."""

    LOW = "low", "carga baja", "low load"
    MODERATE = "moderate", "carga moderada", "moderate load"
    HIGH = "high", "carga alta", "high load"


LOADS = tuple(SpinalLoad)
"""From the lowest to the highest."""


class Phase(LabelledEnum):
    """The parts of one exercise session, in their order."""

    WARM_UP = "warm_up", "calentar", "warm-up"
    CONTROL = "control", "control", "control"
    HOLD = "hold", "sostener", "hold"
    STRETCH = "stretch", "estirar", "stretch"
    WALK = "walk", "caminar", "walk"
    BREATHING = "breathing", "respirar y soltar", "breathe and let go"


PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Media:
    """Where one film lies, relative to the content folder; whether it is there, content.py says."""

    stem: str
    width: ClassVar[int] = 640
    """px, as the shipped films are drawn; a player takes the shape of a film that has another."""
    height: ClassVar[int] = 480

    @property
    def mp4(self) -> str:
        """H.264 film."""
        return f"{self.stem}.mp4"

    @property
    def webm(self) -> str:
        """VP9 film."""
        return f"{self.stem}.webm"

    @property
    def captions(self) -> str:
        """WebVTT captions."""
        return f"{self.stem}.vtt"

    @property
    def poster(self) -> str:
        """Still picture shown before the film starts."""
        return f"{self.stem}.jpg"

    def paths(self) -> tuple[str, ...]:
        """Return all four relative paths."""
        return (self.mp4, self.webm, self.captions, self.poster)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise in patient words; `contra` and `stop` are codes of the safety file.

    `easier` and `harder` are ids: what to do instead when it is too much or too little.
    """

    id: Key
    module: Number
    family: Family
    direction: Direction
    position: Position
    load: SpinalLoad
    phase: Phase
    name: Text
    start: Text
    movement: Text
    cue: Text
    dose: Dose
    level: Level | None = None
    easier: Key | None = None
    harder: Key | None = None
    clinical_name: Text | None = None
    """What the team calls it, where that differs from the patient's words."""
    errors: tuple[Text, ...] = ()
    progression: tuple[Text, ...] = ()
    targets: tuple[Text, ...] = ()
    contra: Codes = ()
    stop: Codes = ()
    note: Text | None = None
    target: Text | None = None
    """The dose to grow towards, where the protocol's source states one."""

    @property
    def staff_name(self) -> Text:
        """What the team calls it."""
        return self.clinical_name or self.name

    def clip(self, locale: str) -> Media:
        """Return the paths of the looping clip in one language."""
        return Media(f"media/exercises/{self.id}.{language_of(locale)}")


def language_of(locale: str) -> str:
    """Return the language whose films are shown in a locale."""
    return "en" if locale.lower().startswith("en") else "es"


def misfits_of_chains(exercises: Mapping[str, Exercise]) -> Iterator[Misfit]:
    """Yield where the easier and harder forms do not fit each other, with the exercise's place."""
    for each in exercises.values():
        for name, back in (("easier", "harder"), ("harder", "easier")):
            other = getattr(each, name)
            if other is None:
                continue
            place = ("exercises", each.id, name)
            if other not in exercises:
                yield place, f"{other} is not in this file"
            elif getattr(exercises[other], back) != each.id:
                yield place, f"{other} does not name {each.id} as its {back} form"
        if each.easier is not None and each.easier in exercises:
            yield from _misfits_of_step(exercises[each.easier], each)
        if _returns(each, exercises):
            yield ("exercises", each.id, "harder"), "leads back to itself"


def _misfits_of_step(easier: Exercise, harder: Exercise) -> Iterator[Misfit]:
    place = ("exercises", harder.id, "easier")
    if LOADS.index(easier.load) > LOADS.index(harder.load):
        yield place, f"{easier.id} loads the spine more than {harder.id}"
    if (easier.level or 0) > (harder.level or 3):
        yield place, f"{easier.id} is of a higher level than {harder.id}"
    if easier.direction is not harder.direction:
        yield place, f"{easier.id} goes in another direction than {harder.id}"


def _returns(first: Exercise, exercises: Mapping[str, Exercise]) -> bool:
    """Whether going on to harder forms comes back to where it began."""
    here, seen = first.harder, set[str]()
    while here is not None and here in exercises and here not in seen:
        if here == first.id:
            return True
        seen.add(here)
        here = exercises[here].harder
    return False

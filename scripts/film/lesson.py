"""Lesson films: cards in order, written in `content/<module>/film.yaml`.

A second film, of one lesson alone, is `content/<module>/film.<lesson>.yaml`. What a card says is
its caption, one sentence at a time, and never drawn: the picture is the same in every language.
What a safety card says is not written there: it names an order and stop rules of `safety.yaml`,
and each of its sentences stands as long as it takes to read it aloud.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cairocffi as cairo  # type: ignore[import-untyped]
import yaml

from modules.errors import NotFound
from modules.safety.texts import Order, Safety, StopOrder, StopRule
from modules.safety.wording import Wording
from modules.text import Text
from scripts.film import cards
from scripts.film.captions import Cue, shared_out
from scripts.film.clip import Clip, new_surface
from scripts.film.icons import ICONS
from scripts.film.paint import Context
from scripts.film.script import Exercise, ScriptFault
from scripts.film.timing import RATE

KINDS = ("title", "message", "safety", "closing")
MOST_WORDS = 14
WORDS_A_SECOND = 2.4
"""How fast a calm voice reads."""
PAUSE = 0.5  # seconds after each sentence that is read aloud
DISSOLVE = 10  # frames
ON_TWOS = 2  # a film's drawings stand for two frames each: calm movements stay smooth enough


@dataclass(frozen=True)
class Scene:
    """One card: what it says in both languages, what it shows and for how long.

    A safety card names its order in `icon`, and says a sentence for each sign; `parts` are the
    frames that each stands.
    """

    kind: str
    text: Text
    above: Text
    items: tuple[Text, ...]
    frames: int
    exercise: Exercise | None
    icon: str
    parts: tuple[int, ...] = ()

    @cached_property
    def clip(self) -> Clip | None:
        """Return the clip that plays, if any."""
        return Clip(self.exercise) if self.exercise else None

    def paint(self, ctx: Context, frame: int) -> None:
        """Draw the picture of the card."""
        if self.kind == "safety":
            cards.draw_safety(ctx, self.icon, self.part(frame), len(self.items))
        elif self.clip is not None:
            self.clip.paint_frame(ctx, frame % self.clip.frames)
            self.clip.paint_marks(ctx, frame % self.clip.frames)
        elif self.icon:
            cards.draw_icon_card(ctx, self.icon, frame / self.frames)

    def part(self, frame: int) -> int:
        """Return which sentence of a safety card is said at a frame."""
        ends = [sum(self.parts[: i + 1]) for i in range(len(self.parts))]
        return next(i for i, end in enumerate(ends) if frame < end)

    def spoken(self, language: str) -> str:
        """Return the words of the card."""
        above = self.above.get(language)
        said = [f"{above}:" if above else "", *(t.get(language) for t in (self.text, *self.items))]
        return " ".join(filter(None, said))

    def cues(self, start: int, language: str) -> list[Cue]:
        """Return the captions of a card that begins at the frame `start`."""
        if self.kind != "safety":
            end = (start + self.frames) / RATE
            return shared_out(start / RATE, end, self.spoken(language))
        cues, at = [], start
        for sentence, frames in zip(self.items, self.parts, strict=True):
            cues.append((at / RATE, (at + frames) / RATE, sentence.get(language)))
            at += frames
        return cues


@dataclass(frozen=True)
class Film:
    """The scenes of one module's lesson film."""

    key: str
    title: Text
    scenes: tuple[Scene, ...]

    @property
    def frames(self) -> int:
        """Return the length in frames."""
        return sum(scene.frames for scene in self.scenes)

    def cues(self, language: str) -> list[Cue]:
        """Return the captions of the whole film."""
        cues, at = [], 0
        for scene in self.scenes:
            cues += scene.cues(at, language)
            at += scene.frames
        return cues


def film_key(path: Path) -> str:
    """Return the key of a script: the module, and after a full stop the lesson it is for."""
    return ".".join([path.parent.name, *path.stem.split(".")[1:]])


def film_script(root: Path, key: str) -> Path:
    """Return where the script of a film lies in a folder of content."""
    module, _, lesson = key.partition(".")
    return root / module / (f"film.{lesson}.yaml" if lesson else "film.yaml")


def load_film(path: Path, exercises: Mapping[str, Exercise], safety: Safety) -> Film:
    """Read a film script; raise `ScriptFault` naming the module and the scene at fault."""
    key = film_key(path)
    with path.open(encoding="utf-8") as stream:
        raw = yaml.safe_load(stream)
    rows = raw["scenes"]
    scenes = tuple(
        _safety_scene(key, f"scene {i}", row, safety)
        if row["kind"] == "safety"
        else _scene(key, f"scene {i}", row, exercises, Wording(safety))
        for i, row in enumerate(rows, 1)
    )
    return Film(key, _text(raw["title"]), scenes)


def _safety_scene(key: str, place: str, row: Mapping[str, Any], safety: Safety) -> Scene:
    try:
        order = safety.order(StopOrder(row["order"]))
        rules = [safety.stop_rule(code) for code in row["signs"]]
    except (NotFound, ValueError, KeyError) as error:
        raise ScriptFault(key, place, f"not in safety.yaml: {error}") from error
    if strange := [rule.code for rule in rules if rule.order is not order.key]:
        raise ScriptFault(key, place, f"another order goes with {', '.join(strange)}")
    said = tuple(Text(*(_sentence(order, r, each) for each in ("es", "en"))) for r in rules)
    parts = tuple(_reading_frames(sentence) for sentence in said)
    nothing = Text("", "")
    return Scene("safety", nothing, nothing, said, sum(parts), None, order.key.value, parts)


def _sentence(order: Order, rule: StopRule, language: str) -> str:
    """Return what to do with a sign: whoever sees one caption alone knows it."""
    return f"{order.do.get(language)} {rule.short.get(language)}."


def _reading_frames(text: Text) -> int:
    """Return for how many frames a sentence stands to be read aloud, in the slower language."""
    words = max(len(text.get(language).split()) for language in ("es", "en"))
    return math.ceil((words / WORDS_A_SECOND + PAUSE) * RATE)


def _scene(
    key: str,
    place: str,
    row: Mapping[str, Any],
    exercises: Mapping[str, Exercise],
    wording: Wording,
) -> Scene:
    kind, shown = row["kind"], row.get("show", {})
    if kind not in KINDS:
        raise ScriptFault(key, place, f"unknown kind {kind}")
    if shown.get("exercise") and shown["exercise"] not in exercises:
        raise ScriptFault(key, place, f"unknown exercise {shown['exercise']}")
    if shown.get("icon") and shown["icon"] not in ICONS:
        raise ScriptFault(key, place, f"unknown icon {shown['icon']}")
    text = wording.text(_text(row))
    for words in (text.es, text.en):
        if len(words.split()) > MOST_WORDS:
            raise ScriptFault(key, place, f"more than {MOST_WORDS} words: {words}")
    return Scene(
        kind=kind,
        text=text,
        above=_text(row.get("above", {})),
        items=(),
        frames=round(row["seconds"] * RATE),
        exercise=exercises.get(shown.get("exercise", "")),
        icon=shown.get("icon", ""),
    )


def _text(row: Mapping[str, str]) -> Text:
    return Text(row.get("es", ""), row.get("en", ""))


def film_frames(film: Film) -> Iterator[bytes]:
    """Yield every frame of a film as BGRA bytes; the card before fades over the first of a card."""
    surface, ctx = new_surface()
    before: cairo.ImageSurface | None = None
    for index, scene in enumerate(film.scenes):
        picture = b""
        for frame in range(scene.frames):
            if frame % ON_TWOS == 0:
                _paint_card(ctx, film, index, frame)
                _dissolve(ctx, before, frame)
                surface.flush()
                picture = bytes(surface.get_data())
            yield picture
        before = _copy(surface)


def _dissolve(ctx: Context, before: cairo.ImageSurface | None, frame: int) -> None:
    """Let the card before fade away over the first frames of this one."""
    if before is not None and frame < DISSOLVE:
        ctx.set_source_surface(before)
        ctx.paint_with_alpha(1 - (frame + 1) / (DISSOLVE + 1))


def _copy(surface: cairo.ImageSurface) -> cairo.ImageSurface:
    twin, ctx = new_surface()
    ctx.set_source_surface(surface)
    ctx.paint()
    twin.flush()
    return twin


def _paint_card(ctx: Context, film: Film, index: int, frame: int) -> None:
    film.scenes[index].paint(ctx, frame)
    cards.draw_progress(ctx, index, len(film.scenes))


def paint_film_poster(film: Film) -> cairo.ImageSurface:
    """Return the poster: the title card."""
    return paint_card(film, 0, film.scenes[0].frames // 2)


def paint_card(film: Film, index: int, frame: int) -> cairo.ImageSurface:
    """Return one frame of one card."""
    surface, ctx = new_surface()
    _paint_card(ctx, film, index, frame)
    surface.flush()
    return surface

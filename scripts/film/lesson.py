"""Lesson films: cards in order, written in `content/<module>/film.yaml`.

What a safety card says is not written there: it names an order and stop rules of `safety.yaml`,
and stands as long as it takes to read it aloud.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cairocffi as cairo  # type: ignore[import-untyped]
import yaml

from modules.errors import NotFound
from modules.safety.texts import Safety, StopOrder
from modules.text import Text
from scripts.film import cards
from scripts.film.captions import Cue
from scripts.film.clip import Clip, new_surface
from scripts.film.icons import ICONS
from scripts.film.overlays import draw_pacer
from scripts.film.paint import Context
from scripts.film.script import Exercise, ScriptFault
from scripts.film.timing import RATE

KINDS = ("title", "message", "safety", "closing")
MOST_WORDS = 14
WORDS_A_SECOND = 2.4
"""How fast a calm voice reads."""
DISSOLVE = 10  # frames
ON_TWOS = 2  # a film's drawings stand for two frames each: calm movements stay smooth enough


@dataclass(frozen=True)
class Scene:
    """One card: what it says in both languages, what it shows and for how long."""

    kind: str
    text: Text
    above: Text
    items: tuple[Text, ...]
    frames: int
    exercise: Exercise | None
    icon: str

    @cached_property
    def clip(self) -> Clip | None:
        """Return the clip that plays above the words, if any."""
        return Clip(self.exercise, cards.FIGURE_AREA) if self.exercise else None

    def paint(self, ctx: Context, frame: int) -> None:
        """Draw the picture of the card, without words."""
        if self.clip is not None:
            self.clip.paint_frame(ctx, frame % self.clip.frames)
        elif self.icon:
            cards.draw_icon_card(ctx, self.icon, frame / self.frames)

    def paint_words(self, ctx: Context, language: str) -> None:
        """Draw the words of one language."""
        above = self.above.get(language)
        if self.kind == "safety":
            items = [item.get(language) for item in self.items]
            cards.draw_safety(ctx, self.text.get(language), items)
            return
        cards.draw_panel(ctx, self.kind, self.text.get(language), above)

    def paint_live(self, ctx: Context, frame: int, language: str) -> None:
        """Draw what moves and speaks: the breathing pacer of a breathing exercise."""
        if self.clip is not None and self.clip.exercise.paced:
            phase, share = self.clip.loop.at(frame % self.clip.frames)
            draw_pacer(ctx, self.clip.pacer(phase, share), language)

    def spoken(self, language: str) -> str:
        """Return the words of the card as one caption."""
        parts = [self.text.get(language), *(i.get(language) for i in self.items)]
        ordered = [self.above.get(language), *parts]
        return " ".join(part if part[-1:] in ".:;?!" else f"{part}." for part in ordered if part)


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
        """Return one caption for each card."""
        cues, at = [], 0
        for scene in self.scenes:
            start, at = at, at + scene.frames
            cues.append((start / RATE, at / RATE, scene.spoken(language)))
        return cues


def load_film(path: Path, exercises: Mapping[str, Exercise], safety: Safety) -> Film:
    """Read a film script; raise `ScriptFault` naming the module and the scene at fault."""
    key = path.parent.name
    with path.open(encoding="utf-8") as stream:
        raw = yaml.safe_load(stream)
    rows = raw["scenes"]
    scenes = tuple(
        _safety_scene(key, f"scene {i}", row, safety)
        if row["kind"] == "safety"
        else _scene(key, f"scene {i}", row, exercises)
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
    heading = Text(f"{order.do.es}:", f"{order.do.en}:")
    texts = (heading, *(rule.short for rule in rules))
    words = max(sum(len(text.get(language).split()) for text in texts) for language in ("es", "en"))
    return Scene(
        kind="safety",
        text=heading,
        above=Text("", ""),
        items=tuple(rule.short for rule in rules),
        frames=math.ceil(words / WORDS_A_SECOND + 1) * RATE,
        exercise=None,
        icon="",
    )


def _scene(
    key: str, place: str, row: Mapping[str, Any], exercises: Mapping[str, Exercise]
) -> Scene:
    kind, shown = row["kind"], row.get("show", {})
    if kind not in KINDS:
        raise ScriptFault(key, place, f"unknown kind {kind}")
    if shown.get("exercise") and shown["exercise"] not in exercises:
        raise ScriptFault(key, place, f"unknown exercise {shown['exercise']}")
    if shown.get("icon") and shown["icon"] not in ICONS:
        raise ScriptFault(key, place, f"unknown icon {shown['icon']}")
    text = _text(row)
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


def film_frames(film: Film, languages: Sequence[str]) -> Iterator[list[bytes]]:
    """Yield every frame of a film as BGRA bytes, one for each language."""
    base, base_ctx = new_surface()
    copies = [new_surface() for _ in languages]
    before: list[cairo.ImageSurface | None] = [None for _ in languages]
    for index, scene in enumerate(film.scenes):
        words = [_words_layer(scene, language) for language in languages]
        row: list[bytes] = []
        for frame in range(scene.frames):
            if frame % ON_TWOS:
                yield row
                continue
            if scene.kind != "safety":
                scene.paint(base_ctx, frame)
                cards.draw_progress(base_ctx, index, len(film.scenes))
                base.flush()
            row = []
            for i, (surface, ctx) in enumerate(copies):
                _compose(ctx, base, words[i])
                scene.paint_live(ctx, frame, languages[i])
                _dissolve(ctx, before[i], frame)
                surface.flush()
                row.append(bytes(surface.get_data()))
            yield row
        before = [_copy(surface) for surface, _ in copies]


def _words_layer(scene: Scene, language: str) -> cairo.ImageSurface:
    surface, ctx = new_surface()
    scene.paint_words(ctx, language)
    surface.flush()
    return surface


def _compose(ctx: Context, base: cairo.ImageSurface, words: cairo.ImageSurface) -> None:
    ctx.set_source_surface(base)
    ctx.paint()
    ctx.set_source_surface(words)
    ctx.paint()


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


def paint_film_poster(film: Film, language: str) -> cairo.ImageSurface:
    """Return the poster: the title card."""
    return paint_card(film, 0, language, film.scenes[0].frames // 2)


def paint_card(film: Film, index: int, language: str, frame: int) -> cairo.ImageSurface:
    """Return one frame of one card."""
    surface, ctx = new_surface()
    scene = film.scenes[index]
    if scene.kind != "safety":
        scene.paint(ctx, frame)
        cards.draw_progress(ctx, index, len(film.scenes))
    scene.paint_words(ctx, language)
    scene.paint_live(ctx, frame, language)
    surface.flush()
    return surface

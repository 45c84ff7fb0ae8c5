"""WebVTT captions for clips and lesson films: every sentence of a film, one at a time."""

import re
from collections.abc import Iterable
from pathlib import Path

from modules.text import Text
from scripts.film.clip import Clip
from scripts.film.timing import RATE, SHORTEST_HOLD, Phase

Cue = tuple[float, float, str]  # start and end in seconds, text

LETTERS_A_SECOND = 20  # how fast captions are read
AT_THE_TOP = "line:0"  # below lie the controls of a player, and the figure
WORDS = {
    "hold": Text("Mantén {seconds} s.", "Hold for {seconds} s."),
    "in": Text("Inhala {seconds} s.", "Breathe in for {seconds} s."),
    "out": Text("Exhala {seconds} s.", "Breathe out for {seconds} s."),
    "return": Text("Regresa despacio.", "Return slowly."),
    "R": Text("Lado derecho: {cue}", "Right side: {cue}"),
    "L": Text("Lado izquierdo: {cue}", "Left side: {cue}"),
    "tense": Text("Tensa: {group}.", "Tense: {group}."),
    "notice": Text("Suelta y nota la diferencia.", "Let go and notice the difference."),
}


def write_vtt(path: Path, cues: Iterable[Cue]) -> None:
    """Write a caption file; cues follow each other without overlap."""
    blocks = [f"{_stamp(a)} --> {_stamp(b)} {AT_THE_TOP}\n{text}\n" for a, b, text in cues]
    path.write_text("WEBVTT\n\n" + "\n".join(blocks), encoding="utf-8")


def _stamp(seconds: float) -> str:
    whole = int(seconds)
    thousandth = round((seconds - whole) * 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{thousandth:03d}"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with its stop."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def shared_out(start: float, end: float, text: str) -> list[Cue]:
    """Return one caption for each sentence, the time shared out by their letters."""
    parts = sentences(text)
    letters = sum(map(len, parts))
    cues, at = [], start
    for part in parts:
        then = end if part is parts[-1] else at + (end - start) * len(part) / letters
        cues.append((at, then, part))
        at = then
    return cues


def clip_cues(clip: Clip, language: str) -> list[Cue]:
    """Return what the captions of an exercise clip say, phase by phase.

    A cue that its movement is too short for stands on over the hold that follows.
    """
    cues: list[Cue] = []
    for phase, start in zip(clip.loop.phases, clip.loop.starts, strict=True):
        end = (start + phase.frames) / RATE
        text = _words(clip, phase, language)
        if cues and cues[-1][2] == text:
            cues[-1] = (cues[-1][0], end, text)
        elif cues and phase.kind == "hold" and _unread(cues[-1]):
            cues += _after(cues.pop(), end, text)
        else:
            cues.append((start / RATE, end, text))
    return [part for cue in cues for part in shared_out(*cue)]


def _unread(cue: Cue) -> bool:
    start, end, text = cue
    return end - start < len(text) / LETTERS_A_SECOND


def _after(cue: Cue, end: float, text: str) -> list[Cue]:
    """Return a cue made as long as it takes to read, and the text of its hold in what is left."""
    start, _, words = cue
    read = start + len(words) / LETTERS_A_SECOND
    if end - read < SHORTEST_HOLD:
        return [(start, end, words)]
    return [(start, read, words), (read, end, text)]


def _words(clip: Clip, phase: Phase, language: str) -> str:
    exercise = clip.exercise
    seconds = f"{phase.real_seconds:g}"
    if exercise.paced:
        breath = "in" if clip.pacer(phase, 0.0).inwards else "out"
        return WORDS[breath].get(language).format(seconds=seconds)
    if exercise.groups:
        return _group_words(clip, phase, language)
    if clip.hold(phase, 0.0):
        return WORDS["hold"].get(language).format(seconds=seconds)
    if exercise.dose.get("release_s") and _held(clip, phase):
        return WORDS["notice"].get(language)
    if not exercise.walking and not exercise.fade and _comes_back(clip, phase):
        return WORDS["return"].get(language)
    return _cue(clip, phase, language)


def _cue(clip: Clip, phase: Phase, language: str) -> str:
    """Return what to do, with the side that does it."""
    cue, side = clip.exercise.cue.get(language), clip.side(phase)
    if not side:
        return cue
    return WORDS[side].get(language).format(cue=cue[0].lower() + cue[1:])


def _comes_back(clip: Clip, phase: Phase) -> bool:
    """Return whether a movement leads back and lasts long enough to say so.

    It comes after a hold of its repetition, or last.
    """
    last = phase.segment == len(clip.exercise.keyframes) - 2
    late = phase.segment > 0 and (last or _held(clip, phase))
    return late and phase.seconds >= SHORTEST_HOLD and clip.loop.homeward(phase.segment)


def _held(clip: Clip, phase: Phase) -> bool:
    """Return whether its repetition has had its hold."""
    before = clip.loop.phases[: clip.loop.phases.index(phase)]
    return any(each.kind == "hold" and each.rep == phase.rep for each in before)


def _group_words(clip: Clip, phase: Phase, language: str) -> str:
    name = clip.exercise.groups[phase.rep]["name_es" if language == "es" else "name_en"]
    if phase.kind == "hold" or phase.segment == 0:
        return WORDS["tense"].get(language).format(group=name)
    return WORDS["notice"].get(language)

"""WebVTT captions for clips and lesson films."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from modules.text import Text
from scripts.film.clip import Clip
from scripts.film.overlays import WORDS
from scripts.film.timing import RATE, Phase

Cue = tuple[float, float, str]  # start and end in seconds, text

RETURN = Text("Regresa despacio.", "Return slowly.")
OTHER_SIDE = Text("Ahora del otro lado.", "Now the other side.")
NOTICE = Text("Suelta y nota la diferencia.", "Let go and notice the difference.")


def write_vtt(path: Path, cues: Iterable[Cue]) -> None:
    """Write a caption file; cues follow each other without overlap."""
    blocks = [f"{_stamp(a)} --> {_stamp(b)}\n{text}\n" for a, b, text in cues]
    path.write_text("WEBVTT\n\n" + "\n".join(blocks), encoding="utf-8")


def _stamp(seconds: float) -> str:
    whole = int(seconds)
    thousandth = round((seconds - whole) * 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{thousandth:03d}"


def clip_cues(clip: Clip, language: str) -> list[Cue]:
    """Return what the captions of an exercise clip say, phase by phase."""
    loop = clip.loop
    cues: list[Cue] = []
    for i, phase in enumerate(loop.phases):
        start = loop.starts[i] / RATE
        text = _words(clip, phase, language, loop.phases[:i])
        if cues and cues[-1][2] == text:
            cues[-1] = (cues[-1][0], start + phase.seconds, text)
        else:
            cues.append((start, start + phase.seconds, text))
    return cues


def _words(clip: Clip, phase: Phase, language: str, before: Sequence[Phase]) -> str:
    exercise = clip.exercise
    if exercise.paced:
        pacer = clip.pacer(phase, 0.0)
        return f"{WORDS['in' if pacer.inwards else 'out'].get(language)} {phase.real_seconds:g} s."
    if exercise.groups:
        return _group_words(clip, phase, language)
    if phase.kind == "hold" and phase.real_seconds >= 2:
        return f"{WORDS['hold'].get(language)} {phase.real_seconds:g} s."
    cue = exercise.cue.get(language)
    if exercise.walking or exercise.fade or phase.segment == 0:
        return f"{OTHER_SIDE.get(language)} {cue}" if phase.variant else cue
    same = [p for p in before if p.rep == phase.rep]
    backwards = any(p.kind == "hold" for p in same) or phase.segment == _last(clip)
    return RETURN.get(language) if backwards else cue


def _last(clip: Clip) -> int:
    return len(clip.exercise.keyframes) - 2


def _group_words(clip: Clip, phase: Phase, language: str) -> str:
    name = clip.exercise.groups[phase.rep]["name_es" if language == "es" else "name_en"]
    if phase.kind == "hold" or phase.segment == 0:
        return f"{WORDS['tense'].get(language)}: {name}."
    return NOTICE.get(language)

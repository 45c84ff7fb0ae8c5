"""Render the media pack: every clip and lesson film in every language, unchanged ones skipped."""

import ast
import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from modules.course import content
from scripts.film import encode
from scripts.film.captions import Cue, clip_cues, write_vtt
from scripts.film.clip import Clip, clip_frames, paint_poster
from scripts.film.lesson import (
    film_frames,
    film_key,
    film_script,
    load_film,
    paint_film_poster,
)
from scripts.film.script import load_exercises
from scripts.film.sheet import draw_sheet
from scripts.film.timing import RATE

MANIFEST = "pack.json"
SUFFIXES = ("mp4", "webm", "vtt", "jpg")
CARD_CODE = {"cards.py", "icon_parts.py", "icons.py", "lesson.py"}
NOT_DRAWING = {"render.py", "sheet.py", "__init__.py", "__main__.py"}
MODULE_KEYS = ("education", "ergonomics", "directional", "core", "relaxation")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Job:
    """One clip or film still to be made, with the hash of what it is made from."""

    kind: str  # exercises or lessons
    key: str
    content_root: Path
    out_dir: Path
    languages: tuple[str, ...]
    digest: str


def render(
    content_root: Path,
    out_dir: Path,
    languages: Sequence[str] = ("es", "en"),
    only: Iterable[str] | None = None,
    progress: Progress = lambda done, total, name: None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Render what has changed and return the manifest.

    `only` limits the work to these exercise ids or module keys. `progress` is called with the
    number done, the number to do and the name just finished, empty before the first. `workers`
    is the number of processes, one a core unless given. Raises `ScriptFault`, `EncoderMissing`,
    `EncoderFailed`.
    """
    encode.find_ffmpeg()
    for kind in ("exercises", "lessons"):
        (out_dir / kind).mkdir(parents=True, exist_ok=True)
    manifest = read_manifest(out_dir)
    wanted = set(only) if only is not None else None
    jobs = [j for j in _jobs(content_root, out_dir, tuple(languages))
            if (wanted is None or j.key in wanted) and not _fresh(j, manifest)]  # fmt: skip
    if jobs:
        progress(0, len(jobs), "")
    for done, (job, entry) in enumerate(_work(jobs, workers or os.cpu_count() or 1), start=1):
        manifest[job.kind][job.key] = entry
        _write_manifest(out_dir, manifest)
        progress(done, len(jobs), job.key)
    return manifest


def contact_sheet(out_path: Path, content_root: Path) -> None:
    """Write a PNG with the start and end pose of every exercise."""
    draw_sheet(load_exercises(content_root / "exercises.yaml").values(), out_path)


def read_manifest(out_dir: Path) -> dict[str, Any]:
    """Return the manifest of a pack, empty for a new one."""
    path = out_dir / MANIFEST
    if not path.exists():
        return {"exercises": {}, "lessons": {}}
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _write_manifest(out_dir: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (out_dir / MANIFEST).write_text(text, encoding="utf-8")


def _jobs(content_root: Path, out_dir: Path, languages: tuple[str, ...]) -> Iterator[Job]:
    # what a clip shows and says; texts that only the pages use do not make a clip stale
    facts = {k: repr(e) for k, e in load_exercises(content_root / "exercises.yaml").items()}
    code = _code_hash(skip=CARD_CODE | NOT_DRAWING)
    for key, text in facts.items():
        yield Job("exercises", key, content_root, out_dir, languages, _digest(code, text))
    code, safety = _code_hash(skip=NOT_DRAWING), content.load(content_root).safety
    signs = repr((safety.orders, safety.stop_rules, safety.colours))
    for key in film_keys(content_root):
        script = film_script(content_root, key).read_text(encoding="utf-8")
        shown = [text for name, text in sorted(facts.items()) if name in script]
        yield Job(
            "lessons", key, content_root, out_dir, languages, _digest(code, script, signs, *shown)
        )


def film_keys(content_root: Path) -> list[str]:
    """Return the keys of the film scripts, those of the five modules of the course first."""
    found = sorted(film_key(path) for path in content_root.glob("*/film*.yaml"))
    places = {key: place for place, key in enumerate(MODULE_KEYS)}
    return sorted(found, key=lambda key: places.get(key.partition(".")[0], len(places)))


def _code_hash(skip: set[str]) -> str:
    """Return the hash of the code that draws."""
    folder = Path(__file__).resolve().parent
    files = sorted(path for path in folder.glob("*.py") if path.name not in skip)
    return _digest(*(_without_imports(path.read_text(encoding="utf-8")) for path in files))


def _without_imports(source: str) -> str:
    """Return the code without its import lines: a module that moves makes no clip stale."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    return "\n".join(filter(None, lines))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:24]


def _fresh(job: Job, manifest: dict[str, Any]) -> bool:
    """Return whether every file of a job is there and made from the same data and code."""
    known = manifest[job.kind].get(job.key, {})
    languages = set(job.languages) <= set(known.get("languages", ()))
    return (
        known.get("made_from") == job.digest
        and languages
        and all(
            path.exists() for language in job.languages for path in _paths(job, language).values()
        )
    )


def _paths(job: Job, language: str) -> dict[str, Path]:
    folder = job.out_dir / job.kind
    return {suffix: folder / f"{job.key}.{language}.{suffix}" for suffix in SUFFIXES}


def _work(jobs: list[Job], workers: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    if workers < 2 or len(jobs) < 2:
        yield from map(_make, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_make, jobs)


def _make(job: Job) -> tuple[Job, dict[str, Any]]:
    frames = _make_clip(job) if job.kind == "exercises" else _make_film(job)
    return job, {
        "made_from": job.digest,
        "seconds": round(frames / RATE, 3),
        "languages": list(job.languages),
    }


def _make_clip(job: Job) -> int:
    clip = Clip(load_exercises(job.content_root / "exercises.yaml")[job.key])
    drawn = job.languages if clip.speaks else job.languages[:1]
    _encode(job, clip_frames(clip, drawn), drawn, encode.CLIP_QUALITY)
    _write_beside(job, _pixels(paint_poster(clip)), partial(clip_cues, clip))
    return clip.frames


def _make_film(job: Job) -> int:
    exercises = load_exercises(job.content_root / "exercises.yaml")
    safety = content.load(job.content_root).safety
    film = load_film(film_script(job.content_root, job.key), exercises, safety)
    rows = ([picture] for picture in film_frames(film))
    _encode(job, rows, job.languages[:1], encode.FILM_QUALITY)
    _write_beside(job, _pixels(paint_film_poster(film)), film.cues)
    return film.frames


def _encode(
    job: Job,
    rows: Iterable[Sequence[bytes]],
    drawn: tuple[str, ...],
    quality: tuple[int, int],
) -> None:
    """Write the videos of the languages drawn; the others get the same film."""
    encode.encode(rows, [list(_videos(job, language).values()) for language in drawn], quality)
    for language in job.languages[len(drawn) :]:
        for suffix, path in _videos(job, language).items():
            shutil.copyfile(_videos(job, drawn[0])[suffix], path)


def _videos(job: Job, language: str) -> dict[str, Path]:
    return {suffix: _paths(job, language)[suffix] for suffix in ("mp4", "webm")}


def _write_beside(job: Job, poster: bytes, cues: Callable[[str], list[Cue]]) -> None:
    """Write poster and captions of every language."""
    for language in job.languages:
        files = _paths(job, language)
        encode.write_jpeg(poster, files["jpg"])
        write_vtt(files["vtt"], cues(language))


def _pixels(surface: Any) -> bytes:
    """Return a picture's BGRA bytes; its memory lives only as long as the surface itself."""
    return bytes(surface.get_data())

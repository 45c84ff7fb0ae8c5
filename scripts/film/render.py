"""Render the media pack: every clip and lesson film in every language, unchanged ones skipped."""

import ast
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from modules.course import content
from modules.text import Text
from scripts.film import encode
from scripts.film.captions import clip_cues, write_vtt
from scripts.film.clip import Clip, clip_frames, paint_poster
from scripts.film.lesson import Film, film_frames, load_film, paint_film_poster
from scripts.film.script import Exercise, load_exercises
from scripts.film.sheet import draw_sheet
from scripts.film.timing import RATE

MANIFEST = "pack.json"
SUFFIXES = ("mp4", "webm", "vtt", "jpg")
CARD_CODE = {"cards.py", "icons.py", "lesson.py"}
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
    draw_sheet(filmed(content_root).values(), out_path)


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
    facts = {k: repr(e) for k, e in filmed(content_root).items()}
    code = _code_hash(skip=CARD_CODE | NOT_DRAWING)
    for key, text in facts.items():
        yield Job("exercises", key, content_root, out_dir, languages, _digest(code, text))
    code, safety = _code_hash(skip=NOT_DRAWING), content.load(content_root).safety
    signs = repr((safety.orders, safety.stop_rules))
    for key in film_keys(content_root):
        script = (content_root / key / "film.yaml").read_text(encoding="utf-8")
        shown = [text for name, text in sorted(facts.items()) if name in script]
        yield Job(
            "lessons", key, content_root, out_dir, languages, _digest(code, script, signs, *shown)
        )


def filmed(content_root: Path) -> dict[str, Exercise]:
    """Return the exercises as their clips name them: by the clinical name where there is one."""
    path = content_root / "exercises.yaml"
    rows = {row["id"]: row for row in yaml.safe_load(path.read_text("utf-8"))["exercises"]}
    return {
        key: replace(each, name=Text(row["clinical_name_es"], row["clinical_name_en"]))
        if "clinical_name_es" in (row := rows[key])
        else each
        for key, each in load_exercises(path).items()
    }


def film_keys(content_root: Path) -> list[str]:
    """Return the modules that have a film script, the five of the course first."""
    found = [path.parent.name for path in sorted(content_root.glob("*/film.yaml"))]
    return sorted(found, key=lambda k: MODULE_KEYS.index(k) if k in MODULE_KEYS else len(found))


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
    exercise = filmed(job.content_root)[job.key]
    clip = Clip(exercise)
    paths = [_paths(job, language) for language in job.languages]
    videos = [[files["mp4"], files["webm"]] for files in paths]
    encode.encode(clip_frames(clip, job.languages), videos, encode.CLIP_QUALITY)
    for language, files in zip(job.languages, paths, strict=True):
        encode.write_jpeg(_pixels(paint_poster(clip, language)), files["jpg"])
        write_vtt(files["vtt"], clip_cues(clip, language))
    return clip.frames


def _make_film(job: Job) -> int:
    exercises = filmed(job.content_root)
    safety = content.load(job.content_root).safety
    film: Film = load_film(job.content_root / job.key / "film.yaml", exercises, safety)
    paths = [_paths(job, language) for language in job.languages]
    videos = [[files["mp4"], files["webm"]] for files in paths]
    encode.encode(film_frames(film, job.languages), videos, encode.FILM_QUALITY)
    for language, files in zip(job.languages, paths, strict=True):
        encode.write_jpeg(_pixels(paint_film_poster(film, language)), files["jpg"])
        write_vtt(files["vtt"], film.cues(language))
    return film.frames


def _pixels(surface: Any) -> bytes:
    """Return a picture's BGRA bytes; its memory lives only as long as the surface itself."""
    return bytes(surface.get_data())

"""Rendering: files of both kinds, nothing twice, nothing half."""

import shutil

import pytest

from scripts.film import encode, render


@pytest.fixture
def made(monkeypatch, tmp_path, content_root):
    """Replace drawing by empty files; return the names made and a way to render."""
    names = []

    def make(job):
        names.append(job.key)
        for language in job.languages:
            for path in render._paths(job, language).values():
                path.write_bytes(b"")
        return job, {"made_from": job.digest, "seconds": 1.0, "languages": list(job.languages)}

    monkeypatch.setattr(render, "_make", make)
    content = tmp_path / "content"
    shutil.copytree(content_root, content, ignore=shutil.ignore_patterns("media"))

    def run(**options):
        names.clear()
        render.render(content, tmp_path / "out", workers=1, **options)
        return list(names)

    run.content = content
    run.out = tmp_path / "out"
    return run


def test_a_first_run_makes_every_clip_and_every_film(made):
    assert len(made()) == 42 + 6


def test_a_second_run_makes_nothing(made):
    made()
    assert made() == []


def test_only_the_exercise_whose_data_changed_is_made_again(made):
    made()
    path = made.content / "exercises.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{t: 2, label: tilt, pel: 18", "{t: 2, label: tilt, pel: 16"),
                    encoding="utf-8")  # fmt: skip
    again = made()
    assert [name for name in again if name.partition(".")[0] not in render.MODULE_KEYS] == [
        "w1_pelvic_tilt"
    ]
    assert "directional" in again
    assert "education" not in again


def test_a_lost_file_is_made_again(made):
    made()
    (made.out / "exercises" / "c3_bridge.en.webm").unlink()
    assert made() == ["c3_bridge"]


def test_only_what_is_asked_for_is_made(made):
    assert made(only=["e5_walk", "core"]) == ["e5_walk", "core"]


def test_progress_counts_to_the_end(made):
    seen = []
    made(only=["e5_walk", "core"], progress=lambda *step: seen.append(step))
    assert seen == [(0, 2, ""), (1, 2, "e5_walk"), (2, 2, "core")]


def test_both_encoders_write_a_whole_file(tmp_path):
    paths = [tmp_path / "a.mp4", tmp_path / "a.webm"]
    frame = bytes(640 * 480 * 4)
    encode.encode([[frame]] * 12, [paths], encode.CLIP_QUALITY)
    assert paths[0].read_bytes()[4:8] == b"ftyp"
    assert paths[1].read_bytes()[:4] == b"\x1a\x45\xdf\xa3"


def test_an_interrupted_drawing_leaves_no_file(tmp_path):
    def broken():
        yield [bytes(640 * 480 * 4)]
        raise RuntimeError("the drawing failed")

    with pytest.raises(RuntimeError, match="the drawing failed"):
        encode.encode(broken(), [[tmp_path / "a.mp4"]], encode.CLIP_QUALITY)
    assert list(tmp_path.iterdir()) == []


def test_a_poster_is_a_jpeg(tmp_path):
    encode.write_jpeg(bytes(640 * 480 * 4), tmp_path / "a.jpg")
    assert (tmp_path / "a.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_without_any_ffmpeg_the_fault_is_named(monkeypatch):
    monkeypatch.setattr(encode.shutil, "which", lambda name: None)
    monkeypatch.setattr(encode.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(encode.EncoderMissing, match="film"):
        encode.find_ffmpeg()


def test_a_module_that_moves_makes_no_clip_stale():
    drawn = "import math\nfrom a.b import (\n    c,\n)\n\nx = math.pi\n"
    assert render._without_imports(drawn) == render._without_imports(
        "from a.z import c\nx = math.pi"
    )
    assert render._without_imports(drawn) != render._without_imports("x = math.tau")

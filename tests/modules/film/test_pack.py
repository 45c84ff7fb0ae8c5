"""The shipped media pack is whole: every clip and film, both languages, as promised."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CONTENT = Path(__file__).resolve().parents[3] / "modules" / "content"
MEDIA = CONTENT / "media"
MANIFEST = json.loads((MEDIA / "pack.json").read_text(encoding="utf-8"))
EXERCISE_IDS = re.findall(
    r"^- id: (\w+)$", (CONTENT / "exercises.yaml").read_text(encoding="utf-8"), re.M
)
FILMS = ("education", "ergonomics", "directional", "core", "relaxation")
LANGUAGES = ("es", "en")
STEMS = [(kind, f"{key}.{language}")
         for kind, keys in (("exercises", EXERCISE_IDS), ("lessons", FILMS))
         for key in keys for language in LANGUAGES]  # fmt: skip
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def probe():
    """Return a function that tells codec, size and seconds of a video."""
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        pytest.importorskip("imageio_ffmpeg", reason="neither ffmpeg nor imageio-ffmpeg is there")
        import imageio_ffmpeg

        ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()

    def read(path):
        told = subprocess.run(
            [ffmpeg, "-hide_banner", "-i", str(path)], capture_output=True, text=True, check=False
        ).stderr
        hours, minutes, seconds = re.search(r"Duration: (\d+):(\d+):([\d.]+)", told).groups()
        video = re.search(r"Video: (\w+)( \(\w+\))?.*?, (yuv\w+).*?, (\d+x\d+)", told)
        rate = re.search(r"([\d.]+) fps", told).group(1)
        length = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        return video.group(1), (video.group(2) or ""), video.group(3), video.group(4), rate, length

    return read


def seconds_of(kind, stem):
    """Return the length the manifest gives."""
    return MANIFEST[kind][stem.rsplit(".", 1)[0]]["seconds"]


def test_the_pack_holds_every_exercise_and_film_and_nothing_else():
    expected = {f"{kind}/{stem}.{suffix}" for kind, stem in STEMS
                for suffix in ("mp4", "webm", "vtt", "jpg")}  # fmt: skip
    found = {str(p.relative_to(MEDIA)) for p in MEDIA.rglob("*") if p.is_file()}
    assert found == expected | {"pack.json"}


def test_there_are_forty_two_exercises():
    assert len(EXERCISE_IDS) == 42


def test_the_pack_stays_below_sixty_megabytes():
    assert sum(p.stat().st_size for p in MEDIA.rglob("*") if p.is_file()) <= 60 * MEGABYTE


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_a_clip_is_small(kind, stem):
    most = 400_000 if kind == "exercises" else 2 * MEGABYTE
    for suffix in ("mp4", "webm"):
        assert (MEDIA / kind / f"{stem}.{suffix}").stat().st_size < most
    assert (MEDIA / kind / f"{stem}.jpg").stat().st_size <= 30_000


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_the_mp4_is_h264_main_in_the_right_size_and_length(probe, kind, stem):
    codec, profile, pixels, size, rate, length = probe(MEDIA / kind / f"{stem}.mp4")
    assert (codec, profile, pixels, size) == ("h264", " (Main)", "yuv420p", "640x480")
    assert rate == "24"
    assert length == pytest.approx(seconds_of(kind, stem), abs=0.1)


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_the_webm_is_vp9_in_the_right_size_and_length(probe, kind, stem):
    codec, _, pixels, size, _, length = probe(MEDIA / kind / f"{stem}.webm")
    assert (codec, pixels, size) == ("vp9", "yuv420p", "640x480")
    assert length == pytest.approx(seconds_of(kind, stem), abs=0.1)


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_the_mp4_starts_to_play_before_it_is_loaded(kind, stem):
    data = (MEDIA / kind / f"{stem}.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_the_captions_cover_the_film_in_order(kind, stem):
    text = (MEDIA / kind / f"{stem}.vtt").read_text(encoding="utf-8")
    times = [int(h) * 3600 + int(m) * 60 + float(s)
             for h, m, s in re.findall(r"(\d\d):(\d\d):(\d\d\.\d{3})", text)]  # fmt: skip
    assert text.startswith("WEBVTT\n\n")
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] == pytest.approx(seconds_of(kind, stem), abs=0.01)


@pytest.mark.parametrize(("kind", "stem"), STEMS)
def test_the_poster_is_a_jpeg(kind, stem):
    assert (MEDIA / kind / f"{stem}.jpg").read_bytes()[:2] == b"\xff\xd8"

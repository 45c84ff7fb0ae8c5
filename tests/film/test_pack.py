"""The shipped media pack is whole: every clip and film, both languages, as promised."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from modules.course import content
from scripts.film.captions import sentences
from scripts.film.render import film_keys
from tests.film.table import EXERCISE_IDS, every

MEDIA = content.shipped() / "media"
MANIFEST = json.loads((MEDIA / "pack.json").read_text(encoding="utf-8"))
FILMS = film_keys(content.shipped())
LANGUAGES = ("es", "en")
STEMS = [f"{kind}/{key}.{language}"
         for kind, keys in (("exercises", EXERCISE_IDS), ("lessons", FILMS))
         for key in keys for language in LANGUAGES]  # fmt: skip
MEGABYTE = 1_000_000


def probe(path: Path, asked: str) -> dict:
    """Return what ffprobe says of a file."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", asked, str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def video(path: Path) -> tuple[dict, float]:
    """Return the only stream of a film and its length in seconds."""
    asked = "stream=codec_name,profile,pix_fmt,width,height,r_frame_rate:format=duration"
    told = probe(path, asked)
    (stream,) = told["streams"]
    return stream, float(told["format"]["duration"])


def seconds_of(stem):
    """Return the length the manifest gives."""
    kind, _, name = stem.partition("/")
    return MANIFEST[kind][name.rsplit(".", 1)[0]]["seconds"]


def test_the_pack_holds_every_exercise_and_film_and_nothing_else():
    expected = {f"{stem}.{suffix}" for stem in STEMS
                for suffix in ("mp4", "webm", "vtt", "jpg")}  # fmt: skip
    found = {str(p.relative_to(MEDIA)) for p in MEDIA.rglob("*") if p.is_file()}
    assert found == expected | {"pack.json"}


def test_there_are_forty_two_exercises():
    assert len(EXERCISE_IDS) == 42


def test_the_pack_stays_below_sixty_megabytes():
    assert sum(p.stat().st_size for p in MEDIA.rglob("*") if p.is_file()) <= 60 * MEGABYTE


@every("stem", STEMS)
def test_a_clip_is_small(stem):
    most = 400_000 if stem.startswith("exercises/") else 2 * MEGABYTE
    for suffix in ("mp4", "webm"):
        assert (MEDIA / f"{stem}.{suffix}").stat().st_size < most
    assert (MEDIA / f"{stem}.jpg").stat().st_size <= 30_000


@every("stem", STEMS)
def test_the_mp4_is_h264_main_in_the_right_size_and_length(stem):
    stream, length = video(MEDIA / f"{stem}.mp4")
    assert stream == {
        "codec_name": "h264",
        "profile": "Main",
        "pix_fmt": "yuv420p",
        "width": 640,
        "height": 480,
        "r_frame_rate": "24/1",
    }
    assert length == pytest.approx(seconds_of(stem), abs=0.1)


@every("stem", STEMS)
def test_the_webm_is_vp9_in_the_right_size_and_length(stem):
    stream, length = video(MEDIA / f"{stem}.webm")
    size = (stream["width"], stream["height"])
    assert (stream["codec_name"], stream["pix_fmt"], size) == ("vp9", "yuv420p", (640, 480))
    assert length == pytest.approx(seconds_of(stem), abs=0.1)


@every("stem", STEMS)
def test_the_mp4_starts_to_play_before_it_is_loaded(stem):
    data = (MEDIA / f"{stem}.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@every("stem", STEMS)
def test_the_captions_cover_the_film_in_order(stem):
    text = (MEDIA / f"{stem}.vtt").read_text(encoding="utf-8")
    times = [int(h) * 3600 + int(m) * 60 + float(s)
             for h, m, s in re.findall(r"(\d\d):(\d\d):(\d\d\.\d{3})", text)]  # fmt: skip
    assert text.startswith("WEBVTT\n\n")
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] == pytest.approx(seconds_of(stem), abs=0.01)


@every("stem", STEMS)
def test_the_captions_stand_above_the_picture_one_sentence_at_a_time(stem):
    blocks = (MEDIA / f"{stem}.vtt").read_text(encoding="utf-8").split("\n\n")[1:]
    assert blocks
    for block in blocks:
        time, text = block.strip().split("\n")
        assert time.endswith(" line:0")
        assert len(sentences(text)) == 1


@every("key", FILMS)
def test_a_lesson_film_is_the_same_in_both_languages(key):
    for suffix in ("mp4", "webm", "jpg"):
        spanish, english = (MEDIA / f"lessons/{key}.{each}.{suffix}" for each in LANGUAGES)
        assert spanish.read_bytes() == english.read_bytes()


@every("stem", STEMS)
def test_the_captions_are_read_as_such_by_a_player(stem):
    told = probe(MEDIA / f"{stem}.vtt", "format=format_name:stream=codec_name:packet=pts")
    text = (MEDIA / f"{stem}.vtt").read_text(encoding="utf-8")
    assert told["format"]["format_name"] == told["streams"][0]["codec_name"] == "webvtt"
    assert len(told["packets"]) == text.count(" --> ")


@every("stem", STEMS)
def test_the_poster_is_a_jpeg(stem):
    assert (MEDIA / f"{stem}.jpg").read_bytes()[:2] == b"\xff\xd8"

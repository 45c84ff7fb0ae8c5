"""What a file is, read from its bytes: real films by ffmpeg, and bytes that are none."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.course.content import shipped
from modules.course.video_file import VideoRefused, inspect, require_captions


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory):
    """Return a maker of films of two seconds, 64 by 48 pixels."""
    folder = tmp_path_factory.mktemp("films")
    program = shutil.which("ffmpeg")
    if program is None:
        import imageio_ffmpeg

        program = imageio_ffmpeg.get_ffmpeg_exe()

    def make(name: str, *options: str, source: str = "testsrc=s=64x48:r=10:d=2") -> bytes:
        path = folder / name
        if not path.exists():
            given = ["-v", "error", "-f", "lavfi", "-i", source, *options, str(path)]
            subprocess.run([program, *given], check=True)
        return path.read_bytes()

    return make


def refusal(data: bytes) -> str:
    with pytest.raises(VideoRefused) as fault:
        inspect(io.BytesIO(data), len(data))
    return fault.value.fields["file"]


H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", H264),
        ("fast.mp4", (*H264, "-movflags", "+faststart")),
        ("vp9.webm", VP9),
        ("vp8.webm", ("-c:v", "libvpx")),
    ],
)
def test_a_film_says_type_length_and_picture(films, name, options):
    data = films(name, *options)
    facts = inspect(io.BytesIO(data), len(data))
    assert (facts.kind, facts.width, facts.height) == (name.split(".")[1], 64, 48)
    assert facts.duration_s == pytest.approx(2, abs=0.15)


def test_a_film_in_fragments_says_its_length_or_is_refused(films):
    whole = ("-movflags", "+frag_keyframe+empty_moov")
    assert refusal(films("fragments.mp4", *H264, *whole)) == "no_duration"


def test_the_name_of_a_file_says_nothing(films):
    data = films("really.webm", *VP9)
    assert inspect(io.BytesIO(data), len(data)).kind == "webm"


def test_what_phones_cannot_all_play_is_refused(films):
    assert refusal(films("mpeg4.mp4", "-c:v", "mpeg4")) == "codec"


def test_sound_alone_is_no_film(films):
    assert refusal(films("sound.mp4", "-c:a", "aac", source="sine=d=2")) == "no_video"


def test_matroska_is_not_webm(films):
    assert refusal(films("film.mkv", *H264)) == "no_video"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", H264),
        ("fast.mp4", (*H264, "-movflags", "+faststart")),
        ("vp9.webm", VP9),
    ],
)
def test_a_film_that_is_cut_off_is_refused(films, name, options, part):
    data = films(name, *options)
    assert refusal(data[: int(len(data) * part)]) == "damaged"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html>", b"\0" * 100, b"%PDF-1.7"])
def test_other_files_are_no_film(data):
    assert refusal(data) == "no_video"


@given(st.binary(max_size=300), st.sampled_from([b"\0\0\0\x18ftypisom", b"\x1a\x45\xdf\xa3"]))
def test_no_bytes_make_it_fail_in_another_way(rest, head):
    with pytest.raises(VideoRefused):
        inspect(io.BytesIO(head + rest), len(head + rest))


@given(st.data())
def test_no_change_of_a_real_film_makes_it_fail_in_another_way(films, data):
    real = bytearray(
        films("plain.mp4", *H264) if data.draw(st.booleans()) else films("v.webm", *VP9)
    )
    for _change in range(data.draw(st.integers(1, 8))):
        real[data.draw(st.integers(0, len(real) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = inspect(io.BytesIO(bytes(real)), len(real))
    except VideoRefused:
        return
    assert facts.duration_s > 0


def test_every_film_of_the_course_passes():
    folder = Path(shipped()) / "media"
    found = [path for end in ("mp4", "webm") for path in folder.rglob(f"*.{end}")]
    assert found
    for path in found:
        with path.open("rb") as stream:
            assert inspect(stream, path.stat().st_size).kind == path.suffix[1:]


GOOD = "WEBVTT\n\n00:00.000 --> 00:02.000\nHola\n"


@pytest.mark.parametrize(
    "text", [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), "WEBVTT - x\n" + GOOD]
)
def test_captions_are_known_by_their_first_line_and_a_cue(text):
    require_captions(text.encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"WEBVTT", b"1\n00:00:00,000 --> 00:00:02,000\nsrt", b"\xff\xfe\x00", b"WEBVTTX\n-->"],
)
def test_other_texts_are_no_captions(data):
    with pytest.raises(VideoRefused):
        require_captions(data)

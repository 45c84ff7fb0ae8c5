"""Feed raw frames to ffmpeg: H.264 and VP9 for every language at once, and JPEG posters."""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from modules.errors import CourseError
from scripts.film.camera import HEIGHT, WIDTH
from scripts.film.timing import RATE

MP4 = (
    "-c:v libx264 -preset medium -crf {crf} -tune animation -profile:v main "
    "-pix_fmt yuv420p -movflags +faststart"
)
WEBM = (
    "-c:v libvpx-vp9 -crf {crf} -b:v 0 -row-mt 1 -deadline good -cpu-used 4 -pix_fmt yuv420p "
    "-auto-alt-ref 1"
)
EXACT = "-an -threads 1 -fflags +bitexact -flags:v +bitexact -map_metadata -1"
CLIP_QUALITY, FILM_QUALITY = (24, 36), (26, 39)


class EncoderMissing(CourseError):
    """No ffmpeg was found: neither the system's nor that of imageio-ffmpeg."""

    code = "film_encoder_missing"


class EncoderFailed(CourseError):
    """ffmpeg refused; the message carries its last lines."""

    code = "film_encoder_failed"


def find_ffmpeg() -> str:
    """Return the path of ffmpeg; raise `EncoderMissing` without one."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        raise EncoderMissing("install ffmpeg or the extra `film`")
    return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())


class Encoder:
    """One video file being written; use it as a context manager and `feed` it frames."""

    def __init__(self, path: Path, quality: tuple[int, int]) -> None:
        web = path.suffix == ".webm"
        options = (WEBM if web else MP4).format(crf=quality[1] if web else quality[0])
        self.path = path
        self._part = path.with_name(f".{path.name}.part{path.suffix}")
        self._command = [*_raw_input(), *options.split(), *EXACT.split(), "-y", str(self._part)]

    def __enter__(self) -> "Encoder":
        self._process = _start(self._command)
        return self

    def feed(self, frame: bytes) -> None:
        """Append one BGRA frame."""
        if self._process.stdin is None:
            raise EncoderFailed(self.path.name)
        self._process.stdin.write(frame)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        _, complaint = self._process.communicate()
        if kind is None and self._process.returncode != 0:
            raise EncoderFailed(f"{self.path.name}: {complaint.decode(errors='replace')[-400:]}")
        if kind is None:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)


def _raw_input() -> list[str]:
    size = f"{WIDTH}x{HEIGHT}"
    head = [find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-f", "rawvideo"]
    return [*head, "-pix_fmt", "bgra", "-s", size, "-r", str(RATE), "-i", "-"]


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    # the command is built here alone: no shell, no text from outside
    return subprocess.Popen(  # noqa: S603
        list(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def encode(
    rows: Iterable[Sequence[bytes]], paths: Sequence[Sequence[Path]], quality: tuple[int, int]
) -> None:
    """Write all files of all languages: row[i] goes to every path of paths[i]."""
    encoders = [[Encoder(path, quality).__enter__() for path in files] for files in paths]
    flat = [encoder for files in encoders for encoder in files]
    try:
        for row in rows:
            for frame, files in zip(row, encoders, strict=True):
                for encoder in files:
                    encoder.feed(frame)
    except BaseException as error:
        for encoder in flat:
            encoder.__exit__(type(error), error, error.__traceback__)
        raise
    for encoder in flat:
        encoder.__exit__(None, None, None)


def write_jpeg(frame: bytes, path: Path, quality: int = 5) -> None:
    """Write one BGRA frame as JPEG; quality 2 (best) … 31."""
    options = ["-frames:v", "1", "-q:v", str(quality), "-pix_fmt", "yuvj420p", "-f", "image2"]
    process = _start([*_raw_input(), *options, "-fflags", "+bitexact", "-flags:v", "+bitexact",
                      "-y", str(path)])  # fmt: skip
    _, complaint = process.communicate(frame)
    if process.returncode != 0:
        raise EncoderFailed(f"{path.name}: {complaint.decode(errors='replace')[-400:]}")

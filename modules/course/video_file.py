"""What a video file is, read from its content: type, length, picture size, way of coding.

MP4 (ISO 14496-12) and WebM (Matroska, RFC 9559) are read as far as these facts stand in them, a
few hundred bytes; the film itself is not touched and nothing is decoded. No library and no outside
program: each would be a much larger door for files that come from outside.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from modules.errors import InvalidEntry

LARGEST_HEAD = 16 * 1024 * 1024
"""Bytes of a `moov` box or of the head of a WebM file; real ones are far smaller."""
MOST_BOXES = 10_000

MP4_CODECS = ("avc1", "avc3", "av01", "vp09")
WEBM_CODECS = ("V_VP8", "V_VP9", "V_AV1")
"""What the browsers of phones play everywhere; HEVC (`hvc1`) is not among them."""


class VideoRefused(InvalidEntry):
    """The file cannot be used; the fault `file` says why as a code."""

    def __init__(self, code: str) -> None:
        super().__init__({"file": code})


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """One film: `kind` is mp4 or webm, length in seconds, picture in pixels."""

    kind: str
    duration_s: float
    width: int
    height: int


def inspect(stream: BinaryIO, size: int) -> VideoFacts:
    """Return what a file is. Raises VideoRefused: no_video, codec, no_duration, damaged."""
    head = _read_at(stream, 0, 12)
    try:
        if head[4:8] == b"ftyp":
            facts = _mp4(stream, size)
        elif head[:4] == b"\x1a\x45\xdf\xa3":
            facts = _webm(stream, size)
        else:
            raise VideoRefused("no_video")
    except (struct.error, IndexError, ZeroDivisionError, UnicodeDecodeError, OverflowError) as odd:
        raise VideoRefused("damaged") from odd
    if not 0 < facts.duration_s < float("inf"):
        raise VideoRefused("no_duration")
    if not (0 < facts.width <= 16384 and 0 < facts.height <= 16384):
        raise VideoRefused("damaged")
    return facts


def _read_at(stream: BinaryIO, start: int, length: int) -> bytes:
    stream.seek(start)
    return stream.read(length)


# MP4 ------------------------------------------------------------------------------------------


def _mp4(stream: BinaryIO, size: int) -> VideoFacts:
    moov = _moov(stream, size)
    movie = _child(moov, b"mvhd")
    duration, scale = _duration(movie)
    if duration == 0:  # a film in fragments says its length elsewhere, or not at all
        extends = _child(moov, b"mvex", needed=False)
        header = _child(extends, b"mehd", needed=False)
        duration = _number(header, 4, 8 if header and header[0] else 4) if header else 0
    for track in _children(moov, b"trak"):
        media = _child(track, b"mdia", needed=False)
        handler = _child(media, b"hdlr", needed=False)
        if handler[8:12] != b"vide":
            continue
        _require_codec(media)
        width, height = struct.unpack(">II", _child(track, b"tkhd")[-8:])
        return VideoFacts("mp4", duration / scale, width >> 16, height >> 16)
    raise VideoRefused("no_video")


def _moov(stream: BinaryIO, size: int) -> bytes:
    """Return the box that describes the film; every box of the file must be there whole."""
    place, moov = 0, b""
    for _box in range(MOST_BOXES):
        if place == size:
            break
        head = _read_at(stream, place, 16)
        length, kind, begins = _box_head(head, size - place)
        if place + length > size or (kind == b"moov" and length > LARGEST_HEAD):
            raise VideoRefused("damaged")
        if kind == b"moov":
            moov = _read_at(stream, place + begins, length - begins)
        place += length
    if not moov:
        raise VideoRefused("damaged")
    return moov


def _box_head(head: bytes, rest: int) -> tuple[int, bytes, int]:
    """Return (length of the whole box, its kind, where its content begins)."""
    (length,) = struct.unpack(">I", head[:4])
    begins = 8
    if length == 1:
        (length,) = struct.unpack(">Q", head[8:16])
        begins = 16
    if length == 0:
        length = rest
    if length < begins:
        raise VideoRefused("damaged")
    return length, head[4:8], begins


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    for _box in range(MOST_BOXES):
        if place + 8 > len(data):
            return
        length, kind, begins = _box_head(data[place : place + 16], len(data) - place)
        yield kind, data[place + begins : place + length]
        place += length


def _children(data: bytes, kind: bytes) -> list[bytes]:
    return [content for found, content in _boxes(data) if found == kind]


def _child(data: bytes, kind: bytes, *, needed: bool = True) -> bytes:
    found = _children(data, kind)
    if not found and needed:
        raise VideoRefused("damaged")
    return found[0] if found else b""


def _duration(header: bytes) -> tuple[int, int]:
    """Return length and units a second of a movie header, in either of its versions."""
    if header[0] == 1:
        return _number(header, 24, 8), _number(header, 20, 4)
    return _number(header, 16, 4), _number(header, 12, 4)


def _number(data: bytes, start: int, length: int) -> int:
    part = data[start : start + length]
    if len(part) < length:
        raise VideoRefused("damaged")
    return int.from_bytes(part, "big")


def _require_codec(media: bytes) -> None:
    table = _child(_child(media, b"minf"), b"stbl")
    described = _child(table, b"stsd")[8:]
    codecs = [kind.decode("ascii") for kind, _content in _boxes(described)]
    if not codecs or any(codec not in MP4_CODECS for codec in codecs):
        raise VideoRefused("codec")


# WebM -----------------------------------------------------------------------------------------

_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_DOC_TYPE, _SCALE, _LENGTH = 0x4282, 0x2AD7B1, 0x4489
_TRACK_TYPE, _CODEC, _WIDTH, _HEIGHT = 0x83, 0x86, 0xB0, 0xBA
_CLUSTER = 0x1F43B675
_PICTURE = 1


def _webm(stream: BinaryIO, size: int) -> VideoFacts:
    data = _read_at(stream, 0, min(size, LARGEST_HEAD))
    top = list(_elements(data))
    if _bytes(top[0][1], _DOC_TYPE) != b"webm":
        raise VideoRefused("no_video")
    segment = next((content for name, content in top if name == _SEGMENT), b"")
    _require_whole(data, size)
    parts = dict(_elements(segment, until=_CLUSTER))
    info = parts.get(_INFO, b"")
    scale = int.from_bytes(_bytes(info, _SCALE) or b"\x0f\x42\x40", "big")
    length = _float(_bytes(info, _LENGTH))
    for name, track in _elements(parts.get(_TRACKS, b"")):
        if name != _TRACK or int.from_bytes(_bytes(track, _TRACK_TYPE), "big") != _PICTURE:
            continue
        if _bytes(track, _CODEC).rstrip(b"\0").decode("ascii") not in WEBM_CODECS:
            raise VideoRefused("codec")
        video = _bytes(track, _VIDEO)
        width, height = (int.from_bytes(_bytes(video, key), "big") for key in (_WIDTH, _HEIGHT))
        return VideoFacts("webm", length * scale / 1e9, width, height)
    raise VideoRefused("no_video")


def _require_whole(data: bytes, size: int) -> None:
    """Raise VideoRefused when the file ends before its segment does, where that says its length."""
    place = 0
    for _part in range(2):  # the head, then the segment
        _name, place = _vint(data, place, keep_marker=True)
        length, place = _vint(data, place, keep_marker=False)
        if length is None:
            return
        place += length
    if place > size:
        raise VideoRefused("damaged")


def _elements(data: bytes, until: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield (name, content) of the elements in `data`; stop before the one named `until`."""
    place = 0
    for _element in range(MOST_BOXES):
        if place >= len(data):
            return
        name, place = _vint(data, place, keep_marker=True)
        if name == until:
            return
        length, place = _vint(data, place, keep_marker=False)
        ends = len(data) if length is None else place + length
        yield name or 0, data[place:ends]
        place = ends


def _vint(data: bytes, place: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """Read one number of variable length; None for the size that means «unknown»."""
    first = data[place]
    width = 9 - first.bit_length()
    if width > 8 or place + width > len(data):
        raise VideoRefused("damaged")
    number = int.from_bytes(data[place : place + width], "big")
    if not keep_marker:
        number &= (1 << (7 * width)) - 1
        if number == (1 << (7 * width)) - 1:
            return None, place + width
    return number, place + width


def _bytes(data: bytes, name: int) -> bytes:
    return next((content for found, content in _elements(data) if found == name), b"")


def _float(data: bytes) -> float:
    formats: dict[int, Callable[[bytes], tuple[float]]] = {
        4: struct.Struct(">f").unpack,
        8: struct.Struct(">d").unpack,
    }
    if len(data) not in formats:
        raise VideoRefused("no_duration")
    return formats[len(data)](data)[0]


# Captions -------------------------------------------------------------------------------------

LARGEST_CAPTIONS = 512 * 1024


def require_captions(data: bytes) -> None:
    """Raise VideoRefused (no_captions) unless this is a WebVTT file with at least one cue."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        raise VideoRefused("no_captions") from odd
    first = words.split("\n", 1)[0].strip()
    is_vtt = first == "WEBVTT" or first.startswith(("WEBVTT ", "WEBVTT\t"))
    if len(data) > LARGEST_CAPTIONS or not is_vtt or "-->" not in words or "\0" in words:
        raise VideoRefused("no_captions")

"""Where the films of a page are: the clinic's own before the course's, their addresses granted."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import g, url_for

from modules.course import content
from modules.course.curriculum import Media
from modules.records.media_models import MediaRole
from modules.services import own_media
from modules.services.own_media import OwnFile
from plugin.media import films
from plugin.patient.course import current_course
from plugin.tool import current_tool

KINDS = ("mp4", "webm", "captions", "poster")


def files(film: Media) -> dict[str, dict[str, str | int]]:
    """Return the files of a film by kind: granted `address`, `key` on a device, and `bytes`.

    A film of the clinic's own in a storage elsewhere can be watched there and not be kept.
    """
    own = _own(film)
    if own:
        kept = [
            (kind, one) for kind, one in own if current_tool().media_store.path(one.storage_key)
        ]
        return {
            kind: _file("patient.own_media_file", one.size, media_id=one.id) for kind, one in kept
        }
    return {
        kind: _file("patient.media_file", path.stat().st_size, name=name)
        for kind, name, path in _of_the_course(film)
    }


def urls(film: Media) -> Mapping[str, str | int]:
    """Return the addresses of a film by kind, granted, and its `width` and `height` in px.

    The address of what is not there of it is empty. A film of the clinic's own stands alone, in
    its own shape: other captions or another poster would not fit it.
    """
    own = _own(film)
    if own:
        found = {kind: _granted("patient.own_media_file", media_id=one.id) for kind, one in own}
        return dict.fromkeys(KINDS, "") | found | _shape(own[0][1])
    there = {kind: name for kind, name, _path in _of_the_course(film)}
    addresses = {
        kind: _granted("patient.media_file", name=there[kind]) if kind in there else ""
        for kind in KINDS
    }
    return addresses | _shape(film)


def _of_the_course(film: Media) -> Iterator[tuple[str, str, Path]]:
    """Yield what is there of a film of the course: kind, name below `media/`, path."""
    root = current_tool().settings.content
    named = {
        "mp4": film.mp4,
        "webm": film.webm,
        "captions": film.captions,
        "poster": film.poster,
    }
    for kind, path in named.items():
        found = content.media_file(path, root)
        if found is not None:
            yield kind, path.removeprefix("media/"), found


def _shape(film: Media | OwnFile) -> dict[str, int]:
    """Return the size of a picture; that of the course's films where a file does not say it."""
    return {"width": film.width or Media.width, "height": film.height or Media.height}


def is_own(film: Media) -> bool:
    """Whether the clinic shows a film of its own here: it speaks for itself."""
    return bool(_own(film))


def key_of(film: Media) -> str:
    """Return the key under which it is noted how far somebody watched this film."""
    own = _own(film)
    return own[0][1].video_key if own else film.stem


def _file(endpoint: str, size: int, **values: Any) -> dict[str, str | int]:
    key = url_for(endpoint, **values).removeprefix(f"/t/{g.ref}")
    return {"address": _granted(endpoint, **values), "key": key, "bytes": size}


def _granted(endpoint: str, **values: Any) -> str:
    return films.granted(g.ref, url_for(endpoint, **values))


def _own(film: Media) -> list[tuple[str, OwnFile]]:
    """Return what the clinic put into the place of a film, as (kind, file); read once a request."""
    if "own_films" not in g:
        g.own_films = own_media.shown(g.session, current_course().study.id)
    slot = film.stem.removeprefix("media/")
    found = [g.own_films.get((slot, role)) for role in MediaRole]
    return [("captions" if o.kind == "vtt" else o.kind, o) for o in found if o is not None]

"""Is there room left where the tool writes: the database, the queue, the clinic's own videos?"""

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from modules.text import Text
from plugin.status.check import Check, Finding, Installation, State

FULL = 16 * 2**20
"""Bytes; with less, a save may fail at any moment."""
LOW = 500 * 2**20
"""Bytes; one video upload has up to 300 MB."""
SOON = 2 * 2**30


def look(place: Installation) -> Mapping[str, int]:
    """Return the free bytes of each folder on this machine that is written to."""
    return {name: shutil.disk_usage(_existing(path)).free for name, path in _folders(place).items()}


def _folders(place: Installation) -> dict[str, Path]:
    given = place.settings
    files = {"database": given.database_url, "tasks": given.tasks_url}
    found = {name: _file_of(url).parent for name, url in files.items() if url.startswith("sqlite:")}
    return found if "://" in given.media_store else {**found, "media": Path(given.media_store)}


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _existing(path: Path) -> Path:
    """Return the folder itself, or the nearest one above that is there already."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def judge(free: Mapping[str, int], _now: datetime) -> Finding:
    """Say how the fullest disk stands."""
    least = min(free.values(), default=SOON)
    figures = {f"{name}_free_bytes": float(each) for name, each in free.items()}
    about = tuple(f"{name}: {each // 2**20} MB" for name, each in free.items() if each < SOON)
    if least < LOW:
        return Finding(State.BAD, "full" if least < FULL else "low", figures, about)
    return (
        Finding(State.UNSURE, "soon", figures, about)
        if about
        else Finding(State.GOOD, "room", figures)
    )


_MAKE_ROOM = Text(
    "Libera espacio o agranda el disco; después se vuelve a guardar sin reiniciar nada.",
    "Make room or enlarge the disk; saving works again then, without a restart.",
)

CHECK = Check(
    key="disk",
    label=Text("Espacio en disco", "Disk space"),
    look=look,
    judge=judge,
    words={
        "room": Text("Hay sitio.", "There is room."),
        "soon": Text(
            "Quedan menos de 2 GB. Planea más espacio.", "Less than 2 GB are left. Plan for more."
        ),
        "low": Text(
            f"Quedan menos de 500 MB: un video ya no cabe. {_MAKE_ROOM.es}",
            f"Less than 500 MB are left: a video does not fit any more. {_MAKE_ROOM.en}",
        ),
        "full": Text(
            f"El disco está lleno: nada se puede guardar. {_MAKE_ROOM.es}",
            f"The disk is full: nothing can be saved. {_MAKE_ROOM.en}",
        ),
    },
    for_team={
        "full": Text(
            "El disco de la herramienta está lleno: nada se puede guardar. Anota en papel y avisa "
            "enseguida a quien la administra.",
            "The tool's disk is full: nothing can be saved. Write on paper and tell whoever runs "
            "it at once.",
        ),
        "low": Text(
            "El disco de la herramienta está casi lleno. No subas videos y avisa a quien la "
            "administra.",
            "The tool's disk is nearly full. Upload no videos and tell whoever runs it.",
        ),
    },
    stops=frozenset({"full"}),
    needs_database=False,
)

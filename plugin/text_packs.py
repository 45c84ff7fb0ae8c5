"""The questionnaires as this clinic may show them: the tool's own, reworded by its text packs.

The packs lie in one folder. Every process looks at it whenever it needs a questionnaire, so that a
pack kept there by the page, by `columna instrument import` or by hand is used at once.
"""

import logging
import os
from collections.abc import Callable, ItemsView, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path, PurePath

from modules.errors import Fault
from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Instrument
from modules.outcomes.text_packs import TextPack, TextPackError

log = logging.getLogger(__name__)


class LoadedInstruments(Mapping[str, Instrument]):
    """The questionnaires by key, always as the folder is now.

    Raises TextPackError when made: every fault of every pack. A pack that is spoilt later changes
    nothing: what was read before stays, and the log and the doctor name it.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = folder, clock
        try:
            self._seen = _state_of(folder)
            self._found = build_instruments(folder, clock().date())
        except OSError:
            raise TextPackError([Fault(str(folder), None, "", "cannot be read")]) from None

    def __getitem__(self, key: str) -> Instrument:
        """Return one questionnaire."""
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        """Go through the keys, which are the tool's own and never change."""
        return iter(self._found)

    def items(self) -> ItemsView[str, Instrument]:
        """Return all of them, as of one look at the folder."""
        return self._now().items()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found)

    def _now(self) -> Mapping[str, Instrument]:
        try:
            seen = _state_of(self._folder)
            if seen != self._seen:
                self._seen = seen
                self._found = build_instruments(self._folder, self._clock().date())
        except (TextPackError, OSError) as fault:
            log.error("the text packs cannot be read anew: %s", fault)
        return self._found


def files_of(folder: Path | None) -> list[Path]:
    """Return the text packs of a folder; a folder that is not there holds none."""
    found = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    return [path for path in found if path.suffix.lower() in text_packs.ENDINGS]


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what differs whenever a pack was put in, replaced, edited or taken out."""
    try:
        with os.scandir(folder) as entries:
            stats = sorted((each.name, each.stat()) for each in entries)
    except FileNotFoundError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def build_instruments(folder: Path | None, today: date) -> dict[str, Instrument]:
    """Return the instruments, reworded by the text packs the clinic has a licence for.

    A licence ends by itself, so a pack whose last day is over does not stop the tool: it is left
    out with a warning, and the questionnaire is not put before patients of a real study. Raises
    TextPackError with every other fault of every pack.
    """
    instruments = dict(INSTRUMENTS)
    faults: list[Fault] = []
    for path in files_of(folder):
        try:
            found = _with_pack(path, instruments, today)
        except TextPackError as refused:
            faults += refused.faults
        else:
            instruments[found.key] = found
    if faults:
        raise TextPackError(faults)
    return instruments


def _with_pack(path: Path, instruments: Mapping[str, Instrument], today: date) -> Instrument:
    pack = text_packs.read(path.name, path.read_bytes())
    instrument = text_packs.instrument_of(pack, instruments)
    if pack.has_ended(today):
        log.warning("text pack %s is not used: its licence ended", path.name)
        return text_packs.set_aside(instrument, pack)
    return text_packs.apply(instrument, pack)


def checked(name: str, content: bytes, today: date) -> TextPack:
    """Return a pack that can be used today. Raises TextPackError with all faults."""
    if PurePath(name).suffix.lower() not in text_packs.ENDINGS:
        endings = ", ".join(text_packs.ENDINGS)
        raise TextPackError([Fault(name, None, "", f"must be a file that ends in {endings}")])
    pack = text_packs.load(name, content, today)
    text_packs.apply(text_packs.instrument_of(pack, INSTRUMENTS), pack)
    return pack


def keep(folder: Path, name: str, content: bytes, today: date) -> TextPack:
    """Check a pack and put it into the folder, whole or not at all; return it.

    It takes the place of earlier packs of the same questionnaire and language. Raises
    TextPackError with all faults, and OSError when the folder takes nothing.
    """
    pack = checked(name, content, today)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{pack.instrument}.{pack.language}"
    kept = folder / f"{stem}{PurePath(name).suffix.lower()}"
    partial = folder / f"{stem}.{os.getpid()}.partial"
    partial.write_bytes(content)
    os.replace(partial, kept)
    for old in files_of(folder):
        if old.stem == stem and old != kept:
            old.unlink()
    return pack

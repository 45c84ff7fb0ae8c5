"""The files of one content folder: their bytes, the faults found in them, a digest of it all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modules.course.content_parts import ReadMarkdown
from modules.errors import Fault
from modules.reading.document import Document
from modules.reading.document import Path as Place
from modules.safety.wording import Wording, second_wordings, worded_colours
from modules.text import LANGUAGES

NOT_MODULES = ("brochure", "media")


class Folder:
    """The files of one content folder; keeps their faults and a digest of what was read.

    Once its safety file is read, `wording` draws signs and orders into every other text.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: list[Document] = []
        self.notes: list[Fault] = []
        self.digest = hashlib.sha256()
        self.wording: Wording | None = None

    def document(self, name: str) -> Document:
        """Return a YAML file."""
        try:
            document = Document.parse(name, self._bytes(name))
            self._draw_signs(document)
        except OSError as error:
            document = Document.unreadable(name, _reason(error))
        self.documents.append(document)
        return document

    def film(self, name: str) -> Document:
        """Return the script of a film; what it says of the colours of pain it may only draw."""
        raw = Document.parse(name, (self.root / name).read_bytes())
        document = self.document(name)
        for around, key, place, language in _texts(raw.data):
            for colour in worded_colours(around[key], language):
                document.fault(
                    place, f"words a colour itself ({colour}): draw {{{{colours: short}}}}"
                )
        return document

    def markdown(self, folder: str) -> ReadMarkdown:
        """Return a reader of the Markdown pairs of one folder."""
        return lambda stem: {
            language: self._text(f"{folder}/{stem}.{language}.md", language)
            for language in LANGUAGES
        }

    def modules(self) -> list[str]:
        """Return the names of the module folders; note a folder that is none."""
        names = []
        for path in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if not path.is_dir() or path.name in NOT_MODULES or path.name[0] in "._":
                continue
            if (path / "module.yaml").is_file():
                names.append(path.name)
            else:
                self.note(path.name, "a module folder needs a module.yaml")
        if not names:
            self.note(".", "no module folder found")
        return names

    def note(self, file: str, reason: str, *, serious: bool = True) -> None:
        """Note a fault of a whole file."""
        self.notes.append(Fault(file, None, "", reason, serious))

    def faults(self) -> list[Fault]:
        """Return every fault noted so far."""
        return [*self.notes, *(fault for each in self.documents for fault in each.faults)]

    def _bytes(self, name: str) -> bytes:
        content = (self.root / name).read_bytes()
        self.digest.update(name.encode() + b"\0" + content)
        return content

    def _text(self, name: str, language: str) -> str:
        try:
            text = self._bytes(name).decode()
        except OSError as error:
            self.note(name, _reason(error))
            return ""
        except UnicodeDecodeError:
            self.note(name, "is not UTF-8 text")
            return ""
        if not text.strip():
            self.note(name, "is empty")
        for line, reason, serious in self._misfits(text, language):
            self.notes.append(Fault(name, line + 1, "", reason, serious))
        return self.wording.drawn(text, language) if self.wording else text

    def _draw_signs(self, document: Document) -> None:
        for around, key, place, language in list(_texts(document.data)):
            for _, reason, serious in self._misfits(around[key], language):
                document.fault(place, reason, serious=serious)
            if self.wording:
                around[key] = self.wording.drawn(around[key], language)

    def _misfits(self, words: str, language: str) -> Iterator[tuple[int, str, bool]]:
        """Yield line, reason and whether it is serious of all that a text says by itself."""
        if not self.wording:
            return
        for asked in self.wording.unknown(words):
            yield 0, f"asks for {asked}, which safety.yaml does not have", True
        for line, word in second_wordings(words, language):
            yield line, f"words a sign itself ({word}): draw it from safety.yaml", False


def _texts(data: Any, place: Place = ()) -> Iterator[tuple[Any, Any, Place, str]]:
    """Yield each text of a file of one language: what holds it, its key there, place, language."""
    entries = data.items() if isinstance(data, dict) else enumerate(data or ())
    for key, value in entries:
        here = (*place, key)
        language = str(key).rpartition("_")[2]
        if isinstance(value, str) and language in LANGUAGES:
            yield data, key, here, language
        elif isinstance(value, dict | list):
            yield from _texts(value, here)


def _reason(error: OSError) -> str:
    return "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"

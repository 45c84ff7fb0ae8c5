"""The files of one content folder: their bytes, the faults found in them, a digest of it all."""

import hashlib
from pathlib import Path

from modules.course.content_parts import ReadMarkdown
from modules.errors import Fault
from modules.reading.document import Document
from modules.text import LANGUAGES

NOT_MODULES = ("brochure", "media")


class Folder:
    """The files of one content folder; keeps their faults and a digest of what was read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: list[Document] = []
        self.notes: list[Fault] = []
        self.digest = hashlib.sha256()

    def document(self, name: str) -> Document:
        """Return a YAML file."""
        try:
            document = Document.parse(name, self._bytes(name))
        except OSError as error:
            document = Document.unreadable(name, _reason(error))
        self.documents.append(document)
        return document

    def markdown(self, folder: str) -> ReadMarkdown:
        """Return a reader of the Markdown pairs of one folder."""
        return lambda stem: {
            language: self._text(f"{folder}/{stem}.{language}.md") for language in LANGUAGES
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

    def _text(self, name: str) -> str:
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
        return text


def _reason(error: OSError) -> str:
    return "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"

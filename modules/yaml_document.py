"""A YAML file read field by field, where every fault knows its file, line and field.

Reading goes on after a fault, so that one check names them all; the stand-in values it returns
meanwhile are never used, because whoever reads refuses the whole when there are faults.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from modules.text import LANGUAGES, Text

MISSING = object()
KEY = re.compile(r"[a-z][a-z0-9_]*")
EMPTY = Text("", "")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the content; not `serious` means it can be used, with a gap."""

    file: str
    line: int | None
    field: str
    reason: str
    serious: bool = True

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.field, self.reason) if part)


class Document:
    """One parsed file: its data, the line of every field, and where its faults are put."""

    def __init__(self, file: str, text: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults
        self.lines: dict[Path, int] = {}
        self.data = self._parse(text)

    @property
    def root(self) -> "Node":
        """The outermost mapping."""
        return Node(self, self.data, ())

    def line(self, path: Path) -> int | None:
        """Return the line (from 1) of a field, or of the nearest field around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def _parse(self, text: str) -> Any:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return {}
            self._walk(node, ())
            return loader.construct_document(node)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            reason = getattr(fault, "problem", None) or "cannot be read as YAML"
            line = mark.line + 1 if mark else None
            self.faults.append(Fault(self.file, line, "", f"not valid YAML: {reason}"))
            return MISSING
        finally:
            loader.dispose()

    def _walk(self, node: yaml.Node, path: Path) -> None:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                self._walk(item, (*path, position))
        elif isinstance(node, yaml.MappingNode):
            self._walk_mapping(node, path)

    def _walk_mapping(self, node: yaml.MappingNode, path: Path) -> None:
        seen = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            self._walk(value, here)
            self.lines[here] = key.start_mark.line + 1
            if key.value in seen:
                self.faults.append(
                    Fault(self.file, self.lines[here], dotted(here), "written twice")
                )
            seen.add(key.value)


def dotted(path: Path) -> str:
    """Return a path as a person writes it: `quiz[2].question.en`; list places count from 1."""
    words = ""
    for step in path:
        words += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")


class Node:
    """One value of a document; its readers return a value of the right kind or note a fault."""

    def __init__(self, document: Document, value: Any, path: Path) -> None:
        self.document = document
        self.value = value
        self.path = path

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def fault(self, reason: str, *, serious: bool = True) -> None:
        """Note a fault at this place."""
        if self.document.data is MISSING:
            return
        line = self.document.line(self.path)
        fault = Fault(self.document.file, line, dotted(self.path), reason, serious)
        if fault not in self.document.faults:  # a field may be read more than once
            self.document.faults.append(fault)

    def get(self, key: str) -> "Node":
        """Return the field `key` of this mapping; its value is MISSING when it is not there."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.document, MISSING if value is None else value, (*self.path, key))

    def only(self, *keys: str) -> None:
        """Note every field that has none of these names: most are slips of the pen."""
        if not isinstance(self.value, dict):
            self.fault("must be a mapping of fields")
            return
        for key in self.value:
            if key not in keys:
                self.get(str(key)).fault(f"unknown field; known are {', '.join(keys)}")

    def string(self, key: str) -> str:
        """Return a non-empty string."""
        found = self.get(key)
        if isinstance(found.value, str) and found.value.strip():
            return found.value.strip()
        found._wrong("must be text")
        return ""

    def key(self, key: str) -> str:
        """Return a short name: small letters, digits, underscores, a letter first."""
        found = self.get(key)
        if isinstance(found.value, str) and KEY.fullmatch(found.value):
            return found.value
        found._wrong("must be small letters, digits and underscores, a letter first")
        return ""

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`; `default` when the field is left out."""
        found = self.get(key)
        if found.value is MISSING and default is not None:
            return default
        if isinstance(found.value, int) and not isinstance(found.value, bool):
            if low <= found.value <= high:
                return found.value
            found.fault(f"must be from {low} to {high}, is {found.value}")
            return low
        found._wrong(f"must be a whole number from {low} to {high}")
        return low

    def flag(self, key: str) -> bool:
        """Return true or false; false when the field is left out."""
        found = self.get(key)
        if found.value is MISSING or isinstance(found.value, bool):
            return found.value is True
        found.fault("must be true or false")
        return False

    def text(self, key: str) -> Text:
        """Return a text in both languages, written `{es: ..., en: ...}`."""
        return self.get(key).as_text()

    def as_text(self, *, also: tuple[str, ...] = ()) -> Text:
        """Return this mapping itself as a text; fields in `also` may stand beside the languages."""
        if not isinstance(self.value, dict):
            self._wrong("must be text in es and en")
            return EMPTY
        self.only(*LANGUAGES, *also)
        return Text(*(self.string(language) for language in LANGUAGES))

    def texts(self, key: str) -> tuple[Text, ...]:
        """Return a list of texts in both languages."""
        return tuple(item.as_text() for item in self.items(key))

    def items(self, key: str, *, needed: bool = True) -> list["Node"]:
        """Return the entries of a list; a list that is `needed` must not be empty."""
        found = self.get(key)
        if found.value is MISSING and not needed:
            return []
        if not isinstance(found.value, list) or (needed and not found.value):
            found._wrong("must be a list with at least one entry")
            return []
        return [
            Node(self.document, value, (*found.path, position))
            for position, value in enumerate(found.value)
        ]

    def strings(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        """Return a list of non-empty strings, none of them twice."""
        return tuple(value for _, value in self.string_items(key, needed=needed))

    def string_items(self, key: str, *, needed: bool = True) -> Iterator[tuple["Node", str]]:
        """Return each string of a list with its place."""
        seen: set[str] = set()
        for item in self.items(key, needed=needed):
            if not isinstance(item.value, str) or not item.value.strip():
                item.fault("must be text")
            elif item.value in seen:
                item.fault(f"{item.value} is in the list twice")
            else:
                seen.add(item.value)
                yield item, item.value

    def _wrong(self, reason: str) -> None:
        self.fault("is missing" if self.value is MISSING else reason)

"""A file of fields read into a model, where every fault knows its file, line and field.

A document is data with the line of every field: YAML (`Document.parse`) or a table
(`outcomes.text_pack_tables`). `Document.read` validates it with pydantic and notes all its faults
at once; what must fit between fields or files are rules that yield misfits, or `Document.fault`.
Models are pydantic models or plain dataclasses with annotated fields.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

from modules.errors import Fault
from modules.reading.composer import Composer
from modules.reading.composer import Path as Path
from modules.reading.fault_words import in_words, is_unknown_field

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
"""No field beyond the named ones, no number in quotes taken for a number."""

Misfit = tuple[Path, str]
"""A place and what is wrong there; a step into a list is a position or the key of an entry."""

T = TypeVar("T")


class FieldFaults(ValueError):
    """What is wrong between the fields of one part of a file, each with its place in that part."""

    def __init__(self, misfits: Iterable[Misfit]) -> None:
        self.misfits = tuple(misfits)
        super().__init__("; ".join(f"{dotted(path)}: {reason}" for path, reason in self.misfits))


def refuse(misfits: Iterable[Misfit]) -> None:
    """Raise FieldFaults unless there is no misfit; for the validators of a model."""
    if found := tuple(misfits):
        raise FieldFaults(found)


def shaped(pattern: str, words: str) -> AfterValidator:
    """Return a validator of text: all of it must match the pattern, else `words` is the fault."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(words)
        return value

    return AfterValidator(check)


def distinct(field: str = "") -> AfterValidator:
    """Return a validator of a list: no entry, or no entry's `field`, stands there twice."""

    def check(entries: tuple[T, ...]) -> tuple[T, ...]:
        values = [getattr(entry, field) if field else entry for entry in entries]
        refuse(
            ((place, field) if field else (place,), f"{value} is used twice")
            for place, value in enumerate(values)
            if value in values[:place]
        )
        return entries

    return AfterValidator(check)


KEY = "[a-z][a-z0-9_]*"
"""Pattern of the key of a part of the course; it is also the name of files and of films."""

Key = Annotated[str, shaped(KEY, "must be small letters, digits and underscores, a letter first")]


class Document:
    """One file: its data, the line of every field, and the faults found in it so far.

    `moved` maps a place in the data to its place in the file, where whoever prepares the data for
    a model puts a field elsewhere.
    """

    def __init__(self, file: str, data: Any, lines: dict[Path, int]) -> None:
        self.file = file
        self.data = data
        self.lines = lines
        self.moved: dict[Path, Path] = {}
        self.faults: list[Fault] = []
        self._readable = True

    @classmethod
    def unreadable(cls, file: str, reason: str, line: int | None = None) -> Self:
        """Return a document with one fault, of which nothing can be read."""
        document = cls(file, None, {})
        document.faults.append(Fault(file, line, "", reason))
        document._readable = False
        return document

    @classmethod
    def parse(cls, file: str, content: bytes) -> Self:
        """Return the document of a YAML file."""
        try:
            composer = Composer(content.decode("utf-8-sig"))
            data = composer.whole()
        except UnicodeDecodeError:
            return cls.unreadable(file, "is not UTF-8 text")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or "has a character that is no text"
            line = mark.line + 1 if mark else None
            return cls.unreadable(file, f"not valid YAML: {reason}", line)
        if data is None:
            return cls.unreadable(file, "is empty")
        document = cls(file, data, composer.lines)
        for path in composer.twice:
            document.fault(path, "written twice")
        return document

    def read(self, model: type[T], *rules: Callable[[T], Iterable[Misfit]]) -> T | None:
        """Return the data as a model; None when it cannot be, and then the faults say why.

        The rules are asked about a model that could be read: their misfits are faults too.
        """
        if not self._readable:
            return None
        kind: Any = model
        try:
            # As JSON: there a list may become a tuple and a word an enum, but "5" is no number.
            found: T = _adapter(kind).validate_json(json.dumps([self.data], default=str))[0]
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self._note(kind, each)
            return None
        for rule in rules:
            for path, reason in rule(found):
                self.fault(path, reason)
        return found

    def fault(self, path: Path, reason: str, *, serious: bool = True) -> None:
        """Note a fault at a place of the data."""
        fault = self.at(path, reason, serious=serious)
        if fault not in self.faults:  # where one language stands in for the other
            self.faults.append(fault)

    def at(self, path: Path, reason: str, *, serious: bool = True) -> Fault:
        """Return a fault at a place of the data, with the line of the nearest field around it."""
        place = self._in_file(path)
        known = (place[:end] for end in range(len(place), -1, -1) if place[:end] in self.lines)
        line = self.lines.get(next(known, ()))
        return Fault(self.file, line, dotted(place), reason, serious)

    def _in_file(self, path: Path) -> Path:
        data, here, place = self.data, (), ()  # type: tuple[Any, Path, Path]
        for step in path:
            if isinstance(data, list) and isinstance(step, str):
                step = _position(data, step)
            here = (*here, step)
            place = self.moved.get(here, (*place, step))
            try:
                data = data[step]
            except (KeyError, IndexError, TypeError):
                data = None
        return place

    def _note(self, model: Any, error: Any) -> None:
        path = tuple(step for step in error["loc"][1:] if step != "[key]")
        context = error.get("ctx", {})
        cause = context.get("error")
        if error["type"] == "too_short" and len(error["input"]) >= context["min_length"]:
            return  # entries that are wrong themselves were not counted
        if isinstance(cause, FieldFaults):
            for inner, reason in cause.misfits:
                self.fault((*path, *inner), reason)
        else:
            place = path[:-1] if is_unknown_field(error) else path
            self.fault(path, in_words(error, _schema(model, place)))


def dotted(path: Path) -> str:
    """Return a path as a person writes it: `quiz[2].question.en`; list places count from 1."""
    words = ""
    for step in path:
        words += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")


def _position(entries: list[Any], step: str) -> str | int:
    """Return the position of the entry with this key, code or id."""
    for position, entry in enumerate(entries):
        if isinstance(entry, dict) and step in (entry.get(name) for name in ("key", "code", "id")):
            return position
    return step


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    # Inside a tuple, because a dataclass at the root takes no configuration.
    return TypeAdapter(tuple[model], config=STRICT)


def _schema(model: Any, path: Path) -> dict[str, Any]:
    """Return the JSON Schema of a place in a model: what may stand there."""
    whole = _adapter(model).json_schema()

    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        options = schema.get("anyOf", [schema])
        chosen = next(option for option in options if option.get("type") != "null")
        name = chosen.get("$ref", "").rpartition("/")[2]
        return dict(whole["$defs"][name] if name else chosen)

    place = resolved(whole["prefixItems"][0])
    for step in path:
        inner = (
            place.get("items") if isinstance(step, int) else place.get("properties", {}).get(step)
        )
        place = resolved(inner or place.get("additionalProperties") or {})
    return place

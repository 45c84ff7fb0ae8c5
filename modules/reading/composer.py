"""YAML as plain data with the line of every field."""

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

DEEPEST = 20
"""Levels a file may nest; the deepest of ours has eight."""

Path = tuple[str | int, ...]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Dates stay the text they were written as: the model that wants one reads it."""

    yaml_implicit_resolvers = {
        first: [(tag, shape) for tag, shape in known if not tag.endswith(":timestamp")]
        for first, known in _Base.yaml_implicit_resolvers.items()
    }


class Composer:
    """Builds the data of a YAML text event by event; aliases and deep nesting are refused."""

    def __init__(self, text: str) -> None:
        self.loader = _Loader(text)
        self.lines: dict[Path, int] = {}
        self.twice: list[Path] = []

    def whole(self) -> Any:
        """Return the data of the one document; raises YAMLError."""
        try:
            self.loader.get_event()
            if self.loader.check_event(yaml.StreamEndEvent):
                return None
            self.loader.get_event()
            data = self._value(())
            self.loader.get_event()
            if not self.loader.check_event(yaml.StreamEndEvent):
                self._refuse(self.loader.get_event(), "a second document begins")
            return data
        finally:
            self.loader.dispose()

    def _value(self, path: Path) -> Any:
        event = self.loader.get_event()
        self.lines.setdefault(path, event.start_mark.line + 1)
        if len(path) > DEEPEST:
            self._refuse(event, "is nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent) or not event.implicit:
            self._refuse(event, "aliases and tags are not read, write it out")
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._entries(path))
        return dict(self._fields(path))

    def _scalar(self, event: Any) -> Any:
        tag = event.tag or self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            return self.loader.construct_object(node)
        except ValueError:
            self._refuse(event, "is not what its tag says")

    def _entries(self, path: Path) -> Iterator[Any]:
        position = 0
        while not self.loader.check_event(yaml.SequenceEndEvent):
            yield self._value((*path, position))
            position += 1
        self.loader.get_event()

    def _fields(self, path: Path) -> Iterator[tuple[str, Any]]:
        seen = set()
        while not self.loader.check_event(yaml.MappingEndEvent):
            event = self.loader.get_event()
            name, line = getattr(event, "value", None), event.start_mark.line + 1
            if name is None:
                self._refuse(event, "the name of a field must be plain text")
            here = (*path, name)
            self.lines[here] = line
            if name in seen:
                self.twice.append(here)
            seen.add(name)
            yield name, self._value(here)
        self.loader.get_event()

    def _refuse(self, event: Any, problem: str) -> NoReturn:
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)

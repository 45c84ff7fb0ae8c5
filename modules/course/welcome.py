"""What a participant reads first: what this is, what it asks, who reads what is written."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from modules.study.protocol import COMPONENTS
from modules.text import Text

Version = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or two; with a component it is for the arms that have it, and for no other."""

    text: Text
    component: Literal[COMPONENTS] | None = None  # type: ignore[valid-type]


Lines = Annotated[tuple[Line, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Privacy:
    """The privacy notice; whoever has read another `version` is shown it again."""

    version: Version
    readers: Lines
    """Who reads what is written."""
    others: Lines
    """Who does not."""
    rights: Lines


@dataclass(frozen=True, slots=True)
class Welcome:
    """`welcome.yaml`."""

    about: Lines
    asks: Lines
    """What the next weeks ask."""
    privacy: Privacy


def told(lines: Collection[Line], components: Collection[str]) -> tuple[Text, ...]:
    """Return the lines of an arm with these components."""
    return tuple(line.text for line in lines if line.component in (None, *components))

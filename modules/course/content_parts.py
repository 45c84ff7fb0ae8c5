"""From the form of a content file to the form of the records of the course; pure, no files.

Each function changes the data of a document in place before it is read, and says where a moved
field stands in the file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Annotated, Any

from pydantic import Field

from modules.course.curriculum import Exercise
from modules.reading.document import KEY, Document, Path, distinct
from modules.safety.texts import ReplyTemplate
from modules.text import FROM_MARKDOWN, LANGUAGES

ReadMarkdown = Callable[[str], dict[str, str]]
"""Reads `<stem>.es.md` and `<stem>.en.md` and returns them by language."""

OF_THE_FILM = (
    "anchor", "arrow_off", "back_pain_adaptation", "camera", "contact", "fists", "focus",
    "keyframes", "loop", "mirror", "pacer", "plant", "prop", "reach", "sequence", "show_groups",
    "source_ref", "surface", "track", "view", "wall_x",
)  # fmt: skip
"""Fields of an exercise that only its film needs."""


@dataclass(frozen=True, slots=True)
class ExerciseFile:
    """`exercises.yaml`; `meta` is for people."""

    exercises: Annotated[tuple[Exercise, ...], Field(min_length=1), distinct("id")]
    meta: object = None


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """`replies.yaml`."""

    replies: Annotated[tuple[ReplyTemplate, ...], Field(min_length=1), distinct("key")]


def prepare_module(document: Document, read: ReadMarkdown) -> None:
    """Put the card and the lessons into a module, and letters on the choices of its check."""
    for _, lesson in _mappings(document.data, "lessons"):
        _put_markdown(lesson, read, "lessons/")
    if isinstance(document.data, dict):
        document.data[FROM_MARKDOWN] = read("card")
    for place, question in _mappings(document.data, "quiz"):
        for number, choice in _mappings(question, "choices"):
            here = ("quiz", place, "choices", number)
            document.moved[*here, "text"] = here
            words = {name: choice.pop(name) for name in list(choice) if name != "right"}
            choice |= {"key": ascii_lowercase[number % 26], "text": words}


def prepare_brochure(document: Document, read: ReadMarkdown) -> None:
    """Put the text of each section into the brochure."""
    for _, section in _mappings(document.data, "sections"):
        _put_markdown(section, read)


def prepare_exercises(document: Document) -> None:
    """Pair the languages of every exercise and leave out what belongs to its film.

    A text is `name_es` and `name_en` (or a bare `name`, which is English). A language left out is
    a gap: the other one stands in.
    """
    for place, row in _mappings(document.data, "exercises"):
        here = ("exercises", place)
        for name in OF_THE_FILM:
            row.pop(name, None)
        for name in ("name", "clinical_name", "start", "movement", "cue"):
            _pair(document, here, row, name)
        for name in ("errors", "progression", "targets"):
            _pair_lists(document, here, row, name)
        if isinstance(row.get("dose"), dict):
            for name in ("note", "target"):
                _pair(document, here, row, name, inside=("dose",))


def _put_markdown(entry: dict[str, Any], read: ReadMarkdown, folder: str = "") -> None:
    """Put the text into an entry; one whose key is itself a fault has no file to look for."""
    key = entry.get("key")
    is_key = isinstance(key, str) and re.fullmatch(KEY, key)
    entry[FROM_MARKDOWN] = read(f"{folder}{key}") if is_key else dict.fromkeys(LANGUAGES, "")


def _mappings(data: Any, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the entries of a list that are mappings; reading names the others."""
    entries = data.get(name) if isinstance(data, dict) else None
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield place, entry


def _pair(
    document: Document, here: Path, row: dict[str, Any], name: str, *, inside: tuple[str, ...] = ()
) -> None:
    """Make one text of a row of the two fields of the row, or of the mapping inside it."""
    written = row
    for step in inside:
        written = written[step]
    if found := _taken(document, (*here, *inside), written, name):
        row[name] = {language: value for language, (_, value) in found.items()}
        for language, (field, _) in found.items():
            document.moved[*here, name, language] = (*here, *inside, field)


def _pair_lists(document: Document, here: Path, row: dict[str, Any], name: str) -> None:
    """Make one list of texts of the two lists of a row, which must be equally long."""
    found = _taken(document, here, row, name, for_patients=name != "targets")
    for field, value in found.values():
        if not isinstance(value, list):
            row[name], document.moved[*here, name] = value, (*here, field)
            return
    if len({len(value) for _, value in found.values()}) > 1:
        spanish, english = (len(value) for _, value in found.values())
        document.fault((*here, f"{name}_es"), f"has {spanish} entries, English has {english}")
    pairs = zip(*(value for _, value in found.values()), strict=False)
    row[name] = [dict(zip(found, pair, strict=True)) for pair in pairs]
    for place in range(len(row[name])):
        for language, (field, _) in found.items():
            document.moved[*here, name, place, language] = (*here, field, place)


def _taken(
    document: Document, here: Path, row: dict[str, Any], name: str, *, for_patients: bool = True
) -> dict[str, tuple[str, Any]]:
    """Take a text out of a row: language -> its field and value; nothing when it has neither."""
    plain = f"{name}_en" if row.get(f"{name}_en") is not None else name
    fields = dict(zip(LANGUAGES, (f"{name}_es", plain), strict=True))
    values = {str(lang): (field, row.pop(field, None)) for lang, field in fields.items()}
    written = [each for each in values.values() if each[1] is not None]
    for language in LANGUAGES if written else ():
        if values[language][1] is None:
            values[language] = written[0]
            if for_patients:
                reason = "is missing; the other language stands in"
                document.fault((*here, f"{name}_{language}"), reason, serious=False)
    return values if written else {}

"""Text packs: the validated wording of an instrument in one language, loaded by the site.

A pack is a file that names the licence it rests on: YAML, or a table (`text_pack_tables`). It
replaces questions, options, ends of scales and the lead; keys, codes and scoring stay. `template`
writes an empty one to fill in:

    instrument, version, language (es or en), language_version,
    licence_holder, licence_ref, expires (a date, or none where the licence has no end),
    lead (where the form has one), recall (optional),
    choices (optional: for all items that list none of their own),
    items: {q1: {prompt, choices: {code: label}, anchors: [low end, high end]}, ...}
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from modules.errors import FileFaults
from modules.outcomes import text_pack_tables
from modules.outcomes.questionnaire import (
    NO_END,
    Choice,
    Instrument,
    Item,
    Pack,
)
from modules.reading.document import Document, Misfit
from modules.text import Language, Text, Words

LARGEST_FILE = 200_000
"""Bytes a pack may have; the longest questionnaire needs a few thousand."""

ENDINGS = (".yaml", ".yml", ".csv")
"""Endings of the files that are read as text packs."""


class TextPackError(FileFaults):
    """A text pack cannot be used."""

    code = "text_pack_refused"


def _last_day(written: Any) -> date | None:
    """Read a date, or the word for a licence without end."""
    try:
        return None if written == NO_END else date.fromisoformat(written)
    except (TypeError, ValueError):
        raise ValueError(f"must be a date such as 2027-12-31, or {NO_END}") from None


def _two_ends(written: tuple[str, ...]) -> tuple[str, ...]:
    if len(written) != 2:
        raise ValueError("must be the two ends of the scale")
    return written


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of one item: its question, the label of each code, the two ends of a scale."""

    prompt: Words
    choices: dict[int, Words] = field(default_factory=dict)
    anchors: Annotated[tuple[Words, ...], AfterValidator(_two_ends)] | None = None


@dataclass(frozen=True, kw_only=True)
class PackFields:
    """The fields of a pack; `expires` is its last good day, None where it has no end."""

    instrument: Words
    version: Words
    language: Language
    language_version: Words
    licence_holder: Words
    licence_ref: Words
    expires: Annotated[date | None, BeforeValidator(_last_day)]
    items: Annotated[dict[str, ItemText], Field(min_length=1)]
    lead: Words | None = None
    recall: Words | None = None
    choices: dict[int, Words] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TextPack(PackFields):
    """A pack as read; `sha256` is the checksum of the file."""

    document: Document
    sha256: str

    def refused(self, *misfits: Misfit) -> TextPackError:
        """Return the error that names these places of the file."""
        return TextPackError(self.document.at(*misfit) for misfit in misfits)

    def has_ended(self, today: date) -> bool:
        """Say whether the licence is over; its last day still counts."""
        return self.expires is not None and self.expires < today


def load(name: str, content: bytes, today: date) -> TextPack:
    """Read a pack to be used today; its last day still counts, after that it is refused.

    Raises TextPackError with all faults.
    """
    pack = read(name, content)
    if pack.has_ended(today):
        raise pack.refused((("expires",), f"expired on {pack.expires}"))
    return pack


def read(name: str, content: bytes) -> TextPack:
    """Read a pack from a file of this name, whether or not its licence is over.

    Raises TextPackError with all faults.
    """
    document = _document(name, content)
    fields = document.read(PackFields)
    if fields is None or document.faults:
        raise TextPackError(document.faults)
    return TextPack(document=document, sha256=hashlib.sha256(content).hexdigest(), **vars(fields))


def _document(name: str, content: bytes) -> Document:
    if len(content) > LARGEST_FILE:
        return Document.unreadable(name, f"is larger than {LARGEST_FILE} bytes")
    is_table = PurePath(name).suffix.lower() == ".csv"
    return (text_pack_tables.parse if is_table else Document.parse)(name, content)


def instrument_of(pack: TextPack, instruments: Mapping[str, Instrument]) -> Instrument:
    """Return the instrument a pack belongs to. Raises TextPackError when there is none."""
    if pack.instrument not in instruments:
        raise pack.refused((("instrument",), "is no questionnaire of this installation"))
    return instruments[pack.instrument]


def apply(instrument: Instrument, pack: TextPack) -> Instrument:
    """Return the instrument with the pack's words in the pack's language.

    Raises TextPackError when the pack is for another instrument or version, or does not match
    the item keys and codes exactly.
    """
    if misfits := tuple(_misfits(instrument, pack)):
        raise pack.refused(*misfits)
    return replace(
        instrument,
        lead=_with(instrument.lead, pack.language, pack.lead),
        recall=_with(instrument.recall, pack.language, pack.recall) or instrument.recall,
        items=tuple(_reworded(item, pack) for item in instrument.items),
        packs={**instrument.packs, pack.language: _permission(pack)},
    )


def set_aside(instrument: Instrument, pack: TextPack) -> Instrument:
    """Return the instrument in its own words, knowing that this pack's licence is over."""
    return replace(instrument, ended={**instrument.ended, pack.language: _permission(pack)})


def _misfits(instrument: Instrument, pack: TextPack) -> Iterator[Misfit]:
    """Yield everything in which pack and instrument differ."""
    if pack.instrument != instrument.key:
        yield ("instrument",), f"is for {pack.instrument}, not for {instrument.key}"
        return
    if pack.version != instrument.version:
        yield ("version",), f"must be {instrument.version}"
    if instrument.lead is not None and pack.lead is None:
        yield ("lead",), "is missing"
    known = {item.key: item for item in instrument.items}
    for key in known.keys() - pack.items.keys():
        yield ("items", key), "is missing"
    for key in pack.items:
        if key in known:
            yield from _misfits_of_item(known[key], pack)
        else:
            yield ("items", key), "no such item"


def _misfits_of_item(item: Item, pack: TextPack) -> Iterator[Misfit]:
    words, place = pack.items[item.key], ("items", item.key)
    codes = sorted(choice.value for choice in item.choices)
    if sorted(_labels_for(item, pack)) != codes:
        wanted = ", ".join(map(str, codes)) or "none"
        yield (*place, "choices"), f"must have exactly the codes {wanted}"
    if (item.anchors is None) != (words.anchors is None):
        reason = "is missing" if words.anchors is None else "this item has no ends of a scale"
        yield (*place, "anchors"), reason


def _labels_for(item: Item, pack: TextPack) -> Mapping[int, str]:
    """Return the item's own labels, else the pack's common ones where the item has options."""
    return pack.items[item.key].choices or (pack.choices if item.choices else {})


def _reworded(item: Item, pack: TextPack) -> Item:
    words, labels = pack.items[item.key], _labels_for(item, pack)
    ends = None
    if item.anchors is not None and words.anchors is not None:
        low, high = (
            _put(ours, pack.language, theirs)
            for ours, theirs in zip(item.anchors, words.anchors, strict=True)
        )
        ends = (low, high)
    return replace(
        item,
        prompt=_put(item.prompt, pack.language, words.prompt),
        choices=tuple(
            Choice(choice.value, _put(choice.label, pack.language, labels[choice.value]))
            for choice in item.choices
        ),
        anchors=ends,
    )


def _with(text: Text | None, language: str, words: str | None) -> Text | None:
    return text if words is None else _put(text or Text("", ""), language, words)


def _put(text: Text, language: str, words: str) -> Text:
    return Text(text.es, words) if language == "en" else Text(words, text.en)


def _permission(pack: TextPack) -> Pack:
    return Pack(
        language=pack.language,
        language_version=pack.language_version,
        licence_holder=pack.licence_holder,
        licence_ref=pack.licence_ref,
        expires=NO_END if pack.expires is None else pack.expires.isoformat(),
        sha256=pack.sha256,
    )


def template(instrument: Instrument, language: str) -> str:
    """Return an empty pack for this instrument and language, with a comment for every topic."""
    head = {
        "instrument": instrument.key,
        "version": instrument.version,
        "language": language,
        "language_version": "",
        "licence_holder": "",
        "licence_ref": "",
    }
    lines = [f"# {instrument.title.get(language)}. {instrument.rights.get(language)}"]
    lines += [f"{name}: {_quoted(value)}" for name, value in head.items()]
    lines.append(f"expires:  # 2027-12-31, or {NO_END}")
    if instrument.lead is not None:
        lines.append('lead: ""')
    lines.append("items:")
    for item in instrument.items:
        lines += _item_template(item, language)
    return "\n".join(lines) + "\n"


def _item_template(item: Item, language: str) -> list[str]:
    lines = [f"  {item.key}:  # {item.topic.get(language)}", '    prompt: ""']
    if item.choices:
        lines.append("    choices:")
        lines += [f'      {choice.value}: ""' for choice in item.choices]
    if item.anchors is not None:
        lines.append('    anchors: ["", ""]')
    return lines


def _quoted(value: str) -> str:
    """Return a string as YAML reads it back (JSON strings are YAML)."""
    return json.dumps(value, ensure_ascii=False)

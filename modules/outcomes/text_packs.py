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
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import yaml

from modules.errors import CourseError
from modules.outcomes import text_pack_tables
from modules.outcomes.questionnaire import (
    NO_END,
    Choice,
    Instrument,
    Item,
    Pack,
)
from modules.text import LANGUAGES, Text
from modules.yaml_document import MISSING, Document, Fault, Node

LARGEST_FILE = 200_000
"""Bytes a pack may have; the longest questionnaire needs a few thousand."""

DEEPEST = 8
"""Levels a pack may nest; its form needs four. The YAML library crashes on many thousands."""

FIELDS = (
    "instrument",
    "version",
    "language",
    "language_version",
    "licence_holder",
    "licence_ref",
    "expires",
    "lead",
    "recall",
    "choices",
    "items",
)

ENDINGS = (".yaml", ".yml", ".csv")
"""Endings of the files that are read as text packs."""


class TextPackError(CourseError):
    """A text pack cannot be used; `faults` lists every one with file, line, field and reason."""

    code = "text_pack_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class ItemText:
    """The words of one item: its question, the label of each code, the two ends of a scale."""

    prompt: str
    choices: Mapping[int, str]
    anchors: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class TextPack:
    """A pack as read; `sha256` is the checksum of the file, `expires` its last good day."""

    file: str
    instrument: str
    version: str
    language: str
    language_version: str
    licence_holder: str
    licence_ref: str
    expires: date | None
    sha256: str
    items: Mapping[str, ItemText]
    lead: str | None = None
    recall: str | None = None
    choices: Mapping[int, str] = field(default_factory=dict)

    def has_ended(self, today: date) -> bool:
        """Say whether the licence is over; its last day still counts."""
        return self.expires is not None and self.expires < today


def load(path: Path, today: date) -> TextPack:
    """Read a pack to be used today; its last day still counts, after that it is refused.

    Raises TextPackError with all faults, OSError when the file cannot be opened.
    """
    pack = read(path)
    if pack.has_ended(today):
        raise _refused(path.name, "expires", f"expired on {pack.expires}")
    return pack


def read(path: Path) -> TextPack:
    """Read a pack, whether or not its licence is over.

    Raises TextPackError with all faults, OSError when the file cannot be opened.
    """
    content = path.read_bytes()
    faults: list[Fault] = []
    is_table = path.suffix.lower() == ".csv"
    try:
        if len(content) > LARGEST_FILE:
            raise ValueError(f"is larger than {LARGEST_FILE} bytes")
        text = content.decode()
        if is_table:
            text = text_pack_tables.as_yaml(text)
        if _depth(text) > DEEPEST:
            raise ValueError("is nested too deeply")
        document = Document(path.name, text, faults)
        pack = _read(document.root, hashlib.sha256(content).hexdigest())
    except UnicodeDecodeError as error:
        raise _refused(path.name, "", "is not UTF-8 text") from error
    except RecursionError as error:
        raise _refused(path.name, "", "is nested too deeply") from error
    except ValueError as error:  # a date such as 2027-13-45, or one of those above
        raise _refused(path.name, "", str(error)) from error
    if faults:
        # A table's faults are named by field: its lines are not those of the YAML made of it.
        raise TextPackError(tuple(replace(f, line=None) if is_table else f for f in faults))
    return pack


def _depth(text: str) -> int:
    """Return how deep the document nests, counted without building it."""
    depth = deepest = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                break
    except yaml.YAMLError:
        return deepest  # the document reader names the fault and its line
    return deepest


def _refused(file: str, field_name: str, reason: str) -> TextPackError:
    return TextPackError((Fault(file, None, field_name, reason),))


def _read(root: Node, sha256: str) -> TextPack:
    root.only(*FIELDS)
    language = root.string("language")
    if language and language not in LANGUAGES:
        root.get("language").fault(f"must be one of {', '.join(LANGUAGES)}")
    return TextPack(
        file=root.document.file,
        instrument=root.string("instrument"),
        version=root.string("version"),
        language=language,
        language_version=root.string("language_version"),
        licence_holder=root.string("licence_holder"),
        licence_ref=root.string("licence_ref"),
        expires=_last_day(root),
        sha256=sha256,
        items=_item_texts(root.get("items")),
        lead=root.string("lead") if "lead" in root else None,
        recall=root.string("recall") if "recall" in root else None,
        choices=_labels(root),
    )


def _last_day(root: Node) -> date | None:
    value = root.get("expires").value
    if type(value) is date:  # a datetime is a date too, and not what is meant
        return value
    if value != NO_END:
        root.get("expires").fault(f"must be a date such as 2027-12-31, or {NO_END}")
    return None


def _item_texts(node: Node) -> dict[str, ItemText]:
    if not isinstance(node.value, dict) or not node.value:
        node.fault("is missing" if node.value is MISSING else "must be a mapping of items")
        return {}
    return {str(key): _item_text(node.get(key)) for key in node.value}


def _item_text(node: Node) -> ItemText:
    node.only("prompt", "choices", "anchors")
    anchors = tuple(value for _, value in node.string_items("anchors", needed=False))
    if anchors and len(anchors) != 2:
        node.get("anchors").fault("must be the two ends of the scale")
    ends = (anchors[0], anchors[1]) if len(anchors) == 2 else None
    return ItemText(node.string("prompt"), _labels(node), ends)


def _labels(parent: Node) -> dict[int, str]:
    node = parent.get("choices")
    if node.value is MISSING:
        return {}
    if not isinstance(node.value, dict):
        node.fault("must be a mapping of codes to labels")
        return {}
    labels: dict[int, str] = {}
    for code in node.value:
        if isinstance(code, bool) or not isinstance(code, int):
            node.fault("codes must be whole numbers")
        else:
            labels[code] = _label(Node(node.document, node.value[code], (*node.path, str(code))))
    return labels


def _label(node: Node) -> str:
    if isinstance(node.value, str) and node.value.strip():
        return node.value.strip()
    node.fault("must be text (put yes, no and numbers in quotes)")
    return ""


def instrument_of(pack: TextPack, instruments: Mapping[str, Instrument], file: str) -> Instrument:
    """Return the instrument a pack belongs to. Raises TextPackError when there is none."""
    if pack.instrument not in instruments:
        raise _refused(file, "instrument", "is no questionnaire of this installation")
    return instruments[pack.instrument]


def apply(instrument: Instrument, pack: TextPack) -> Instrument:
    """Return the instrument with the pack's words in the pack's language.

    Raises TextPackError when the pack is for another instrument or version, or does not match
    the item keys and codes exactly.
    """
    faults = [Fault(pack.file, None, name, reason) for name, reason in _misfits(instrument, pack)]
    if faults:
        raise TextPackError(tuple(faults))
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


def _misfits(instrument: Instrument, pack: TextPack) -> list[tuple[str, str]]:
    """Return (field, reason) for everything in which pack and instrument differ."""
    if pack.instrument != instrument.key:
        return [("instrument", f"is for {pack.instrument}, not for {instrument.key}")]
    found = []
    if pack.version != instrument.version:
        found.append(("version", f"must be {instrument.version}"))
    if instrument.lead is not None and pack.lead is None:
        found.append(("lead", "is missing"))
    known = {item.key for item in instrument.items}
    found += [(f"items.{key}", "no such item") for key in pack.items if key not in known]
    for item in instrument.items:
        if item.key not in pack.items:
            found.append((f"items.{item.key}", "is missing"))
        else:
            found += _item_misfits(item, pack)
    return found


def _item_misfits(item: Item, pack: TextPack) -> list[tuple[str, str]]:
    words, place = pack.items[item.key], f"items.{item.key}"
    labels = _labels_for(item, pack)
    codes = sorted(choice.value for choice in item.choices)
    found = []
    if sorted(labels) != codes:
        wanted = ", ".join(map(str, codes)) or "none"
        found.append((f"{place}.choices", f"must have exactly the codes {wanted}"))
    if (item.anchors is None) != (words.anchors is None):
        reason = "is missing" if words.anchors is None else "this item has no ends of a scale"
        found.append((f"{place}.anchors", reason))
    return found


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

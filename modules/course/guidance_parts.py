"""From the fields of the safety file and the brochure to their records; pure, no files."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from modules.course.content_parts import ReadText
from modules.safety.texts import (
    PLACEHOLDER,
    Brochure,
    BrochureSection,
    Contraindication,
    Level,
    Occasion,
    PhoneNumber,
    RedFlag,
    ReplyKind,
    ReplyTemplate,
    Safety,
    SafetyText,
    StopAction,
    StopRule,
    WarningPage,
)
from modules.text import Text
from modules.yaml_document import Node

Kind = TypeVar("Kind", bound=StrEnum)


def read_safety(node: Node) -> Safety:
    """Return the safety file's records; every number a text names must be there."""
    node.only("red_flags", "stop_rules", "contraindications", "numbers", "warning", "texts")
    safety = Safety(
        red_flags=tuple(_red_flag(item) for item in _distinct(node, "red_flags", "code")),
        stop_rules=tuple(_stop_rule(item) for item in _distinct(node, "stop_rules", "code")),
        contraindications=tuple(
            _contraindication(item) for item in _distinct(node, "contraindications", "code")
        ),
        numbers=tuple(_number(item) for item in _distinct(node, "numbers", "key")),
        warning=_warning(node.get("warning")),
        texts=tuple(_safety_text(item) for item in _distinct(node, "texts", "key")),
    )
    _check_numbers(node, safety)
    _check_levels(node, safety)
    return safety


def read_brochure(node: Node, read_text: ReadText) -> Brochure:
    """Return the brochure of conventional care; `read_text` brings its sections."""
    node.only("title", "summary", "sections", "exercises")
    return Brochure(
        title=node.text("title"),
        summary=node.text("summary"),
        sections=tuple(_section(item, read_text) for item in _distinct(node, "sections", "key")),
        exercises=node.strings("exercises", needed=False),
    )


def _section(node: Node, read_text: ReadText) -> BrochureSection:
    node.only("key", "title")
    key = node.key("key")
    body = read_text(key, node.get("key")) if key else Text("", "")
    return BrochureSection(key, node.text("title"), body)


def read_replies(node: Node) -> tuple[ReplyTemplate, ...]:
    """Return the ready-made sentences for replies to a diary."""
    node.only("replies")
    return tuple(_reply(item) for item in _distinct(node, "replies", "key"))


def _reply(node: Node) -> ReplyTemplate:
    node.only("key", "kind", "text")
    return ReplyTemplate(node.key("key"), _member(node.get("kind"), ReplyKind), node.text("text"))


def _distinct(node: Node, name: str, key: str) -> Iterable[Node]:
    seen: set[str] = set()
    for item in node.items(name):
        value = str(item.get(key).value)
        if value in seen:
            item.get(key).fault(f"{value} is used twice")
        seen.add(value)
        yield item


def _red_flag(node: Node) -> RedFlag:
    node.only("code", "level", "question", "asked")
    asked = tuple(_member(item, Occasion) for item in node.items("asked"))
    return RedFlag(
        node.string("code"), _member(node.get("level"), Level), node.text("question"), asked
    )


def _stop_rule(node: Node) -> StopRule:
    node.only("code", "action", "sign", "text")
    action = _member(node.get("action"), StopAction)
    return StopRule(node.string("code"), action, node.text("sign"), node.text("text"))


def _contraindication(node: Node) -> Contraindication:
    node.only("code", "text")
    return Contraindication(node.string("code"), node.text("text"))


def _number(node: Node) -> PhoneNumber:
    node.only("key", "label", "number")
    number = node.get("number").value
    if not isinstance(number, str):
        node.get("number").fault("must be text in quotes, empty where the clinic sets it")
    return PhoneNumber(node.key("key"), node.text("label"), str(number))


def _warning(node: Node) -> WarningPage:
    node.only("title", "body", "afterwards")
    return WarningPage(node.text("title"), node.text("body"), node.text("afterwards"))


def _safety_text(node: Node) -> SafetyText:
    node.only("key", "title", "body", "triggers", "level")
    return SafetyText(
        key=node.key("key"),
        title=node.text("title"),
        body=node.text("body"),
        triggers=node.strings("triggers", needed=False),
        level=_member(node.get("level"), Level) if "level" in node else None,
    )


def _member(node: Node, kind: type[Kind]) -> Kind:
    if isinstance(node.value, str) and node.value in set(kind):
        return kind(node.value)
    node.fault(f"must be one of {', '.join(kind)}")
    return next(iter(kind))


def _check_numbers(node: Node, safety: Safety) -> None:
    """A text that names a number must never be shown with a gap in it."""
    known = {number.key for number in safety.shown_numbers()}
    warning = node.get("warning")
    places = [(warning.get("body"), safety.warning.body)]
    places.append((warning.get("afterwards"), safety.warning.afterwards))
    places += [
        (item.get("body"), text.body)
        for item, text in zip(node.items("texts"), safety.texts, strict=True)
    ]
    for place, text in places:
        for key in sorted(set(PLACEHOLDER.findall(text.es + text.en)) - known):
            place.fault(f"names the number {{{key}}}, which is not set under numbers")


def _check_levels(node: Node, safety: Safety) -> None:
    said = {text.level for text in safety.texts}
    for level in Level:
        if level not in said:
            node.get("texts").fault(f"no text for the level {level}")

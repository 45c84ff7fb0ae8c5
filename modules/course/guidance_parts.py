"""From the fields of the safety file and the brochure to their records; pure, no files."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from modules.course.content_parts import ReadText
from modules.safety.codes import Level, Origin, Trigger
from modules.safety.symptoms import OFFERED
from modules.safety.texts import (
    PLACEHOLDER,
    Brochure,
    BrochureSection,
    Contraindication,
    Occasion,
    PhoneNumber,
    ReplyKind,
    ReplyTemplate,
    Safety,
    SafetyText,
    Sign,
    StopAction,
    StopRule,
    WarningPage,
)
from modules.text import Text
from modules.yaml_document import Node

Kind = TypeVar("Kind", bound=StrEnum)


def read_safety(node: Node) -> Safety:
    """Return the safety file's records; every number, sign and trigger it names must be there."""
    node.only("signs", "stop_rules", "contraindications", "numbers", "warning", "texts")
    safety = Safety(
        signs=tuple(_sign(item) for item in _distinct(node, "signs", "code")),
        stop_rules=tuple(_stop_rule(item) for item in _distinct(node, "stop_rules", "code")),
        contraindications=tuple(
            _contraindication(item) for item in _distinct(node, "contraindications", "code")
        ),
        numbers=tuple(_number(item) for item in _distinct(node, "numbers", "key")),
        warning=_warning(node.get("warning")),
        texts=tuple(_safety_text(item) for item in _distinct(node, "texts", "key")),
    )
    _check_numbers(node, safety)
    _check_signs(node, safety)
    _check_texts(node, safety)
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


def _sign(node: Node) -> Sign:
    node.only("code", "question", "asked")
    asked = tuple(_member(item, Occasion) for item in node.items("asked"))
    return Sign(node.string("code"), node.text("question"), asked)


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
        triggers=tuple(_member(item, Trigger) for item in node.items("triggers", needed=False)),
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


WARNING_SIGNS = tuple(each for each in Trigger if each.origin is Origin.WARNING_PAGE)
"""What can be ticked on the warning page, each a trigger of its own."""


def _check_signs(node: Node, safety: Safety) -> None:
    """What is asked is what the rules know, no more and no less: no tick may be lost."""
    known = ((Occasion.DIARY, set(OFFERED)), (Occasion.ANY_TIME, set(WARNING_SIGNS)))
    for occasion, codes in known:
        asked = {sign.code for sign in safety.asked(occasion)}
        for item, sign in zip(node.items("signs"), safety.signs, strict=True):
            if occasion in sign.asked and sign.code not in codes:
                item.get("asked").fault(f"{sign.code} is no sign that {occasion} may ask about")
        for code in sorted(codes - asked):
            node.get("signs").fault(f"no sign {code} that is asked about in {occasion}")


def _check_texts(node: Node, safety: Safety) -> None:
    """Whoever ticked a warning sign is told what to do, whatever its level."""
    said = {text.level for text in safety.texts}
    for level in Level:
        if level not in said and any(trigger.level is level for trigger in WARNING_SIGNS):
            node.get("texts").fault(f"no text for the level {level}")

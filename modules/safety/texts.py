"""What keeps a patient safe and what both arms are told: red flags, stop rules, the brochure.

Pure data; the annotations are what `course.content` asks of the files. The codes are those of the
safety plan: R1-R10 red flags, S1-S8 stop rules, C1-C12 contraindications; how urgent a sign is, is
said in `safety.triggers`. Texts never diagnose: they say what to do, and one wording of a sign and
of its order serves pages, lessons, cards, films, alerts and paper (`safety.wording`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from modules.errors import NotFound
from modules.reading.document import Key, Misfit, Path, distinct
from modules.safety.symptoms import OFFERED
from modules.safety.triggers import Level, Origin, Trigger
from modules.text import LabelledEnum, Markdown, Text, Words

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""A telephone number's key inside a text: `{emergency}`."""


class Occasion(StrEnum):
    """When a sign is asked about."""

    BASELINE = "baseline"
    WEEKLY = "weekly"
    ANY_TIME = "any_time"
    """The page «I have a warning sign»."""
    DIARY = "diary"


class StopOrder(StrEnum):
    """What a patient does when a stop rule is met, soonest first."""

    EMERGENCY = "emergency"
    STOP_ALL = "stop_all"
    LEAVE_EXERCISE = "leave_exercise"
    LOWER_LEVEL = "lower_level"
    PAUSE = "pause"
    LOOSEN = "loosen"


@dataclass(frozen=True, slots=True)
class Sign:
    """One red flag or new symptom, in patient words: ticked where it is true."""

    code: Words
    question: Text
    asked: Annotated[tuple[Occasion, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Order:
    """The one wording of an order: `do` heads a list of signs, `text` stands beside one."""

    key: StopOrder
    do: Text
    text: Text


@dataclass(frozen=True, slots=True)
class StopRule:
    """What may happen during exercise, in patient words, and the order that goes with it.

    `signs` are written to follow the order's `do`; `short` is how a film says all of them.
    """

    code: Words
    order: StopOrder
    short: Text
    signs: Annotated[tuple[Text, ...], Field(min_length=1)]


class Colour(StrEnum):
    """A colour of the traffic light of pain."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class ColourRule:
    """What to do at one colour of the traffic light of pain.

    `up_to` is the highest whole number of it, 0 to 10; `pain` says its numbers in words, `do` all
    that is done then, `short` how a film says it.
    """

    colour: Colour
    name: Text
    up_to: Annotated[int, Field(ge=0, le=10)]
    pain: Text
    do: Text
    short: Text


@dataclass(frozen=True, slots=True)
class Contraindication:
    """One reason to ask the team before an exercise, in patient words.

    `stops`: while it holds, no exercise is given at all, whatever an exercise says of itself.
    """

    code: Words
    text: Text
    stops: bool = False


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number of the warning sign page; a clinic sets its own, an empty one is not shown."""

    key: Key
    label: Text
    number: str


@dataclass(frozen=True, slots=True)
class SafetyText:
    """A fixed text shown when one of its triggers fires, or a red flag of its level is ticked."""

    key: Key
    title: Text
    body: Text
    triggers: Annotated[tuple[Trigger, ...], distinct()] = ()
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class WarningPage:
    """The page behind «I have a warning sign»; `body` and `afterwards` are Markdown."""

    title: Text
    body: Text
    afterwards: Text


@dataclass(frozen=True, slots=True)
class Safety:
    """The safety file with its numbers; texts may name a number as `{emergency}`."""

    signs: Annotated[tuple[Sign, ...], Field(min_length=1), distinct("code")]
    orders: Annotated[tuple[Order, ...], Field(min_length=1), distinct("key")]
    stop_rules: Annotated[tuple[StopRule, ...], Field(min_length=1), distinct("code")]
    contraindications: Annotated[
        tuple[Contraindication, ...], Field(min_length=1), distinct("code")
    ]
    numbers: Annotated[tuple[PhoneNumber, ...], Field(min_length=1), distinct("key")]
    warning: WarningPage
    texts: Annotated[tuple[SafetyText, ...], Field(min_length=1), distinct("key")]
    colours: Annotated[tuple[ColourRule, ...], distinct("colour")] = ()
    """Of the traffic light of pain, from the least; a course that has none says nothing of it."""

    @property
    def stopping(self) -> frozenset[str]:
        """The contraindications with which no exercise at all is given."""
        return frozenset(each.code for each in self.contraindications if each.stops)

    def asked(self, occasion: Occasion) -> tuple[Sign, ...]:
        """Return the signs asked about on one occasion, in order."""
        return tuple(sign for sign in self.signs if occasion in sign.asked)

    def stop_rule(self, code: str) -> StopRule:
        """Return a stop rule by code; raise NotFound."""
        return _first(self.stop_rules, "code", code)

    def order(self, key: StopOrder) -> Order:
        """Return the wording of an order; raise NotFound."""
        return _first(self.orders, "key", key)

    def orders_of(self, codes: Iterable[str]) -> tuple[tuple[Order, tuple[Text, ...]], ...]:
        """Return the orders of some stop rules, soonest first, each with its signs."""
        rules = [self.stop_rule(code) for code in codes]
        found = (
            (order, tuple(sign for rule in rules if rule.order is order.key for sign in rule.signs))
            for order in self.orders
        )
        return tuple((order, signs) for order, signs in found if signs)

    def signs_of(self, key: StopOrder) -> tuple[Text, ...]:
        """Return every sign that an order goes with, as the file has them."""
        rules = (rule for rule in self.stop_rules if rule.order is key)
        return tuple(sign for rule in rules for sign in rule.signs)

    def text(self, key: str) -> SafetyText:
        """Return a fixed text by key; raise NotFound."""
        return _first(self.texts, "key", key)

    def for_level(self, level: Level) -> SafetyText:
        """Return the fixed text shown when a red flag of this level is ticked; raise NotFound."""
        return _first(self.texts, "level", level)

    def for_trigger(self, trigger: Trigger) -> SafetyText | None:
        """Return the fixed text of a trigger, None when the patient is shown nothing.

        A red flag ticked on the warning page has the text of its level.
        """
        if trigger.origin is Origin.WARNING_PAGE:
            return self.for_level(trigger.level)
        return next((text for text in self.texts if trigger in text.triggers), None)

    def first_said(self, triggers: Iterable[Trigger]) -> tuple[Trigger, SafetyText] | None:
        """Return the most urgent trigger that the patient is told about, and the fixed text."""
        levels, order = list(Level), list(Trigger)
        said = [(each, text) for each in triggers if (text := self.for_trigger(each))]
        return min(
            said,
            key=lambda pair: (levels.index(pair[0].level), order.index(pair[0])),
            default=None,
        )

    def shown_numbers(self) -> tuple[PhoneNumber, ...]:
        """Return the numbers that are set, in order."""
        return tuple(number for number in self.numbers if number.number)

    def with_numbers(self, own: Mapping[str, str]) -> "Safety":
        """Return the same safety file with a site's own numbers; raise NotFound for a strange key.

        An empty value keeps the file's number: no setting can leave a text without one.
        """
        for key in own:
            _first(self.numbers, "key", key)
        numbers = tuple(
            replace(each, number=own.get(each.key) or each.number) for each in self.numbers
        )
        return replace(self, numbers=numbers)

    def say(self, text: Text, locale: str) -> str:
        """Return a text in one language with the telephone numbers filled in."""
        numbers = {number.key: number.number for number in self.numbers}
        return PLACEHOLDER.sub(lambda found: numbers.get(found[1], found[0]), text.get(locale))


def misfits_of_numbers(safety: Safety) -> Iterator[Misfit]:
    """Yield the texts that name a number which is not set: they would be shown with a gap."""
    known = {number.key for number in safety.shown_numbers()}
    warning = safety.warning
    places: list[tuple[Path, Text]] = [
        (("warning", "body"), warning.body),
        (("warning", "afterwards"), warning.afterwards),
        *((("texts", text.key, "body"), text.body) for text in safety.texts),
        *((("orders", order.key, "text"), order.text) for order in safety.orders),
    ]
    for place, text in places:
        for key in sorted(set(PLACEHOLDER.findall(text.es + text.en)) - known):
            yield place, f"names the number {{{key}}}, which is not set under numbers"


WARNING_SIGNS = tuple(each for each in Trigger if each.origin is Origin.WARNING_PAGE)
"""What can be ticked on the warning page, each a trigger of its own."""


def misfits_of_signs(safety: Safety) -> Iterator[Misfit]:
    """Yield the signs that are asked and no rule knows, or known and not asked: no tick is lost."""
    known = ((Occasion.DIARY, set(OFFERED)), (Occasion.ANY_TIME, set(WARNING_SIGNS)))
    for occasion, codes in known:
        asked = safety.asked(occasion)
        for sign in asked:
            if sign.code not in codes:
                reason = f"{sign.code} is no sign that {occasion} may ask about"
                yield ("signs", sign.code, "asked"), reason
        for code in sorted(codes - {sign.code for sign in asked}):
            yield ("signs",), f"no sign {code} that is asked about in {occasion}"


def misfits_of_stops(safety: Safety) -> Iterator[Misfit]:
    """Yield that nothing stops every exercise: an unchecked warning sign always does."""
    if not safety.stopping:
        yield ("contraindications",), "none has `stops: true`: an unchecked warning sign needs it"


def misfits_of_orders(safety: Safety) -> Iterator[Misfit]:
    """Yield the orders that have no wording."""
    for key in sorted(set(StopOrder) - {order.key for order in safety.orders}):
        yield ("orders",), f"no wording of the order {key}"


def misfits_of_colours(safety: Safety) -> Iterator[Misfit]:
    """Yield what keeps the traffic light from saying something, once, of every number to 10."""
    said = tuple(rule.colour for rule in safety.colours)
    if said not in ((), tuple(Colour)):
        yield ("colours",), "a traffic light has green, amber and red, in this order"
    ends = [rule.up_to for rule in safety.colours]
    if ends and (ends != sorted(set(ends)) or ends[-1] != 10):
        yield ("colours",), "each colour ends above the one before, the last at 10"


def misfits_of_levels(safety: Safety) -> Iterator[Misfit]:
    """Yield the levels without a text: whoever ticked a warning sign is told what to do."""
    said = {text.level for text in safety.texts}
    for level in Level:
        if level not in said and any(trigger.level is level for trigger in WARNING_SIGNS):
            yield ("texts",), f"no text for the level {level}"


def misfits_of_messages(safety: Safety) -> Iterator[Misfit]:
    """Yield what may be written to our number and has no text: it is answered at once."""
    for trigger in Trigger:
        if trigger.origin is Origin.MESSAGE and safety.for_trigger(trigger) is None:
            yield ("texts",), f"no text for {trigger}, which is the answer to a message"


@dataclass(frozen=True, slots=True)
class BrochureSection:
    """One section of the brochure; `body` is Markdown."""

    key: Key
    title: Text
    body: Markdown


@dataclass(frozen=True, slots=True)
class Brochure:
    """The institutional brochure of conventional care (row 4-04), the same for both arms."""

    title: Text
    summary: Text
    sections: Annotated[tuple[BrochureSection, ...], Field(min_length=1), distinct("key")]
    exercises: Annotated[tuple[Words, ...], distinct()] = ()


class ReplyKind(LabelledEnum):
    """What a ready-made sentence does."""

    ENCOURAGEMENT = "encouragement", "ánimo", "encouragement"
    ANSWER = "answer", "respuesta", "answer"


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A ready-made sentence with which the team answers a diary."""

    key: Key
    kind: ReplyKind
    text: Text


Entry = TypeVar("Entry")


def _first(entries: tuple[Entry, ...], attribute: str, wanted: str) -> Entry:
    for entry in entries:
        if getattr(entry, attribute) == wanted:
            return entry
    raise NotFound(wanted)

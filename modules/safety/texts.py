"""What keeps a patient safe and what both arms are told: red flags, stop rules, the brochure.

Pure data. The codes are those of the safety plan: R1-R9 red flags, S1-S6 stop rules,
C1-C12 contraindications, T1-T9 triggers. Texts never diagnose: they say what to do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from modules.errors import NotFound
from modules.text import Text

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""A telephone number's key inside a text: `{emergency}`."""


class Level(StrEnum):
    """How soon somebody must act on a sign, soonest first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    AMBER = "amber"
    REVIEW = "review"


class Occasion(StrEnum):
    """When a red-flag question is asked."""

    BASELINE = "baseline"
    WEEKLY = "weekly"
    ANY_TIME = "any_time"


class StopAction(StrEnum):
    """What a patient does when a stop rule is met."""

    STOP_EXERCISE = "stop_exercise"
    LOWER_LEVEL = "lower_level"
    PAUSE = "pause"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One question of the red-flag screen, answered yes or no."""

    code: str
    level: Level
    question: Text
    asked: tuple[Occasion, ...]


@dataclass(frozen=True, slots=True)
class StopRule:
    """One sign during exercise and what to do then, in patient words."""

    code: str
    action: StopAction
    sign: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Contraindication:
    """One reason to ask the team before an exercise, in patient words."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number of the warning sign page; a clinic sets its own, an empty one is not shown."""

    key: str
    label: Text
    number: str


@dataclass(frozen=True, slots=True)
class SafetyText:
    """A fixed text shown when a trigger fires; `triggers` are codes such as `T3`."""

    key: str
    title: Text
    body: Text
    triggers: tuple[str, ...] = ()
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

    red_flags: tuple[RedFlag, ...]
    stop_rules: tuple[StopRule, ...]
    contraindications: tuple[Contraindication, ...]
    numbers: tuple[PhoneNumber, ...]
    warning: WarningPage
    texts: tuple[SafetyText, ...]

    def asked(self, occasion: Occasion) -> tuple[RedFlag, ...]:
        """Return the red-flag questions of one occasion, in order."""
        return tuple(flag for flag in self.red_flags if occasion in flag.asked)

    def red_flag(self, code: str) -> RedFlag:
        """Return a red flag by code; raise NotFound."""
        return _first(self.red_flags, "code", code)

    def stop_rule(self, code: str) -> StopRule:
        """Return a stop rule by code; raise NotFound."""
        return _first(self.stop_rules, "code", code)

    def text(self, key: str) -> SafetyText:
        """Return a fixed text by key; raise NotFound."""
        return _first(self.texts, "key", key)

    def for_level(self, level: Level) -> SafetyText:
        """Return the fixed text shown when a red flag of this level is ticked; raise NotFound."""
        return _first(self.texts, "level", level)

    def for_trigger(self, code: str) -> SafetyText | None:
        """Return the fixed text of a trigger (`T2`), None when the patient is shown nothing.

        A red flag (`R1`) has the text of its level.
        """
        flag = next((flag for flag in self.red_flags if flag.code == code), None)
        if flag is not None:
            return self.for_level(flag.level)
        return next((text for text in self.texts if code in text.triggers), None)

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


@dataclass(frozen=True, slots=True)
class BrochureSection:
    """One section of the brochure; `body` is Markdown."""

    key: str
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Brochure:
    """The institutional brochure of conventional care (row 4-04), the same for both arms."""

    title: Text
    summary: Text
    sections: tuple[BrochureSection, ...]
    exercises: tuple[str, ...] = ()


class ReplyKind(StrEnum):
    """What a ready-made sentence does."""

    ENCOURAGEMENT = "encouragement"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A ready-made sentence with which the team answers a diary."""

    key: str
    kind: ReplyKind
    text: Text


Entry = TypeVar("Entry")


def _first(entries: tuple[Entry, ...], attribute: str, wanted: str) -> Entry:
    for entry in entries:
        if getattr(entry, attribute) == wanted:
            return entry
    raise NotFound(wanted)

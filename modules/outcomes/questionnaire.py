"""What a questionnaire is: items, answers, ranges, bands, licence. Data and pure functions.

An answer is an integer code. ODI sections may hold several marks (a tuple), open questions hold
text, and a question without an answer is None; why it has none (skipped, declined, not
applicable, not asked) is kept beside it and never turned into a number.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from modules.errors import CourseError
from modules.text import LabelledEnum, Text, label

Answer = int | str | tuple[int, ...] | None
Answers = Mapping[str, Answer]
Params = Mapping[str, object]
Result = dict[str, object]

NONE_OF_THESE = "none_of_these"
"""Form field that says "none of these sentences apply", so that an empty form is not a zero."""

REASON_SUFFIX = ".reason"
"""The reason for item `q8` may come in a field of its own, `q8.reason`, or as the value of `q8`."""

LONGEST_TEXT = 2000
"""Characters a free-text answer may have."""

NO_END = "none"
"""What a licence without an end says instead of its last day."""

OWN_WORDING = Text(
    "Redacción propia, no es el texto validado",
    "Own wording, not the validated text",
)


class ScoringError(CourseError):
    """These answers cannot be scored; `reason` is a stable code, `item` the answer at fault."""

    code = "scoring_refused"

    def __init__(self, reason: str, item: str | None = None) -> None:
        super().__init__(reason if item is None else f"{item}: {reason}")
        self.reason, self.item = reason, item


class Licence(StrEnum):
    """How the wording may travel: shipped here, loaded by the site, or written by the site."""

    OPEN = "open"
    LICENSED = "licensed"
    SITE = "site"


class Direction(StrEnum):
    """What a higher main score means for the person."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class Kind(StrEnum):
    """How a question is asked."""

    CHOICE = "choice"
    SLIDER = "slider"
    NUMBER = "number"
    TICK = "tick"
    TEXT = "text"


class Reason(LabelledEnum):
    """Why a question has no answer; `own` is what the participant ticks."""

    own: Text

    def __init__(self, code: str, es: str, en: str, own_es: str, own_en: str):
        """Make a member from its code, its label and what the participant ticks."""
        super().__init__(code, es, en)
        self.own = label(own_es, own_en)

    # fmt: off
    SKIPPED = "skipped", "sin respuesta", "no answer", "Sin respuesta", "No answer"
    DECLINED = (
        "declined", "prefiere no responder", "prefers not to answer",
        "Prefiero no responder", "I prefer not to answer",
    )
    NOT_APPLICABLE = (
        "not_applicable", "no aplica", "does not apply",
        "No aplica en mi caso", "This does not concern me",
    )
    NOT_ASKED = (
        "not_asked", "no se preguntó", "was not asked",
        "No me lo preguntaron", "I was not asked",
    )
    # fmt: on


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: the code that is stored and its label."""

    value: int
    label: Text


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question.

    `minimum` and `maximum` bound the code (taken from the choices where there are any).
    `reversed`: a higher code lowers the main score. `scored` is False for questions that are
    recorded only. `several`: more than one mark is kept, and the highest counts. `reasons` are
    those the person may give for not answering; `optional` questions are never asked for again.
    """

    key: str
    topic: Text
    prompt: Text
    kind: Kind = Kind.CHOICE
    choices: tuple[Choice, ...] = ()
    minimum: int = 0
    maximum: int = 0
    anchors: tuple[Text, Text] | None = None
    reversed: bool = False
    scored: bool = True
    optional: bool = False
    several: bool = False
    reasons: tuple[Reason, ...] = (Reason.DECLINED,)

    def __post_init__(self) -> None:
        codes = [choice.value for choice in self.choices]
        if len(set(codes)) != len(codes):
            raise ValueError(f"{self.key}: two choices share a value")
        if codes:
            object.__setattr__(self, "minimum", min(codes))
            object.__setattr__(self, "maximum", max(codes))
        elif self.kind is Kind.TICK:
            object.__setattr__(self, "maximum", 1)

    @property
    def withheld(self) -> bool:
        """Whether no blinded role ever reads the answer, on a page or in a file: words may tell."""
        return self.kind is Kind.TEXT

    def fault(self, value: object) -> str | None:
        """Return the code of what is wrong with `value` as an answer, or None if it may stand."""
        if value is None:
            return None
        if self.kind is Kind.TEXT:
            return text_fault(value)
        if self.several and isinstance(value, list | tuple):
            return next(filter(None, map(self._code_fault, value)), None) if value else "no_marks"
        return self._code_fault(value)

    def _code_fault(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return "not_an_integer"
        if not self.minimum <= value <= self.maximum:
            return "out_of_range"
        if self.choices and value not in {choice.value for choice in self.choices}:
            return "out_of_range"
        return None


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of the main score, both ends included; `label` is what a patient may read."""

    key: str
    low: int
    high: int
    label: Text


@dataclass(frozen=True, slots=True)
class Mic:
    """A minimal important change of the main score, in its unit or in percent of the baseline."""

    value: Fraction
    source: str
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """An answer that needs a clinician today: `item` at `at_least` or more.

    `ask_if_missing`: an unanswered item is a reason to ask, because silence is no reassurance.
    """

    key: str
    item: str
    at_least: int
    ask_if_missing: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """Which licensed text an instrument now carries, and on whose permission."""

    language: str
    language_version: str
    licence_holder: str
    licence_ref: str
    expires: str
    """Last day of the licence (ISO 8601), or `none`."""
    sha256: str

    def has_ended(self, today: date) -> bool:
        """Say whether the licence is over; its last day still counts."""
        return self.expires != NO_END and date.fromisoformat(self.expires) < today


Scorer = Callable[[Answers, Params], Result]


def no_warnings(answers: Answers) -> list[str]:
    """Return no warning: the rule of instruments without a plausibility check."""
    return []


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One questionnaire in one version.

    `key` names it in protocols and rows, `code` in exports, `names` in the files analysts score
    (the name of the published scale; instruments that share one are told apart by
    `version_mark`, a word in the stated version). `foreign_versions` are words that mean another
    instrument. `headline` names the main score among the results of `score`, `score_range` its
    lowest and highest value, `decimals` how many decimals each fractional result is shown with
    (two where it is not named; half-up). `score` returns exact fractions and never rounds them.
    `refused_as` is the result given for a number out of range where the instrument has one;
    elsewhere such a number is a ScoringError. `plain` says what is measured in the words of whoever
    answers, where there are such words. `headline_items`: keys of the items the main score is made
    of, where these are not all the scored ones. `wording` marks our text as ours; it is
    None where our text is the instrument. `packs`: licensed wording by language; `ended`: wording
    that was found but is not used, because its licence is over.
    """

    key: str
    code: str
    names: tuple[str, ...]
    title: Text
    version: str
    licence: Licence
    rights: Text
    recall: Text
    direction: Direction
    score_range: tuple[Fraction, Fraction]
    unit: Text
    headline: str
    missing_rule: Text
    items: tuple[Item, ...]
    score: Scorer
    source: str
    lead: Text | None = None
    plain: Text | None = None
    bands: tuple[Band, ...] = ()
    mics: tuple[Mic, ...] = ()
    loinc: Mapping[str, str] = field(default_factory=dict)
    local_codes: Mapping[str, str] = field(default_factory=dict)
    subscales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    warnings: Callable[[Answers], list[str]] = no_warnings
    recall_options: Mapping[str, Text] = field(default_factory=dict)
    headline_items: tuple[str, ...] = ()
    refused_as: Result | None = None
    shown_whole: bool = False
    """Whether the main score is shown rounded half-up to a whole number; it is stored unrounded."""
    one_per_screen: bool = False
    version_mark: str = ""
    foreign_versions: tuple[str, ...] = ()
    language_version: str = "own wording 1"
    wording: Text | None = OWN_WORDING
    packs: Mapping[str, Pack] = field(default_factory=dict)
    ended: Mapping[str, Pack] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = [item.key for item in self.items]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.key}: two items share a key")
        strangers = {key for keys_ in self.subscales.values() for key in keys_} - set(keys)
        strangers |= {alert.item for alert in self.alerts} - set(keys)
        if strangers:
            raise ValueError(f"{self.key}: no such item: {', '.join(sorted(strangers))}")

    def item(self, key: str) -> Item:
        """Return the item called `key`; KeyError if there is none."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def blinded(self) -> "Instrument":
        """Return the questionnaire as a blinded role meets it: without what is withheld."""
        return replace(self, items=tuple(item for item in self.items if not item.withheld))

    @property
    def range_ends(self) -> tuple[str, str]:
        """The lowest and the highest main score as they are printed: `-0.596`, `100`."""
        low, high = self.score_range
        return f"{float(low):g}", f"{float(high):g}"

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that enter a score."""
        return tuple(item for item in self.items if item.scored)

    def marked_own(self, language: str) -> Text | None:
        """Return the mark to print beside the text in `language`, None once a pack replaced it."""
        return None if language in self.packs else self.wording

    def may_be_published(self, language: str) -> bool:
        """Say whether a real study may ask in `language`: the licensed tier needs a pack."""
        return self.licence is not Licence.LICENSED or language in self.packs


@dataclass(frozen=True, slots=True)
class Checked:
    """One submitted form: clean answers, why others are missing, and what cannot be taken.

    Every item read is in exactly one of the three.
    """

    answers: dict[str, Answer]
    reasons: dict[str, Reason]
    errors: dict[str, str]


def text_fault(value: object) -> str | None:
    """Return what is wrong with a free-text answer: not text, too long, or unprintable."""
    if not isinstance(value, str):
        return "not_text"
    if len(value) > LONGEST_TEXT:
        return "too_long"
    if any(
        ord(sign) < 32 and sign not in "\n\r\t" or 0xD800 <= ord(sign) < 0xE000 for sign in value
    ):
        return "unprintable"
    return None


def check(
    instrument: Instrument, raw: Mapping[str, object], keys: Collection[str] | None = None
) -> Checked:
    """Read one submitted web form: strings, or lists of strings where a field came repeatedly.

    Nothing is coerced, trimmed or clipped. Error codes: `not_an_integer`, `out_of_range`,
    `several_answers`, `no_marks`, `not_text`, `too_long`, `unprintable`, `answer_and_reason`,
    `reason_not_offered`, and `contradiction` where ticks stand beside "none of these". With
    `keys`, only those items are read (one question per screen). Other fields are ignored.
    """
    checked = Checked({}, {}, {})
    for item in instrument.items:
        if keys is None or item.key in keys:
            _read_item(item, raw, checked)
    _settle_ticks(instrument, raw, checked)
    return checked


_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,5}")


def _read_item(item: Item, raw: Mapping[str, object], checked: Checked) -> None:
    marks = _texts(raw.get(item.key))
    words = [*_texts(raw.get(item.key + REASON_SUFFIX))]
    if item.kind is not Kind.TEXT:
        words += [mark for mark in marks if mark in set(Reason)]
        marks = [mark for mark in marks if mark not in set(Reason)]
    value, fault = _value(item, marks)
    if words and marks:
        fault = "answer_and_reason"
    elif words and (len(set(words)) > 1 or words[0] not in {Reason.SKIPPED, *item.reasons}):
        fault = "reason_not_offered"
    if fault:
        checked.errors[item.key] = fault
        return
    if value is None:
        checked.reasons[item.key] = Reason.of(str(words[0])) if words else Reason.SKIPPED
    else:
        checked.answers[item.key] = value


def _texts(value: object) -> list[object]:
    """Return the non-empty values of one form field."""
    several = value if isinstance(value, list | tuple) else [value]
    return [one for one in several if one is not None and one != ""]


def _value(item: Item, marks: Sequence[object]) -> tuple[Answer, str | None]:
    if not marks:
        return None, None
    if len(marks) > 1 and not item.several:
        return None, "several_answers"
    if item.kind is Kind.TEXT:
        fault = text_fault(marks[0])
        return (None, fault) if fault else (str(marks[0]), None)
    if not all(isinstance(mark, str) and _WHOLE.fullmatch(mark) for mark in marks):
        return None, "not_an_integer"
    codes = tuple(dict.fromkeys(int(str(mark)) for mark in marks))
    fault = item.fault(codes if item.several else codes[0])
    if fault:
        return None, fault
    return (codes if len(codes) > 1 else codes[0]), None


def _settle_ticks(instrument: Instrument, raw: Mapping[str, object], checked: Checked) -> None:
    """Read an unticked sentence as "no" once the form says anything: a tick or "none of these"."""
    ticks = [item.key for item in instrument.items if item.kind is Kind.TICK]
    ticked = [key for key in ticks if checked.answers.get(key) == 1]
    none_apply = bool(_texts(raw.get(NONE_OF_THESE)))
    if ticked and none_apply:
        checked.errors[NONE_OF_THESE] = "contradiction"
    elif ticked or none_apply:
        for key in ticks:
            if checked.reasons.get(key) is Reason.SKIPPED:
                checked.answers[key] = 0
                del checked.reasons[key]


def plausibility(instrument: Instrument, answers: Answers) -> list[str]:
    """Return codes of answers that look contradictory; nothing is ever corrected."""
    return instrument.warnings(answers)


def safety_flags(instrument: Instrument, answers: Answers) -> list[str]:
    """Return the keys of alerts these answers fire, whether or not a total can be computed."""
    return [alert.key for alert in instrument.alerts if _fires(alert, answers.get(alert.item))]


def safety_questions(instrument: Instrument, answers: Answers) -> list[str]:
    """Return the keys of alerts whose item was left without an answer, so that somebody asks."""
    return [
        alert.key
        for alert in instrument.alerts
        if alert.ask_if_missing and answers.get(alert.item) is None
    ]


def _fires(alert: Alert, answer: object) -> bool:
    marks = answer if isinstance(answer, list | tuple) else (answer,)
    return any(isinstance(mark, int) and mark >= alert.at_least for mark in marks)

"""Scores, trends and answers in words, for the pages of patients, staff and assessors alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from flask_babel import format_date, format_decimal, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from modules.errors import WordingMissing
from modules.outcomes import charts, derived
from modules.outcomes.main_score import main_score
from modules.outcomes.questionnaire import NO_END, Instrument, Licence, Pack, plausibility
from modules.outcomes.scales import half_up
from modules.records.queries import AssessmentFacts, StudyFacts
from modules.study.protocol import Protocol
from modules.text import LANGUAGES
from plugin import filters

TRENDS = ("odi", "vas_pain")
"""The outcomes drawn as a trend; both run from 0 to 100, lower is better."""


SOON = timedelta(days=30)
"""So long before its end a licence is brought to the clinic's attention."""


def wording_of(instrument: Instrument, language: str) -> str:
    """Return which wording was shown: `own`, or the text pack's version and licence."""
    pack = instrument.packs.get(language)
    return f"{pack.language_version} {pack.licence_ref}"[:80] if pack else "own"


def may_be_shown(instrument: Instrument, language: str, study: StudyFacts, today: date) -> bool:
    """Say whether patients of a study may be asked: a licensed form needs its loaded wording.

    In a study of made-up data our own wording is shown, marked as such. Wording whose licence
    ended while the tool runs is shown to nobody.
    """
    pack = instrument.packs.get(language)
    if pack is not None and pack.has_ended(today):
        return False
    return study.synthetic or instrument.may_be_published(language)


@dataclass(frozen=True, slots=True)
class Missing:
    """A questionnaire that cannot be asked in one language, and when its licence ended, if so."""

    instrument: Instrument
    language: str
    ended_on: date | None

    @property
    def day(self) -> str:
        """The last day of the licence in words, with its year; empty without one."""
        return str(format_date(self.ended_on, "long")) if self.ended_on else ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language of a licensed questionnaire stands: its pack, if it may be shown."""

    language: str
    pack: Pack | None
    last_day: date | None

    @property
    def day(self) -> str:
        """The last day of the licence in words, with its year; empty without one."""
        return str(format_date(self.last_day, "long")) if self.last_day else ""


def wordings(instrument: Instrument, today: date) -> list[Wording]:
    """Return how each language of a licensed questionnaire stands."""
    packs = {
        language: pack for language, pack in instrument.packs.items() if not pack.has_ended(today)
    }
    return [
        Wording(language, packs.get(language), _ended_on(instrument, language))
        for language in LANGUAGES
    ]


def shut_at_first(
    protocol: Protocol, instruments: Mapping[str, Instrument], today: date
) -> list[Instrument]:
    """Return what patients of a new, real study could not be asked in some language."""
    return [
        each
        for each in _asked(protocol, instruments)
        if each.licence is Licence.LICENSED
        and any(wording.pack is None for wording in wordings(each, today))
    ]


def missing_wordings(
    protocol: Protocol, instruments: Mapping[str, Instrument], study: StudyFacts, today: date
) -> list[Missing]:
    """Return the questionnaires that patients of a study cannot be asked, by language.

    In the order the protocol asks them; empty in a study of made-up data.
    """
    return [
        Missing(each, language, _ended_on(each, language))
        for each in _asked(protocol, instruments)
        for language in LANGUAGES
        if not may_be_shown(each, language, study, today)
    ]


def ending_wordings(
    protocol: Protocol, instruments: Mapping[str, Instrument], today: date
) -> list[Missing]:
    """Return the questionnaires whose licence ends within SOON days, with its last day."""
    return [
        Missing(each, language, date.fromisoformat(pack.expires))
        for each in _asked(protocol, instruments)
        for language, pack in each.packs.items()
        if pack.has_ended(today + SOON) and not pack.has_ended(today)
    ]


def _asked(protocol: Protocol, instruments: Mapping[str, Instrument]) -> list[Instrument]:
    keys = dict.fromkeys(key for visit in protocol.visits for key in visit.instruments)
    return [instruments[key] for key in keys]


def _ended_on(instrument: Instrument, language: str) -> date | None:
    pack = instrument.packs.get(language) or instrument.ended.get(language)
    return date.fromisoformat(pack.expires) if pack and pack.expires != NO_END else None


def require_wording(instrument: Instrument, language: str, study: StudyFacts, today: date) -> None:
    """Raise WordingMissing where a questionnaire may not be put before patients."""
    if not may_be_shown(instrument, language, study, today):
        raise WordingMissing


def odd_answers(instrument: Instrument, answers: Mapping[str, object]) -> list[str]:
    """Return, in words, what looks contradictory; nothing is corrected."""
    words = {
        "current_above_worst": _("Your pain now is higher than your worst pain."),
        "average_above_worst": _("Your average pain is higher than your worst pain."),
    }
    found = plausibility(instrument, answers)  # type: ignore[arg-type]
    return [words.get(code) or _("Two answers do not fit together.") for code in found]


def score_words(instrument: Instrument, entry: AssessmentFacts) -> str:
    """Return the main score with its unit, or that there is none."""
    value = main_score(instrument, entry.answers)
    if value is None:
        return _("no score: too many answers are missing")
    return f"{number(instrument, value)} {instrument.unit.get(str(get_locale()))}".strip()


def number(instrument: Instrument, value: float | Fraction) -> str:
    """Return a main score as it is shown: half-up, with the decimals of its instrument.

    A score that its publication rounds to a whole number (the percent of the ODI) is shown whole.
    """
    places = 0 if instrument.shown_whole else instrument.decimals.get(instrument.headline, 2)
    rounded = half_up(value if isinstance(value, Fraction) else Fraction(str(value)), places)
    return format_decimal(float(rounded), "#,##0." + "#" * places)


REPEATED = 3
"""Asked at so many visits or more, a questionnaire has a course from week to week."""


@dataclass(frozen=True, slots=True)
class WeeklyScores:
    """One questionnaire from week to week, in words: week, score, change."""

    title: str
    unit: str
    rows: tuple[tuple[str, str, str], ...]


def courses(
    protocol: Protocol, instruments: Mapping[str, Instrument], entries: Sequence[AssessmentFacts]
) -> list[WeeklyScores]:
    """Return the questionnaires a protocol repeats, week by week; a missing week is named so."""
    keys = [key for visit in protocol.visits for key in visit.instruments]
    return [
        _course(protocol, instruments[key], [e for e in entries if e.instrument == key])
        for key in dict.fromkeys(keys)
        if keys.count(key) >= REPEATED
    ]


def _course(
    protocol: Protocol, instrument: Instrument, entries: Sequence[AssessmentFacts]
) -> WeeklyScores:
    weeks = {v.key: v.week for v in protocol.visits if instrument.key in v.instruments}
    asked = [entry for entry in entries if entry.visit in weeks]
    scores = {weeks[entry.visit]: main_score(instrument, entry.answers) for entry in asked}
    language = str(get_locale())
    return WeeklyScores(
        instrument.title.get(language),
        instrument.unit.get(language),
        tuple(_week_row(instrument, each) for each in derived.weekly(weeks.values(), scores)),
    )


def _week_row(instrument: Instrument, each: derived.Week) -> tuple[str, str, str]:
    score, change = each.score, each.change
    return (
        str(each.week) if each.week else _("start"),
        _("not measured") if score is None else number(instrument, score),
        _signed(instrument, change) if change is not None and each.week else "",
    )


def _signed(instrument: Instrument, change: Fraction) -> str:
    return ("+" if change > 0 else "") + number(instrument, change)


Place = Callable[[AssessmentFacts], tuple[float, str]]
"""Where on the axis of time a score stands, in days, and what is written there."""


def by_date(entry: AssessmentFacts) -> tuple[float, str]:
    """Place a score on the calendar day of its answers."""
    return float(entry.completed_on.toordinal()), filters.short_date(entry.completed_on)


def trend(
    instruments: Mapping[str, Instrument],
    entries: Sequence[AssessmentFacts],
    place: Place = by_date,
) -> Markup | None:
    """Draw pain and disability over time; None while there is nothing to draw."""
    names = {"odi": _("Disability (ODI, %)"), "vas_pain": _("Pain (mm)")}
    lines = [
        charts.Line(names[key], points)
        for key in TRENDS
        if (points := _points(instruments[key], [e for e in entries if e.instrument == key], place))
    ]
    if not lines:
        return None
    shown = sorted({(point.at, point.label) for line in lines for point in line.points})
    return charts.trend(
        "outcomes",
        _("Pain and disability over time"),
        _("Lower is better. Both scales go from 0 to 100."),
        lines,
        charts.Scale(0, 100, 25),
        shown,
    )


def _points(
    instrument: Instrument, entries: Sequence[AssessmentFacts], place: Place
) -> list[charts.Point]:
    return [_point(place(entry), main_score(instrument, entry.answers)) for entry in entries]


def _point(where: tuple[float, str], score: Fraction | None) -> charts.Point:
    at, label = where
    return charts.Point(at=at, value=None if score is None else float(score), label=label)

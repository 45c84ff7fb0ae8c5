"""The own progress: pain and function as pictures, each with a plain sentence and its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from modules.diary import entry
from modules.outcomes import charts
from modules.outcomes.main_score import main_score
from modules.outcomes.questionnaire import Direction
from modules.study.schedule import due
from plugin import filters
from plugin.patient.course import ParticipantCourse, current_course

DIARY = "diary"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a trend, in the instrument's unit."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One picture: what it shows, its sentence, and the values behind it."""

    title: str
    """In plain words."""
    source: str | None
    """Name of the questionnaire, or where the values are from; None where the title says it."""
    unit: str
    picture: Markup | None
    """None for a single value: one point is no trend."""
    sentence: str
    values: Sequence[Value]

    def rows(self) -> list[tuple[str, str]]:
        """Return the table behind the picture: day and value."""
        return [(filters.long_date(each.day), filters.number(each.value)) for each in self.values]


def progress() -> str:
    """Show what has changed since the start."""
    course = current_course()
    trends = outcomes(course)
    daily = _daily_pain(course)
    return render_template(
        "patient/progress.html",
        course=course,
        trends=[*trends, daily] if daily else trends,
        weeks=_weeks(course),
        waits=bool(_waiting(course)),
    )


def outcomes(course: ParticipantCourse) -> list[Trend]:
    """Return how each repeated questionnaire came out, but of those that wait to be answered.

    Whoever reads their earlier value just before they answer, answers that value.
    """
    asked = [key for key in _repeated(course) if key not in _waiting(course)]
    return [trend for key in asked if (trend := _outcome(course, key))]


def _waiting(course: ParticipantCourse) -> frozenset[str]:
    return frozenset(key for state in due(course.visits) for key in state.instruments_left)


def _repeated(course: ParticipantCourse) -> list[str]:
    """Return the instruments asked more than once: only these can show change."""
    asked = [key for visit in course.protocol.visits for key in visit.instruments]
    return [key for key in dict.fromkeys(asked) if asked.count(key) > 1]


def _outcome(course: ParticipantCourse, key: str) -> Trend | None:
    instrument = course.instruments[key]
    found = [
        Value(each.completed_on, float(value))
        for each in course.record.assessments
        if each.instrument == key and (value := main_score(instrument, each.answers)) is not None
    ]
    if not found:
        return None
    low, high = (float(end) for end in instrument.score_range)
    worse = instrument.direction is Direction.HIGHER_IS_WORSE
    name = instrument.title.get(course.locale)
    plain = instrument.plain.get(course.locale) if instrument.plain else None
    return _trend(
        key,
        (plain or name, name if plain else None),
        instrument.unit.get(course.locale),
        found,
        charts.Scale(low, high, (high - low) / 4, instrument.unit.get(course.locale)),
        less_is_better=worse,
    )


def _daily_pain(course: ParticipantCourse) -> Trend | None:
    found = [
        Value(each.day, float(each.pain_before_mm))
        for each in course.record.diary
        if each.pain_before_mm is not None
    ]
    if len(found) < 2:
        return None
    named = _("Your pain, day by day"), _("Pain before the exercises, from your diary")
    return _trend(DIARY, named, "mm", found, charts.Scale(0, 100, 25, "mm"), less_is_better=True)


def _trend(
    key: str,
    named: tuple[str, str | None],
    unit: str,
    values: list[Value],
    scale: charts.Scale,
    *,
    less_is_better: bool,
) -> Trend:
    title, source = named
    sentence = _sentence(values, less_is_better=less_is_better)
    points = [
        charts.Point(each.day.toordinal(), each.value, filters.short_date(each.day))
        for each in values
    ]
    lines = [charts.Line(title, points)]
    several = len(values) > 1
    picture = charts.trend(f"trend-{key}", title, sentence, lines, scale) if several else None
    return Trend(title, source, unit, picture, sentence, values)


def _sentence(values: Sequence[Value], *, less_is_better: bool) -> str:
    """Say the change in plain words: first value, newest value, which way is better."""
    better = _("A lower number is better.") if less_is_better else _("A higher number is better.")
    first, newest = round(values[0].value), round(values[-1].value)
    if len(values) == 1:
        said = _(
            "Your first value is %(value)d. The next one will show you the change.", value=first
        )
    elif first == newest:
        said = _("It was %(value)d at the start, and it is %(value)d now.", value=first)
    else:
        said = _("It was %(first)d at the start, now it is %(now)d.", first=first, now=newest)
    return f"{said} {better}"


def _weeks(course: ParticipantCourse) -> list[tuple[int, int]]:
    """Return the diary entries of each programme week begun so far: (week, entries)."""
    if course.day_one is None or "diary" not in course.components:
        return []
    counts = entry.by_week([each.day for each in course.record.diary], course.day_one)
    last = course.week or course.protocol.duration_weeks
    return [(week, counts.get(week, 0)) for week in range(1, last + 1)]

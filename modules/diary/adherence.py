"""How each source protocol counts adherence. Pure; never part of a blinded export.

Adherence exists in one arm only or differs by arm: it unblinds, so nothing here is imported by
`exports`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from modules.outcomes.derived import log_class, share
from modules.study import days

WEEKLY_SESSIONS = 3
"""Sessions a week asked by the DingTalk trial (0-09) and the AUK/WeChat trial (1-11)."""

FULL, PARTIAL = 80, 50
"""Percent of prescribed sessions from which adherence is full, or partial (a convention)."""

SHORTEST, LONGEST = 20, 45
"""Minutes of a session in the DingTalk trial (0-09), both included."""

EARS_CUTOFF = 17
"""EARS, section B: from this total on somebody counts as adherent (secondary source)."""


def log_rate(logs: Iterable[int]) -> Fraction | None:
    """Return the percent of people with at least one weekend log (DingTalk trial, 0-23).

    `logs`: weekend logs of each person, 0 to 6. None without anybody.
    """
    classes = [log_class(number) for number in logs]
    return share(sum(name != "NA" for name in classes), len(classes))


def session_class(done: int | None, prescribed: int | None) -> str | None:
    """Return `full`, `partial` or `low` by the percent of prescribed sessions done.

    Bounds are inclusive; None while a count is unknown or nothing was prescribed.
    """
    percent = share(done, prescribed)
    if percent is None:
        return None
    if percent >= FULL:
        return "full"
    return "partial" if percent >= PARTIAL else "low"


def weeks_met(
    sessions: Collection[date], day_one: date, weeks: int, target: int = WEEKLY_SESSIONS
) -> tuple[bool, ...]:
    """Say for each week of the programme whether it had `target` sessions or more (0-09, 1-11)."""
    counts = [0] * weeks
    for day in sessions:
        week = days.week_of(day, day_one)
        if 1 <= week <= weeks:
            counts[week - 1] += 1
    return tuple(count >= target for count in counts)


def minutes_met(minutes: int | None) -> bool | None:
    """Say whether a session lasted as long as the DingTalk trial asks, 20 to 45 minutes."""
    return None if minutes is None else SHORTEST <= minutes <= LONGEST


def plans_made(weeks: Collection[int]) -> int:
    """Return the number of weekly plans made (selfBACK): weeks with a plan, each counted once."""
    return len(set(weeks))


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a person did in the 12-week app programme (3-09)."""

    workouts: int
    articles: int
    therapy_sessions: int
    posts: int


@dataclass(frozen=True, slots=True)
class MeanEngagement:
    """The mean of each counter over those who completed, and how many they are."""

    people: int
    workouts: Fraction
    articles: Fraction
    therapy_sessions: Fraction
    posts: Fraction


def mean_engagement(completers: Sequence[Engagement]) -> MeanEngagement | None:
    """Return the means over completers, as the app programme reports them; None without any."""
    if not completers:
        return None
    number = len(completers)
    return MeanEngagement(
        number,
        Fraction(sum(each.workouts for each in completers), number),
        Fraction(sum(each.articles for each in completers), number),
        Fraction(sum(each.therapy_sessions for each in completers), number),
        Fraction(sum(each.posts for each in completers), number),
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The three components of the IMSS trial (4-16), percent; None where nothing was offered."""

    logins: Fraction | None
    live: Fraction | None
    diary: Fraction | None

    def mean(self) -> Fraction | None:
        """Return their mean with equal weights (a project default); None without any part."""
        there = [part for part in (self.logins, self.live, self.diary) if part is not None]
        return sum(there, Fraction(0)) / len(there) if there else None


def parts(
    login_days: int,
    live_attended: int,
    diary_sessions: int,
    *,
    login_target: int,
    live_offered: int,
    diary_target: int,
) -> Parts:
    """Return the components of the IMSS trial: done in percent of the target, at most 100."""
    return Parts(
        share(login_days, login_target),
        share(live_attended, live_offered),
        share(diary_sessions, diary_target),
    )


def ears_adherent(total: int | None) -> bool | None:
    """Say whether an EARS total (0-24) counts as adherent; None without a total."""
    return None if total is None else total >= EARS_CUTOFF


def load(sessions: Iterable[tuple[int, int]]) -> int:
    """Return the dose: the sum of minutes times effort (CR10) over sessions."""
    return sum(minutes * effort for minutes, effort in sessions)

"""Adherence as the IMSS trial counts it (row 4-16): log-in days, live sessions, diary days. Pure.

The rule. Each of the three parts is what was done in percent of what was asked for, at most 100.
Log-in days and diary days are measured against the protocol's target, in proportion to the weeks
begun: a week counts as a whole from its first day on, so nobody is full in week 1 by a single day.
Two launches, or two entries, of one day are one day; only days of the programme count. Live
sessions are attended of offered. The composite is the mean of the three with equal weights (a
project default); a part of which nothing was offered yet drops out.

Adherence exists in one arm only or differs by arm: it unblinds, so `exports` imports nothing here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from modules.outcomes.derived import mean, share
from modules.study.days import week_of
from modules.study.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Adherence:
    """Log-in days and diary days so far, and in percent (0-100) of what was asked for so far.

    None where nothing was asked for yet.
    """

    login_days: int
    login_percent: Fraction | None
    diary_days: int
    diary_percent: Fraction | None

    def composite(self, attended: int, offered: int) -> Fraction | None:
        """Return the mean of the parts, percent, with the live sessions so far; None without any.

        `attended` of `offered` live sessions.
        """
        parts = (self.login_percent, share(attended, offered), self.diary_percent)
        return mean([part for part in parts if part is not None])


def adherence(
    protocol: Protocol,
    login_days: Collection[date],
    diary_days: Collection[date],
    day_one: date | None,
    today: date,
) -> Adherence:
    """Count log-in days and diary days against the target, in proportion to the weeks begun."""
    if day_one is None or today < day_one:
        return Adherence(0, None, 0, None)
    weeks = min(week_of(today, day_one), protocol.duration_weeks)
    begun = Fraction(weeks, protocol.duration_weeks)
    logins = _within(login_days, day_one, protocol.duration_weeks)
    entries = _within(diary_days, day_one, protocol.duration_weeks)
    return Adherence(
        logins,
        share(logins, protocol.adherence.login_days_target * begun),
        entries,
        share(entries, protocol.adherence.diary_sessions_target * begun),
    )


def _within(days: Collection[date], day_one: date, weeks: int) -> int:
    end = day_one + timedelta(weeks=weeks)
    return sum(day_one <= day < end for day in set(days))


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the programme, its three components counted apart.

    `sessions`: live sessions attended and offered; None while none was offered.
    """

    number: int
    begins: date
    login_days: int
    diary_days: int
    sessions: tuple[int, int] | None = None


def weeks(
    protocol: Protocol,
    login_days: Collection[date],
    diary_days: Collection[date],
    day_one: date,
    today: date,
    sessions: Mapping[int, tuple[int, int]] | None = None,
) -> list[Week]:
    """Return the weeks begun so far; `sessions`: week -> (attended, offered)."""
    begun = min(week_of(today, day_one), protocol.duration_weeks)
    return [
        Week(
            number,
            day_one + timedelta(weeks=number - 1),
            sum(week_of(day, day_one) == number for day in set(login_days)),
            sum(week_of(day, day_one) == number for day in set(diary_days)),
            (sessions or {}).get(number),
        )
        for number in range(1, begun + 1)
    ]

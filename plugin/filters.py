"""Dates, times, numbers and Markdown as pages write them, in the reader's language."""

from datetime import date, datetime, time
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from flask import Flask
from flask_babel import (
    format_decimal,
    format_time,
    get_locale,
    gettext,
    to_user_timezone,
)
from markupsafe import Markup

from modules.course.markdown import to_html
from modules.diary.amounts import Amount, figures
from modules.text import LabelledEnum, Text


def long_date(day: date) -> str:
    """Return `jueves 12 de noviembre` or `Thursday 12 November`: absolute, with the weekday."""
    pattern = "EEEE d MMMM" if _english() else "EEEE d 'de' MMMM"
    return _written(day, pattern)


def weekday(day: date) -> str:
    """Return the weekday: `jueves`, `Thursday`."""
    return _written(day, "EEEE")


def weekday_short(day: date) -> str:
    """Return the weekday in two or three letters: `jue`, `Thu`."""
    return _written(day, "EEE").rstrip(".")


def short_date(day: date) -> str:
    """Return `12 nov` or `12 Nov`, for tables and axes."""
    return _written(day, "d MMM").rstrip(".")


def moment(when: datetime) -> str:
    """Return day and time, `jueves 12 de noviembre, 18:00`; `when` is already local."""
    return f"{long_date(when.date())}, {clock(when.time())}"


def moment_in_study(when: datetime) -> str:
    """Return day and time of an aware UTC moment as the study's time zone has them."""
    return moment(to_user_timezone(when))


def short_moment_in_study(when: datetime) -> str:
    """Return `12 nov, 18:00` of an aware UTC moment as the study's time zone has it."""
    local = to_user_timezone(when)
    return f"{short_date(local.date())}, {clock(local.time())}"


def clock_in_study(when: datetime) -> str:
    """Return the time of day of an aware UTC moment as the study's time zone has it."""
    return clock(to_user_timezone(when).time())


def clock(at: time) -> str:
    """Return a time of day on the 24-hour clock."""
    return format_time(at, "HH:mm", rebase=False)


def number(value: float | Fraction, decimals: int = 0) -> str:
    """Return a number with the language's decimal sign and a fixed number of decimals."""
    return format_decimal(float(value), "#,##0" + ("." + "0" * decimals if decimals else ""))


def markdown(text: str) -> Markup:
    """Return the clean HTML of a content text."""
    return Markup(to_html(text))  # noqa: S704 - cleaned by nh3's allow-list


def another_amount(amount: Amount) -> str:
    """Return what was done and what was asked for: `2 × 8 de 3 × 10`, `2 × 8 of 3 × 10`.

    No line breaks inside the figures.
    """
    done, asked = (each.replace(" ", "\N{NO-BREAK SPACE}") for each in figures(amount))
    return gettext("%(done)s of %(asked)s", done=done, asked=asked)


def label(code: LabelledEnum | Text) -> str:
    """Return what a code means, in the reader's language."""
    text = code if isinstance(code, Text) else code.label
    return text.en if _english() else text.es


FILTERS = (
    long_date,
    weekday,
    weekday_short,
    short_date,
    moment,
    moment_in_study,
    short_moment_in_study,
    clock,
    clock_in_study,
    number,
    markdown,
    another_amount,
    label,
)


def init_app(app: Flask) -> None:
    """Make the filters known to templates."""
    for each in FILTERS:
        app.jinja_env.filters[each.__name__] = each


def _written(day: date, pattern: str) -> str:
    return _written_in(day, pattern, get_locale() or Locale("en"))


@lru_cache(maxsize=4096)
def _written_in(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale)


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"

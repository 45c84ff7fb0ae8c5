"""Calendar dates in a text, as people and machines write them in Spanish and English. Pure."""

import re
from collections.abc import Set

_MONTHS = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
    "|january|february|march|april|june|july|august|september|october|november|december"
)
_SHORT = "ene|feb|mar|abr|apr|may|jun|jul|ago|aug|sept?|oct|nov|dic|dec|jan"
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = rf"{_DAY}(?:st|nd|rd|th|º|o)?"

_FORMS = (
    rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}",
    rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    rf"(?:{_DAY}([-/.]){_MONTH}|{_MONTH}([-/.]){_DAY})(?:\1|\2){_YEAR}",
    rf"(?:{_DAY}/{_MONTH}|{_MONTH}/{_DAY})/\d\d",
    rf"{_NTH}(?: de| of)? (?:{_MONTHS})",
    rf"(?:{_MONTHS}) {_NTH}",
    rf"{_NTH}(?: de|-|/)? ?(?:{_SHORT})\.?(?: de|-|/|,)? ?{_YEAR}",
    rf"(?:{_SHORT})\.? {_NTH},? {_YEAR}",
)
"""Months in short, and «may», which is a verb too, count beside a year only."""

DATE = re.compile(rf"(?<![\w.,/-])(?:{'|'.join(_FORMS)})(?!(?!t\d\d)[^\W_]|[/-]\d)")
"""A date of one day, maybe with a clock time, in a text that is plain already (`folding.plain`)."""

_HINT = re.compile(rf"{_YEAR}(?:\d{{4}}(?:t\d+)?)?|{_MONTHS}")


def holds_date(text: str, vocabulary: Set[str]) -> bool:
    """Whether a plain text of these words holds a date of one day.

    Most texts have no word of a date in them and need no second look.
    """
    if any(map(_HINT.fullmatch, vocabulary)) or "/" in text:
        return bool(DATE.search(text))
    return False

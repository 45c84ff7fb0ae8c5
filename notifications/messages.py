"""The words of a reminder: occasion and language -> text.

A text may hold a first name, an absolute date and a link that asks for the usual login. It never
holds a diagnosis, an arm, a score, the name of a module or what somebody has missed: a lock screen
is public, and the text may be read weeks late. Nothing here knows the arm, so an assessment
reminder has the same words for everybody.

The values are numbered for WhatsApp: 1 the greeting, 2 the date, 3 the link. Every template uses
all three, none stands first or last, and no two touch.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files

from notifications.errors import TextRefused
from notifications.kind import PLACES
from notifications.kinds import KINDS

LONGEST_NAME = 60
LONGEST_TEXT = 1024
DEFAULT_LANGUAGE = "es"
NEUTRAL_NAME = {"es": "te saludamos de tu curso", "en": "this is your course"}
DAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
LOOKS_LIKE_A_LINK = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]*:|www\.)|[a-z0-9-]\.[a-z]{2,}|[@/\\]")
NAME_SHAPE = re.compile(r"^[^\W\d_]+(?:(?:\.? |['’-])[^\W\d_]+)*\.?$")


@dataclass(frozen=True)
class Words:
    """One finished text, and its numbered values for a provider that keeps the template itself."""

    text: str
    values: Mapping[str, str]


def language_of(locale: str) -> str:
    """The language of a locale (`es_MX` -> `es`); Spanish when there are no texts in it."""
    language = locale.replace("-", "_").split("_")[0].lower()
    return language if language in DAYS else DEFAULT_LANGUAGE


def reminder(
    kind: str, locale: str, variables: Mapping[str, str], *, link: str, first_name: str | None
) -> Words:
    """The words of one reminder.

    `variables`: `date` (ISO) and optionally `time` (HH:MM). Raises TextRefused when they are no
    date and time, or the text would be longer than the 1,024 characters that WhatsApp takes.
    """
    language = language_of(locale)
    values = {
        "1": clean_name(first_name, language),
        "2": spoken_date(variables, language),
        "3": link,
    }
    names = {place[1:-1]: values[number] for number, place in PLACES.items()}
    text = KINDS[kind].text.get(language).format_map(names)
    if len(text) > LONGEST_TEXT or "\n" in text:
        raise TextRefused
    return Words(text, values)


def clean_name(name: str | None, language: str) -> str:
    """A first name that is nothing but a name; otherwise a neutral greeting.

    What a person or an LMS wrote is not trusted: line breaks, runs of blanks, marks that turn the
    writing direction, links, digits and more than 60 characters all lead to the neutral one.
    """
    neutral = NEUTRAL_NAME[language]
    if not name or len(name) > LONGEST_NAME or any(_is_hidden(sign) for sign in name.strip()):
        return neutral
    plain = unicodedata.normalize("NFC", name.strip())
    if LOOKS_LIKE_A_LINK.search(plain) or not NAME_SHAPE.match(plain):
        return neutral
    return plain


def _is_hidden(sign: str) -> bool:
    """Control, format (direction marks, joiners), private and line-breaking characters."""
    return unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in {"Zl", "Zp"}


def spoken_date(variables: Mapping[str, str], language: str) -> str:
    """«jueves 12 de noviembre» or «Thursday 12 November», with «, 18:00» when there is an hour."""
    try:
        day = date.fromisoformat(variables["date"])
        hour = time.fromisoformat(variables["time"]) if variables.get("time") else None
    except (KeyError, ValueError):
        raise TextRefused from None
    of = " de " if language == "es" else " "
    spoken = f"{DAYS[language][day.weekday()]} {day.day}{of}{MONTHS[language][day.month - 1]}"
    return f"{spoken}, {hour:%H:%M}" if hour else spoken


def numbered_template(kind: str, language: str) -> str:
    """The text of a kind as it is handed in to WhatsApp for approval, with {{1}}, {{2}}, {{3}}."""
    text = KINDS[kind].text.get(language)
    for number, place in PLACES.items():
        text = text.replace(place, f"{{{{{number}}}}}")
    return text


def reply(name: str, locale: str, *, emergency: str = "") -> str:
    """A fixed answer to an incoming message: the names in `templates/`, after `reply-`."""
    text = _read(language_of(locale), f"reply-{name}")
    return text.format_map({"emergency": emergency})


@cache
def _read(language: str, name: str) -> str:
    path = files("notifications").joinpath("templates", language, f"{name}.txt")
    return " ".join(path.read_text(encoding="utf-8").split())

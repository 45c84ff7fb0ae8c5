"""The ways in which a name, a code or an account of somebody is written. Pure.

Each function returns plain strings to look for (`search.Forbidden`), chosen so that ordinary words
and numbers of a study raise no alarm.
"""

import re
import uuid
from collections.abc import Iterator

from exports.leaks.folding import words
from exports.leaks.search import NUMBER_DIGITS

SHORTEST_ACCOUNT = 8
"""A shorter account, such as Moodle's «101», is looked for only behind a word for «user»."""

_USER = ("user", "user id", "userid", "usuario", "id usuario", "sub", "subject")

_PARTICIPANT = ("code", "código", "participant", "participante", "patient", "paciente")


def name_forms(name: str) -> Iterator[str]:
    """Yield a full name in every order that begins with another of its words.

    One word alone is none: «Dolores» and «Paz» are names and words.
    """
    parts = words(name)
    if sum(part.isalpha() and len(part) > 1 for part in parts) > 1:
        for start in range(len(parts)):
            yield " ".join((*parts[start:], *parts[:start]))


def code_forms(code: str) -> Iterator[str]:
    """Yield a participant code as it is shown and without what separates its parts.

    One that happens to have no letter looks like any number: it counts behind a word for it only.
    """
    joined = re.sub(r"[\W_]", "", code)
    if joined.isdigit():
        yield from (f"{word} {form}" for word in _PARTICIPANT for form in (code, joined))
    else:
        yield from (code, joined)


def key_forms(key: uuid.UUID) -> Iterator[str]:
    """Yield a key as it stands in addresses and in databases."""
    yield str(key)
    yield key.hex


def number_forms(number: str) -> Iterator[str]:
    """Yield the digits of a telephone number or address, if they are enough for one."""
    digits = re.sub(r"\D", "", number)
    if len(digits) >= NUMBER_DIGITS:
        yield digits


def account_forms(subject: str) -> Iterator[str]:
    """Yield what a platform calls a person, a short name only beside a word for it."""
    if len(subject) >= SHORTEST_ACCOUNT:
        yield subject
    else:
        yield from (f"{word} {subject}" for word in _USER)

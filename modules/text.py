"""Texts that are data carry both languages with them; so do codes that people meet."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text of one language, as a file must have it: not blank."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Spanish (es_MX) and English."""

    es: Words
    en: Words

    def get(self, locale: str) -> str:
        """Return the text for a locale such as `es_MX`, `es-mx` or `en`; Spanish otherwise."""
        return self.en if locale.lower().startswith("en") else self.es


FROM_MARKDOWN = ".md"
"""Field under which whoever reads a file puts the text of the Markdown pair beside it."""

Markdown = Annotated[Text, Field(alias=FROM_MARKDOWN), BeforeValidator(lambda pair: Text(**pair))]
"""A text in files of its own; blank ones are named where those files are read."""


class LabelledEnum(StrEnum):
    """Codes that somebody reads on a page: a member is its code and carries its label.

    Written `NAME = "code", "label in Spanish", "label in English"`: a code without both labels
    cannot be defined. It is stored, compared and sent as the plain code.
    """

    label: Text
    """What the code means, as the pages of the team say it."""

    def __new__(cls, code: str, *_details: object) -> Self:
        """Make the member of a code."""
        member = str.__new__(cls, code)
        member._value_ = code
        return member

    def __init__(self, code: str, es: str, en: str):
        """Give the member its label; a kind with more to say adds to this.

        Raises ValueError when one language has no words.
        """
        self.label = label(es, en)

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the member with this code. Raises ValueError."""
        return cls(code)  # type: ignore[call-arg]  # the call looks up, `__new__` defines


def label(es: str, en: str) -> Text:
    """Return a label in both languages. Raises ValueError when one of them says nothing."""
    if not (es.strip() and en.strip()):
        raise ValueError("a label needs words in both languages")
    return Text(es, en)


def fold(text: str) -> str:
    """Return a text without capitals and accents, to be compared: `José` is `jose`."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def begins_words(asked: str, text: str) -> bool:
    """Say whether every word asked for begins a word of the text, capitals and accents aside."""
    words = fold(text).split()
    return all(any(word.startswith(each) for word in words) for each in fold(asked).split())


class Language(LabelledEnum):
    """The languages every text of the course is written in."""

    ES = "es", "Español", "Spanish"
    EN = "en", "Inglés", "English"


LANGUAGES = tuple(Language)

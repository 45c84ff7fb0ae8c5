"""Texts that are data carry both languages with them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

LANGUAGES = ("es", "en")

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

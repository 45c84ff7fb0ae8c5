"""Texts that are data carry both languages with them."""

from dataclasses import dataclass

LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Spanish (es_MX) and English."""

    es: str
    en: str

    def get(self, locale: str) -> str:
        """Return the text for a locale such as `es_MX`, `es-mx` or `en`; Spanish otherwise."""
        return self.en if locale.lower().startswith("en") else self.es

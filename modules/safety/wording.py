"""One wording of every sign and order: written in `content/safety.yaml`, drawn everywhere else.

A text of the content says `{{signs: emergency}}` on a line of its own, for the list of the signs
of an order, `{{do: S3}}` for the sentence of one stop rule, `{{sign: S3}}` inside a sentence for
its short form, `{{colours: list}}` for the traffic light of pain, and `{{colours: short}}` inside a
sentence of a film. Whoever writes a sign out by hand is told of it by `columna content check`: two
wordings come to contradict each other. Pure.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from modules.errors import NotFound
from modules.safety.texts import Safety, SafetyText, StopOrder
from modules.text import Text

DRAWN = re.compile(r"\{\{ *(signs|sign|do|colours) *: *(\w+) *\}\}")

SIGN_WORDS = {
    "es": re.compile(
        r"\b(?:adormec|entumec|hormigue|debilidad|(?:pierd|perd)\w+ (?:la )?fuerza|desmay"
        r"|(?:escapa|control|dificultad|problema|cambi)\w*\b[^.]{0,24}\b(?:orin|heces|evacuar)"
        r"|dolor (?:de|en el) pecho|mucha falta de aire|falta mucho el aire)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:numb(?!er)|tingl|weakness|(?:lose|lost|losing) strength|faint"
        r"|(?:leak|control|trouble|problem|change)\w*\b[^.]{0,24}\b(?:urin|stool|bowel)|bladder"
        r"|chest pain|breathlessness|very short of breath)",
        re.IGNORECASE,
    ),
}
"""Beginnings of the words of signs whose order is more than to go on."""

COLOUR_WORDS = {
    "es": re.compile(r"\b(?:verdes?|ámbar|ambar|amarill[oa]s?|roj[oa]s?)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:green|amber|yellow|red)\b", re.IGNORECASE),
}
"""The colours of pain, which a film may only draw."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Draws the signs and orders of a safety file into other texts."""

    safety: Safety

    def drawn(self, words: str, language: str) -> str:
        """Return a text with its signs drawn; what names none that is known stays as it is."""
        return DRAWN.sub(lambda found: self._said(found, language) or found[0], words)

    def text(self, words: Text) -> Text:
        """Return a text of both languages with its signs drawn."""
        return Text(self.drawn(words.es, "es"), self.drawn(words.en, "en"))

    def unknown(self, words: str) -> list[str]:
        """Return what a text asks to be drawn and the safety file does not have."""
        return [found[0] for found in DRAWN.finditer(words) if not self._said(found, "es")]

    def _said(self, found: re.Match[str], language: str) -> str:
        ways: dict[str, Callable[[str, str], str]] = {
            "signs": self._signs,
            "sign": self._sign,
            "do": self._sentence,
            "colours": self._colours,
        }
        try:
            return ways[found[1]](found[2], language)
        except (NotFound, ValueError):
            return ""

    def _signs(self, key: str, language: str) -> str:
        order = StopOrder(key)
        signs = (sign.get(language) for sign in self.safety.signs_of(order))
        heading = self.safety.order(order).do.get(language)
        return "\n".join((f"**{heading}:**", "", *(f"- {sign};" for sign in signs)))[:-1] + "."

    def _sentence(self, code: str, language: str) -> str:
        rule = self.safety.stop_rule(code)
        heading = self.safety.order(rule.order).do.get(language)
        return f"**{heading}** {rule.short.get(language)}."

    def _sign(self, code: str, language: str) -> str:
        return self.safety.stop_rule(code).short.get(language)

    def _colours(self, form: str, language: str) -> str:
        found = self.safety.colours
        if form == "list":
            return "\n".join(
                f"- **{each.name.get(language)}, {each.pain.get(language)}:** "
                f"{each.do.get(language)}."
                for each in found
            )
        if form == "short":
            said = (f"{each.name.get(language).lower()}, {each.short.get(language)}"
                    for each in found)  # fmt: skip
            return "; ".join(said)
        raise NotFound(form)


def worded_colours(words: str, language: str) -> list[str]:
    """Return the colours of pain that a film names itself instead of drawing them."""
    return COLOUR_WORDS[language].findall(words)


def second_wordings(words: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield (line from 0, word) of every sign that a text writes out itself."""
    for number, line in enumerate(words.splitlines()):
        if found := SIGN_WORDS[language].search(DRAWN.sub("", line)):
            yield number, found[0]


def with_signs_drawn(safety: Safety) -> Safety:
    """Return the safety file with the signs drawn into its own page and texts."""
    wording = Wording(safety)

    def told(text: SafetyText) -> SafetyText:
        return replace(text, body=wording.text(text.body))

    page = replace(safety.warning, body=wording.text(safety.warning.body))
    return replace(safety, warning=page, texts=tuple(told(text) for text in safety.texts))

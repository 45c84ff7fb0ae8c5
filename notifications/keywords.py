"""What a patient may answer with: a stop in their own words, and a few fixed words. Pure.

Only a whole message counts. «Me baja el dolor» is good news and no wish to be left alone.
"""

import re
import unicodedata
from enum import StrEnum

from notifications import wishes, wrong_person


class Keyword(StrEnum):
    """What an incoming message asks for; everything that is no keyword is OTHER."""

    STOP = "stop"
    NEAR_STOP = "near_stop"
    """Perhaps a stop: asked about, and one if the answer is yes."""
    YES = "yes"
    START = "start"
    ASSESSMENTS = "assess"
    """Notices of assessments and no others."""
    WRONG_PERSON = "wrong"
    """The number is somebody else's."""
    DISTRESS = "distress"
    """Something that cannot wait (`modules.safety.distress`)."""
    OTHER = "other"


START_WORDS = frozenset({"alta", "start", "unstop"})

ASSESSMENT_WORDS = frozenset(
    {
        *("evaluaciones", "solo evaluaciones", "cuestionarios", "solo cuestionarios"),
        *("questionnaires", "only questionnaires", "assessments", "only assessments"),
    }
)

YES_WORDS = frozenset({"si", "yes", "claro", "si quiero", "yes please"})

STOP_SIGNS = frozenset("🛑⛔🚫")
"""Pictures that say stop."""

FIXED = {
    START_WORDS: Keyword.START,
    ASSESSMENT_WORDS: Keyword.ASSESSMENTS,
    YES_WORDS: Keyword.YES,
}

LONGEST = 200
"""Characters that are read; a wish is short."""

NO_AND_THEN = re.compile(r"^\W*no(?:[.,;:!]+\s*|\s+(?=i\b))(?=.*\w)", re.IGNORECASE | re.DOTALL)
"""An answer of no with a sentence after it: «No, quiero seguir» denies nothing that it says."""

COURTESY = ("por favor", "porfavor", "porfa", "gracias", "please", "thanks", "thank you")
"""What is taken off the ends of a message before it is read."""


def read(text: str) -> Keyword:
    """The keyword that the whole message is, whatever its case, accents, width or punctuation.

    Whoever also says please or thanks is understood.
    """
    said = plain(NO_AND_THEN.sub("", text[:LONGEST]))
    words = _without_courtesy(said)
    for fixed, keyword in FIXED.items():
        if words in fixed:
            return keyword
    if wishes.is_wish(said):
        return Keyword.STOP
    if wrong_person.is_said(text):
        return Keyword.WRONG_PERSON
    return Keyword.NEAR_STOP if wishes.is_near(said) else Keyword.OTHER


def _without_courtesy(words: str) -> str:
    for each in COURTESY:
        words = words.removeprefix(f"{each} ").removesuffix(f" {each}")
    return words


def plain(text: str) -> str:
    """Letters and digits in lower case, without accents, one blank between words.

    A word that is spelt out («B A J A», «S.T.O.P.») is one word, and a letter held down is one.
    """
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    kept = "".join(_letter(sign) for sign in decomposed)
    words = re.sub(r"(.)\1{2,}", r"\1", kept).split()
    spelt_out = len(words) > 2 and all(len(word) == 1 for word in words)
    return ("" if spelt_out else " ").join(words)


def _letter(sign: str) -> str:
    if sign in STOP_SIGNS:
        return " stop "
    if unicodedata.category(sign) in {"Mn", "Cf"}:
        return ""
    return sign if sign.isalnum() else " "

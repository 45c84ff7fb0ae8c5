"""The few words a patient may answer with (pure).

Only a whole message counts. «Me baja el dolor» is good news and no wish to be left alone.
"""

import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    """What an incoming message asks for; everything that is no keyword is OTHER."""

    STOP = "stop"
    START = "start"
    ASSESSMENTS = "assess"
    """Notices of assessments and no others."""
    OTHER = "other"


STOP_WORDS = frozenset(
    {
        *("baja", "alto", "stop", "cancelar", "no recibir mas"),
        *("cancel", "end", "quit", "unsubscribe", "stopall", "revoke", "optout"),
    }
)
"""Ours, then the English ones that Twilio knows."""

STOP_WISHES = frozenset(
    {
        *("quiero darme de baja", "quiero baja", "darme de baja"),
        *("no mas mensajes", "no mas avisos", "no quiero mas mensajes", "no quiero mas avisos"),
        *("ya no quiero recibir mensajes", "ya no quiero recibir avisos", "no more messages"),
    }
)
"""The same in a few words, as people write it."""

START_WORDS = frozenset({"alta", "start", "unstop"})

ASSESSMENT_WORDS = frozenset(
    {
        *("evaluaciones", "solo evaluaciones", "cuestionarios", "solo cuestionarios"),
        *("questionnaires", "only questionnaires", "assessments", "only assessments"),
    }
)

COURTESY = ("por favor", "porfavor", "porfa", "gracias", "please", "thanks", "thank you")
"""What is taken off the ends of a message before it is read."""


def read(text: str) -> Keyword:
    """The keyword that the whole message is, whatever its case, accents, width or punctuation.

    Whoever also says please or thanks is understood.
    """
    words = _without_courtesy(_plain(text))
    if words in STOP_WORDS | STOP_WISHES:
        return Keyword.STOP
    if words in ASSESSMENT_WORDS:
        return Keyword.ASSESSMENTS
    return Keyword.START if words in START_WORDS else Keyword.OTHER


def _without_courtesy(words: str) -> str:
    for each in COURTESY:
        words = words.removeprefix(f"{each} ").removesuffix(f" {each}")
    return words


def _plain(text: str) -> str:
    """Letters and digits in lower case, without accents, one blank between words."""
    decomposed = unicodedata.normalize("NFKD", text[:200]).casefold()
    kept = (
        sign if sign.isalnum() else " "
        for sign in decomposed
        if unicodedata.category(sign) not in {"Mn", "Cf"}
    )
    return " ".join("".join(kept).split())

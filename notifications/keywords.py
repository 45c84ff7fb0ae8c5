"""The few words a patient may answer with (pure).

Only a whole message counts. «Me baja el dolor» is good news and no wish to be left alone.
"""

import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    """What an incoming message asks for; everything that is no keyword is OTHER."""

    STOP = "stop"
    START = "start"
    OTHER = "other"


STOP_WORDS = frozenset(
    {
        *("baja", "alto", "stop", "cancelar", "no recibir mas"),
        *("cancel", "end", "quit", "unsubscribe", "stopall", "revoke", "optout"),
    }
)
"""Ours, then the English ones that Twilio knows."""

START_WORDS = frozenset({"alta", "start", "unstop"})


def read(text: str) -> Keyword:
    """The keyword that the whole message is, whatever its case, accents, width or punctuation."""
    words = _plain(text)
    if words in STOP_WORDS:
        return Keyword.STOP
    return Keyword.START if words in START_WORDS else Keyword.OTHER


def _plain(text: str) -> str:
    """Letters and digits in lower case, without accents, one blank between words."""
    decomposed = unicodedata.normalize("NFKD", text[:200]).casefold()
    kept = (
        sign if sign.isalnum() else " "
        for sign in decomposed
        if unicodedata.category(sign) not in {"Mn", "Cf"}
    )
    return " ".join("".join(kept).split())

"""How two writings of one word become the same: look-alikes, accents, case, coded forms. Pure."""

import base64
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress

UNSEEN = "Cf"
"""Unicode's category of signs without width: joiners, soft hyphens, marks of direction."""

WORD = re.compile(r"[^\W_]+")

LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЈЅавегкмнорстухіјѕһԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεγηικνορτυχωıɡɑ",
    "ABEKMHOPCTYXIJSaberkmhopctyxijshdqwlABEZHIKMNOPTYXaeynikvoptuxwiga",
)
"""Cyrillic, Greek and a few phonetic letters, and the Latin letter (or digit) each looks like."""

_CODED = re.compile(r"[A-Za-z0-9+/_-]{7,}={0,2}")
"""What may be base64 (also the form for addresses) or hexadecimal: the shortest word, coded."""


def seen(text: str) -> str:
    """Return text as it looks: no accents, no signs nobody sees, Latin for look-alike letters."""
    strange = {sign for sign in set(text) if not sign.isascii()}
    return text.translate({ord(sign): _seen(sign) for sign in strange}) if strange else text


def plain(text: str) -> str:
    """Return text as it looks, without case."""
    return seen(text).casefold()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, in plain form; an underscore ends a word."""
    return tuple(WORD.findall(plain(text)))


def vocabulary(text: str) -> set[str]:
    """Return the different words of a text that is plain already."""
    found: set[str] = set()
    for line in io.StringIO(text):
        found.update(WORD.findall(line))
    return found


def decoded(text: str) -> str:
    """Return, a line each, what base64 and hexadecimal tokens of a text say in readable signs."""
    tokens: set[str] = set()
    for line in io.StringIO(text):
        tokens.update(_CODED.findall(line))
    return "\n".join(_readable(_bytes_of(tokens)))


def _seen(sign: str) -> str:
    parts = unicodedata.normalize("NFKD", sign.translate(LOOK_ALIKES)).translate(LOOK_ALIKES)
    return "".join(
        part
        for part in parts
        if not unicodedata.combining(part) and unicodedata.category(part) != UNSEEN
    )


def _bytes_of(tokens: Iterable[str]) -> Iterator[bytes]:
    for token in tokens:
        bare = token.rstrip("=")
        padded = bare + "=" * (-len(bare) % 4)
        for decode, coded in (
            (bytes.fromhex, bare),
            (base64.b64decode, padded),
            (base64.urlsafe_b64decode, padded),
        ):
            with suppress(ValueError):
                yield decode(coded)


def _readable(coded: Iterable[bytes]) -> Iterator[str]:
    for each in coded:
        with suppress(UnicodeDecodeError):
            text = each.decode()
            if text.replace("\n", " ").isprintable():
                yield text

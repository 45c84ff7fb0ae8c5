"""What a person writes freely, searched for patterns of beginnings of words. Pure.

A pattern is beginnings of words in their order, with a few other words between them. Case, accents
and invisible signs do not matter, and in a long word one letter may be wrong, missing, added or
swapped. No pattern reaches over the end of a sentence.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

from modules.text import fold

LONGEST = 2_000
"""Characters that are read; WhatsApp delivers 1,600."""
BETWEEN, BETWEEN_SHORT = 4, 1
"""Words that may stand between two of a pattern, and behind one of two letters at most («no»)."""
MISSPELT_FROM = 6
"""Letters from which on a beginning may have one fault."""
HELD_DOWN = re.compile(r"(.)\1{2,}")
ENDS = re.compile(r"[.!?¡¿;:\n]+")


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence in plain letters and digits."""
    shown = "".join(sign for sign in text[:LONGEST] if unicodedata.category(sign) != "Cf")
    plain = HELD_DOWN.sub(r"\1", re.sub("['’`´]", "", fold(shown)))
    found = (re.findall(r"[a-z0-9]+", each) for each in ENDS.split(plain))
    return [words for words in found if words]


def places(said: Sequence[str], pattern: str, aside: Collection[str] = ()) -> list[int]:
    """Return at which words a pattern begins.

    `aside`: beginnings of words which, inside a pattern, say that it speaks of something else.
    """
    first, *rest = pattern.split()
    starts = (place for place, word in enumerate(said) if _begins(word, first))
    return [place for place in starts if _follow(said[place + 1 :], first, rest, aside)]


def _follow(said: Sequence[str], last: str, rest: Sequence[str], aside: Collection[str]) -> bool:
    """Whether the rest of a pattern follows, not too far behind its last word."""
    if not rest:
        return True
    reach = BETWEEN_SHORT if len(last) <= 2 else BETWEEN
    for place, word in enumerate(said[: reach + 1]):
        if _begins(word, rest[0]):
            return _follow(said[place + 1 :], rest[0], rest[1:], aside)
        if any(word.startswith(each) for each in aside):
            return False
    return False


def _begins(word: str, beginning: str) -> bool:
    """Whether a word begins so; one of three letters is the whole word, or its plural."""
    length = len(beginning)
    if length <= 3:
        return word in (beginning, f"{beginning}s")
    if word.startswith(beginning) or length < MISSPELT_FROM:
        return word.startswith(beginning)
    sizes = (length - 1, length, length + 1)
    return any(_one_fault_apart(word[:size], beginning) for size in sizes)


def _one_fault_apart(one: str, other: str) -> bool:
    """Whether two words are one letter or one swap of neighbours apart."""
    if len(one) == len(other):
        differ = [place for place in range(len(one)) if one[place] != other[place]]
        if len(differ) == 2 and differ[1] == differ[0] + 1:
            here, there = differ
            return one[here] == other[there] and one[there] == other[here]
        return len(differ) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )

"""Looking for what must not stand: words and phrases, numbers, arms by letter, dates. Pure.

Of thousands of phrases few have all their words in a text, so a text is read once for its words
and only those few are looked for in it. Public sentences that are the same for everybody (the
study's registered title, say) are taken out first, as whole sentences; what is forbidden anywhere
else is found.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import reduce

from exports.errors import LeaksFound
from exports.leaks.dates import holds_date
from exports.leaks.folding import decoded, seen, vocabulary, words

SHORTEST_WORD = 3
"""A shorter key, such as an arm called `a`, is looked for only behind a word for «arm»."""

NUMBER_DIGITS = 8
"""From so many digits on a word without letters is a number, whatever stands between its digits."""

NATIONAL_DIGITS = 10
"""A telephone number is also written without the digits of its country."""

_RUN = re.compile(r"(?<!\d)\d(?:[ ().-]{0,3}\d){7,}")
_MOST_GROUPS = 6
_ARMS = frozenset({"arm", "group", "brazo", "grupo", "rama"})
_ARM = rf"(?<![^\W_])(?:{'|'.join(sorted(_ARMS))})[\W_]{{0,3}}"
_END = r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What must not stand, made ready for looking: phrases as words, short keys, bare numbers.

    `dates`: whether a calendar date is forbidden too.
    """

    phrases: frozenset[tuple[str, ...]]
    short: frozenset[str]
    numbers: frozenset[str]
    dates: bool

    @classmethod
    def of(cls, texts: Iterable[str], *, dates: bool = False) -> "Forbidden":
        """Sort plain strings into what they are; a string without letters or digits is nothing."""
        phrases, short, numbers = set(), set(), set()
        for text in set(texts):
            found, digits = words(text), re.sub(r"\D", "", text)
            if len(digits) >= NUMBER_DIGITS and all(map(str.isdigit, found)):
                numbers |= {digits, digits[-NATIONAL_DIGITS:]}
            elif len("".join(found)) < SHORTEST_WORD:
                short |= set(found)
            else:
                phrases.add(found)
        return cls(frozenset(phrases), frozenset(short), frozenset(numbers), dates)

    def stands_in(self, text: str, public: Iterable[str] = ()) -> bool:
        """Whether one of them stands in a text outside the `public` sentences.

        Case, accents, look-alike letters, signs nobody sees, what separates words, base64 and
        hexadecimal make no difference; parts of longer words do not count.
        """
        whole = seen(text)
        hidden = seen(decoded(text))
        if hidden:
            whole = f"{whole}\n{hidden}"
        return self._in_plain(whole) and self._in_plain(_without(whole, public))

    def _in_plain(self, cased: str) -> bool:
        text = cased.casefold()
        known = vocabulary(text)
        return (
            self._phrase_in(text, known)
            or (self.dates and holds_date(text, known))
            or (bool(self.short) and not known.isdisjoint(_ARMS) and self._arm_in(cased))
            or (bool(self.numbers) and not self.numbers.isdisjoint(_numbers(text)))
        )

    def _phrase_in(self, text: str, known: Set[str]) -> bool:
        likely = [each for each in self.phrases if known >= set(each)]
        return any(re.search(_phrase(each), text) for each in likely)

    def _arm_in(self, cased: str) -> bool:
        """Whether a short key stands behind a word for «arm», in any case.

        A lower-case letter before another word is none: «the arm a little», «brazo a la altura».
        """
        letters = "".join(sorted(one for one in self.short if len(one) == 1 and one.isalpha()))
        rest = [re.escape(one) for one in self.short if one not in letters]
        forms = [rf"(?i:{'|'.join(rest)}){_END}"] if rest else []
        if letters:
            forms += [rf"[{letters}]{_END}(?! +[^\W\d_])", rf"[{letters.upper()}]{_END}"]
        return bool(re.search(f"(?i:{_ARM})(?:{'|'.join(forms)})", cased))


def refuse_leaks(
    texts: Mapping[str, str], forbidden: Forbidden, public: Iterable[str] = ()
) -> None:
    """Raise LeaksFound when something forbidden stands in one of `texts` (place -> text)."""
    sentences = tuple(public)
    places = [place for place, text in texts.items() if forbidden.stands_in(text, sentences)]
    if places:
        raise LeaksFound(tuple(places))


def _without(cased: str, public: Iterable[str]) -> str:
    sentences = (words(text) for text in public)
    return reduce(
        lambda text, sentence: re.sub(_phrase(sentence), " ", text, flags=re.IGNORECASE),
        filter(None, sentences),
        cased,
    )


def _phrase(found: tuple[str, ...]) -> str:
    return r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, found)) + _END


def _numbers(text: str) -> Iterator[str]:
    """Yield every number of enough digits that neighbouring groups of digits make."""
    for run in _RUN.finditer(text):
        groups = re.findall(r"\d+", run[0])
        for start in range(len(groups)):
            for end in range(start + 1, min(start + _MOST_GROUPS, len(groups)) + 1):
                number = "".join(groups[start:end])
                if len(number) >= NUMBER_DIGITS:
                    yield number

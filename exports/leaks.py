"""The check before release: no arm, component, name or number stands in what is handed out. Pure.

The words come from the caller as plain strings, since nothing here may know an arm or a name. They
are looked for in everything readable: file names, every file of a ZIP, the text of a report before
it becomes a PDF, and the finished bytes.

Public sentences that are the same for everybody (the study's registered title, say) are taken out
first, as whole sentences; a forbidden word anywhere else is found.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress

from exports.errors import LeaksFound
from modules.study.protocol import Protocol

SHORTEST_WORD = 3
"""A shorter key, such as an arm called `a`, is looked for only behind a word for «arm»."""

PHONE_DIGITS = 7
"""From so many digits on a word is a telephone number, whatever stands between its digits."""

UNSEEN = "Cf"
"""Unicode's category of signs without width: joiners, soft hyphens, marks of direction."""

_ARM = r"(?:arm|group|brazo|grupo)[\W_]{0,3}"

TELLING = (
    "telerrehabilitación",
    "telerehabilitación",
    "telerehabilitation",
    "tele-rehabilitation",
    "grupo control",
    "grupo de control",
    "grupo de intervención",
    "grupo de tratamiento",
    "brazo control",
    "brazo de control",
    "brazo de intervención",
    "brazo de tratamiento",
    "control group",
    "intervention group",
    "treatment group",
    "control arm",
    "intervention arm",
    "treatment arm",
    "video",
    "videos",
    "vídeo",
    "vídeos",
    "WhatsApp",
    *(str(number) for number in range(10)),
)
"""What people call arms and what one of them has, whatever a protocol's file calls them; a digit
counts behind a word for «arm» only (`_pattern`)."""


def forbidden_words(protocol: Protocol) -> tuple[str, ...]:
    """Return what would tell the arms of a protocol apart, as plain strings.

    Keys and labels of the arms, the components that only some arms have, and what people call them
    (`TELLING`). A protocol with one arm has nothing to tell.
    """
    if len(protocol.arms) < 2:
        return ()
    shared = frozenset.intersection(*(arm.components for arm in protocol.arms))
    words = {component for arm in protocol.arms for component in arm.components - shared}
    words |= set(TELLING)
    for arm in protocol.arms:
        words |= {arm.key, arm.label.es, arm.label.en}
    return tuple(sorted(words))


def is_telling(key: str, protocol: Protocol) -> bool:
    """Whether a key, which stands on every export, holds a word that no export may hold."""
    try:
        refuse_leaks({"key": key}, forbidden_words(protocol))
    except LeaksFound:
        return True
    return False


def public_sentences(protocol: Protocol) -> tuple[str, ...]:
    """Return the sentences every export of a protocol carries, whoever is in it."""
    titles = [protocol.title.es, protocol.title.en]
    for visit in protocol.visits:
        titles += [visit.title.es, visit.title.en]
    if protocol.registry:
        registry = protocol.registry
        titles += [registry.sponsor, *registry.collaborators, registry.site, registry.ethics]
    return tuple(sorted({title for title in titles if title}, key=len, reverse=True))


def refuse_leaks(
    texts: Mapping[str, str], forbidden: Iterable[str], public: Iterable[str] = ()
) -> None:
    """Raise LeaksFound when a forbidden word stands in one of `texts` (place -> text).

    Case, accents, signs nobody sees and what separates words make no difference; parts of longer
    words do not count.
    """
    patterns = [_pattern(word) for word in {_plain(word) for word in forbidden} if word.strip()]
    if not patterns:
        return
    wanted = re.compile("|".join(patterns))
    known = re.compile("|".join(_phrase(_plain(text)) for text in public) or r"(?!)")
    places = [place for place, text in texts.items() if wanted.search(known.sub(" ", _plain(text)))]
    if places:
        raise LeaksFound(tuple(places))


def readable(filename: str, content: bytes) -> dict[str, str]:
    """Return what stands in plain text in finished bytes: file name, ZIP members, UTF-8 text.

    Compressed streams of other formats are no text; those formats hand in their text beforehand.
    """
    texts = {"(file name)": filename}
    with suppress(UnicodeDecodeError):
        texts["(content)"] = content.decode("utf-8")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts["(comment)"] = archive.comment.decode("utf-8", "replace")
            for name in archive.namelist():
                texts[name] = name + "\n" + archive.read(name).decode("utf-8", "replace")
    return texts


def _plain(text: str) -> str:
    """Return text without accents, case, and the signs of format that nobody sees."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        sign
        for sign in split
        if not unicodedata.combining(sign) and unicodedata.category(sign) != UNSEEN
    )


def _pattern(word: str) -> str:
    digits = re.sub(r"\D", "", word)
    if len(digits) >= PHONE_DIGITS and not re.search(r"[a-z]", word):
        return r"(?<!\d)" + r"[ ().-]{0,2}".join(digits) + r"(?!\d)"
    before = _ARM if len(word.strip()) < SHORTEST_WORD else ""
    return before + _phrase(word)


def _phrase(text: str) -> str:
    words = re.findall(r"[^\W_]+", text)
    return r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])"
